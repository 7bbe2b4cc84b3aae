"""`kollega people …` and `kollega invite`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.run.shell import Shell, help_text, only_json


def add_to(app: typer.Typer, shell: Shell) -> None:
    """Adds the commands of this room."""
    people = typer.Typer(help=help_text("The people of the company."), no_args_is_help=True)
    app.add_typer(people, name="people")

    @app.command(help=help_text("Make invitations: a link and a one-time code for each person, good for a day."))
    def invite(
        people: Annotated[
            list[str] | None, typer.Argument(metavar="WHO…", help=help_text("External ids, e-mails, phones or names."))
        ] = None,
        department: Annotated[
            str, typer.Option("--department", help=help_text("Everybody there and below who has no account yet."))
        ] = "",
        csv: Annotated[
            Path | None, typer.Option("--csv", help=help_text("Write a table for a mailing instead of printing."))
        ] = None,
    ) -> None:
        from bot.handlers.people.cli_inviting import invite as make

        typer.echo(make(shell, people or [], department, csv))

    @people.command("import", help=help_text("Add and update people from a spreadsheet; nobody is deleted."))
    def import_people(
        file: Annotated[Path, typer.Argument(help=help_text("An XLSX or CSV file."))],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("Only say what would change."))] = False,
        alike: Annotated[
            Literal["tell", "same", "new"],
            typer.Option(
                "--alike",
                help=help_text(
                    "New rows that look like somebody who is known: tell and leave them out, take them as the same "
                    "people under a new id, or add them as new people."
                ),
            ),
        ] = "tell",
    ) -> None:
        from bot.handlers.people.cli_work import import_file

        raise typer.Exit(import_file(shell, file, dry_run=dry_run, alike=alike))

    @people.command(help=help_text("Write everything that is kept of a person into a JSON file, for that person."))
    def export(
        person: Annotated[str, typer.Argument(help=help_text("External id, e-mail, phone or name."))],
        file: Annotated[Path, typer.Option("--out", help=help_text("The file to write."))] = Path("person.json"),
    ) -> None:
        from bot.handlers.people.cli_personal import export_person

        typer.echo(export_person(shell, person, file))

    @people.command(help=help_text("Erase somebody who does not work here any more; this cannot be undone."))
    def erase(
        person: Annotated[str, typer.Argument(help=help_text("External id, e-mail, phone or name."))],
        yes: Annotated[bool, typer.Option("--yes", help=help_text("Do not ask."))] = False,
    ) -> None:
        from bot.handlers.people.cli_personal import erase_person

        typer.echo(erase_person(shell, person, sure=yes))

    @people.command("list", help=help_text("Print everybody, one JSON list."))
    def list_people(
        format: Annotated[str, typer.Option("--format", help=help_text("Only json is there."))] = "json",
    ) -> None:
        from bot.handlers.people.cli_work import listing

        only_json(format)
        typer.echo(listing(shell))
