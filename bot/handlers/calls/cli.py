"""`kollega calls …` and `kollega clients …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.run.shell import Shell, help_text, only_json


def add_to(app: typer.Typer, shell: Shell) -> None:
    """Adds the commands of this room."""
    calls = typer.Typer(help=help_text("Telephone calls."), no_args_is_help=True)
    app.add_typer(calls, name="calls")

    @calls.command("list", help=help_text("Print calls, one JSON list."))
    def list_calls(
        format: Annotated[str, typer.Option("--format", help=help_text("Only json is there."))] = "json",
        since: Annotated[
            str | None, typer.Option(help=help_text("A date or time, such as 2026-11-21 or 2026-11-21T09:00Z."))
        ] = None,
    ) -> None:
        from bot.handlers.calls.cli_work import listing

        only_json(format)
        typer.echo(listing(shell, since))

    @calls.command(help=help_text("Feed recorded streams of a telephone exchange through the same fold as live ones."))
    def replay(
        files: Annotated[list[Path], typer.Argument(help=help_text("Recorded AMI streams, in order."))],
        trunk: Annotated[list[str], typer.Option("--trunk", help=help_text("An endpoint that is an outside line."))],
    ) -> None:
        from bot.handlers.calls.cli_work import replay_files

        typer.echo(replay_files(shell, files, trunk))

    clients = typer.Typer(help=help_text("The book of clients."), no_args_is_help=True)
    app.add_typer(clients, name="clients")

    @clients.command(
        "import", help=help_text("Add and rename clients from a spreadsheet or an address book; nobody is deleted.")
    )
    def import_clients(
        file: Annotated[Path, typer.Argument(help=help_text("An XLSX, CSV or vCard file."))],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("Only say what would change."))] = False,
    ) -> None:
        from bot.handlers.calls.cli_clients import import_file

        raise typer.Exit(import_file(shell, file, dry_run=dry_run))
