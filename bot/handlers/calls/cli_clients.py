"""`kollega clients import`, beside a running bot or without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.kit.faulty_rows import count_lines, fault_lines, row_lines
from bot.run.shell import Shell
from bot.talk.language import Speech
from core.calls.clients import ClientsReport, do_import_clients
from core.calls.clients_file import read_clients
from core.calls.telephony import FOLDER, settings_of
from core.chat.phrases import phrase
from core.spreadsheets.table import LARGEST_FILE


def import_file(shell: Shell, path: Path, *, dry_run: bool) -> int:
    """Imports a file of clients and prints what became of it; 1 when any row of it could not be taken over."""
    dialling = settings_of(shell.adapters(FOLDER)).dialling
    with path.open("rb") as file:
        read = read_clients(file.read(LARGEST_FILE + 1), dialling)
    report = shell.transact(lambda uow: do_import_clients(uow, read, dry_run=dry_run))
    typer.echo("\n".join(_lines(report, shell.house.languages(), dry_run=dry_run)))
    return 1 if report.faults else 0


def _lines(report: ClientsReport, language: Speech, *, dry_run: bool) -> Iterator[str]:
    """The report, in the company's language."""
    yield from count_lines(
        added=report.added,
        updated=report.updated,
        unchanged=report.unchanged,
        language=language,
        dry_run=dry_run,
    )
    if report.renamed:
        yield language.say(phrase("Other names than before:"))
        yield from row_lines(report.renamed, language)
    yield from fault_lines(report.faults, language, dry_run=dry_run)
    if report.remarks:
        yield language.say(phrase("Please look at this:"))
        yield from row_lines(report.remarks, language)
