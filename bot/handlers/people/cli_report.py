"""What `kollega people import` says of a file: what was taken over, and every row that somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.talk.language import Speech
from core.chat.phrases import phrase, plural
from core.people.importing import ImportReport
from core.people.roster import RowFault


def report_lines(report: ImportReport, language: Speech, *, dry_run: bool) -> Iterator[str]:
    """The lines, in the company's language."""
    say = language.say
    if dry_run:
        yield say(phrase("This is a dry run: nothing was changed."))
    yield say(
        phrase(
            "Added: {added}. Updated: {updated}. Unchanged: {unchanged}.",
            added=report.added,
            updated=report.updated,
            unchanged=report.unchanged,
        )
    )
    yield from _missing(report, language)
    yield from _doubts(report, language)
    if report.faults:
        faults = len(report.faults)
        yield say(
            plural("{n} fault; the rest was taken over:", "{n} faults; the rest was taken over:", n=faults)
            if not dry_run
            else plural("{n} fault:", "{n} faults:", n=faults)
        )
        yield from _rows(report.faults, language)
    if report.remarks:
        yield say(phrase("Please look at this:"))
        yield from _rows(report.remarks, language)


def _missing(report: ImportReport, language: Speech) -> Iterator[str]:
    if report.missing:
        yield language.say(
            plural(
                "{n} person is not in the file and stays as they are:",
                "{n} people are not in the file and stay as they are:",
                n=len(report.missing),
            )
        )
        yield from (f"  {person.external_id}  {person.name}" for person in report.missing)


def _doubts(report: ImportReport, language: Speech) -> Iterator[str]:
    if report.doubts:
        yield language.say(
            plural(
                "{n} row looks like somebody who is known already, and was left out so that nobody is there twice:",
                "{n} rows look like people who are known already, and were left out so that nobody is there twice:",
                n=len(report.doubts),
            )
        )
        yield from _rows(report.doubts, language)
        yield language.say(
            phrase(
                "If they are the same people, import the file again with {same}: they get the ids of the file. If they "
                "are others, with {new}.",
                same="--alike same",
                new="--alike new",
            )
        )


def _rows(faults: Sequence[RowFault], language: Speech) -> Iterator[str]:
    for fault in faults:
        # As digits: this number is looked for in a spreadsheet.
        row = language.say(phrase("row {row}", row=str(fault.row)))
        column = f", {fault.column}" if fault.column else ""
        yield f"  {row}{column}: {language.say(fault.reason)}"
