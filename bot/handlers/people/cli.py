"""`kollega people …` and `kollega invite`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.run.shell import Shell, only_json


def add_to(app: typer.Typer, shell: Shell) -> None:
    """Adds the commands of this room."""
    people = typer.Typer(help="The people of the company.", no_args_is_help=True)
    app.add_typer(people, name="people")

    @app.command()
    def invite(
        person: Annotated[str, typer.Argument(help="External id, e-mail, phone or name.")],
    ) -> None:
        """Print a one-time code with which a person links a messenger: /start CODE."""
        from bot.handlers.people.cli_work import invite as make

        typer.echo(make(shell, person))

    @people.command("import")
    def import_people(
        file: Annotated[Path, typer.Argument(help="A CSV file (UTF-8 or Windows-1251).")],
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    ) -> None:
        """Add and update people from a CSV file; nobody is deleted."""
        from bot.handlers.people.cli_work import import_file

        raise typer.Exit(import_file(shell, file, dry_run=dry_run))

    @people.command("list")
    def list_people(format: Annotated[str, typer.Option("--format", help="Only json is there.")] = "json") -> None:
        """Print everybody, one JSON list."""
        from bot.handlers.people.cli_work import listing

        only_json(format)
        typer.echo(listing(shell))
