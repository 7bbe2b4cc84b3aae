"""What `kollega people import` says of a file: what was taken over, and every row that somebody has to look at."""

from __future__ import annotations

from collections.abc import Iterator

from bot.kit.faulty_rows import count_lines, fault_lines, row_lines
from bot.talk.language import Speech
from core.chat.phrases import phrase, plural
from core.people.importing import ImportReport


def report_lines(report: ImportReport, language: Speech, *, dry_run: bool) -> Iterator[str]:
    """The lines, in the company's language."""
    say = language.say
    yield from count_lines(
        added=report.added,
        updated=report.updated,
        unchanged=report.unchanged,
        language=language,
        dry_run=dry_run,
    )
    yield from _missing(report, language)
    yield from _doubts(report, language)
    yield from fault_lines(report.faults, language, dry_run=dry_run)
    if report.remarks:
        yield say(phrase("Please look at this:"))
        yield from row_lines(report.remarks, language)


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
        yield from row_lines(report.doubts, language)
        yield language.say(
            phrase(
                "If they are the same people, import the file again with {same}: they get the ids of the file. If they "
                "are others, with {new}.",
                same="--alike same",
                new="--alike new",
            )
        )
