"""The rows of a file that somebody has to look at, as lines of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.talk.language import Speech
from core.chat.phrases import phrase, plural
from core.people.roster_header import RowFault


def row_lines(faults: Sequence[RowFault], language: Speech) -> Iterator[str]:
    """One line for each."""
    for fault in faults:
        # As digits: this number is looked for in a spreadsheet.
        row = language.say(phrase("row {row}", row=str(fault.row)))
        column = f", {fault.column}" if fault.column else ""
        yield f"  {row}{column}: {language.say(fault.reason)}"


def fault_lines(faults: Sequence[RowFault], language: Speech, *, dry_run: bool) -> Iterator[str]:
    """How many there are, and each in a line; nothing where there are none."""
    if faults:
        n = len(faults)
        yield language.say(
            plural("{n} fault; the rest was taken over:", "{n} faults; the rest was taken over:", n=n)
            if not dry_run
            else plural("{n} fault:", "{n} faults:", n=n)
        )
        yield from row_lines(faults, language)


def count_lines(*, added: int, updated: int, unchanged: int, language: Speech, dry_run: bool) -> Iterator[str]:
    """What a file has changed, or would."""
    if dry_run:
        yield language.say(phrase("This is a dry run: nothing was changed."))
    counts = phrase(
        "Added: {added}. Updated: {updated}. Unchanged: {unchanged}.", added=added, updated=updated, unchanged=unchanged
    )
    yield language.say(counts)
