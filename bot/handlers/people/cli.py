"""`kollega people …` and `kollega invite`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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
        file: Annotated[Path, typer.Argument(help="An XLSX or CSV file.")],
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
        alike: Annotated[
            Literal["tell", "same", "new"],
            typer.Option(
                "--alike",
                help="New rows that look like somebody who is known: tell and leave them out, take them as the same "
                "people under a new id, or add them as new people.",
            ),
        ] = "tell",
    ) -> None:
        """Add and update people from a spreadsheet; nobody is deleted."""
        from bot.handlers.people.cli_work import import_file

        raise typer.Exit(import_file(shell, file, dry_run=dry_run, alike=alike))

    @people.command()
    def export(
        person: Annotated[str, typer.Argument(help="External id, e-mail, phone or name.")],
        file: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("person.json"),
    ) -> None:
        """Write everything that is kept of a person into a JSON file, for that person."""
        from bot.handlers.people.cli_personal import export_person

        typer.echo(export_person(shell, person, file))

    @people.command()
    def erase(
        person: Annotated[str, typer.Argument(help="External id, e-mail, phone or name.")],
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Erase somebody who does not work here any more; this cannot be undone."""
        from bot.handlers.people.cli_personal import erase_person

        typer.echo(erase_person(shell, person, sure=yes))

    @people.command("list")
    def list_people(format: Annotated[str, typer.Option("--format", help="Only json is there.")] = "json") -> None:
        """Print everybody, one JSON list."""
        from bot.handlers.people.cli_work import listing

        only_json(format)
        typer.echo(listing(shell))
