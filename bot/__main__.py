"""The command line `kollega`: each command imports what it needs when it runs, so that all start fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.apart import apart
from bot.cli.failing import in_one_line
from bot.cli.shell import ProcessShell
from bot.run.roles import ProcessRole

app = typer.Typer(
    help="Kollega: a company's workplace inside a chat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db = typer.Typer(help="The database.", no_args_is_help=True)
matrix = typer.Typer(help="The account in Matrix.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(matrix, name="matrix")


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options before the command."""
    _debug.append(debug)


_debug: list[bool] = []


@app.command()
def run(
    role: Annotated[
        ProcessRole, typer.Option(help="What this process does; several processes share one PostgreSQL.")
    ] = ProcessRole.ALL,
) -> None:
    """Start the bot; it stops on SIGTERM or Ctrl-C."""
    from bot.cli.operate import run_bot

    run_bot(role)


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Another port for the web chat.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin with a new company.")] = False,
) -> None:
    """Start the bot with an invented company and the web chat."""
    from bot.demo.play import play

    play(port=port, fresh=fresh)


@app.command()
def doctor() -> None:
    """Check settings, database, messengers and telephone exchanges, and say what to do about each fault."""
    from bot.cli.doctor import examine

    raise typer.Exit(examine())


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, outside of the data folder.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
) -> None:
    """Write all that this installation needs into one file; the bot may be running."""
    from bot.cli.backup import back_up

    typer.echo(back_up(file, force=force))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `kollega backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Put the data that is there aside.")] = False,
) -> None:
    """Put a backup where the settings want the data; the bot must not be running."""
    from bot.cli.backup import restore as put_back

    typer.echo(put_back(file, force=force))


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("kollega"))


@db.command()
def upgrade() -> None:
    """Bring the database to the version of this program."""
    from bot.cli.operate import upgrade_database

    typer.echo(upgrade_database())


@matrix.command()
def verify() -> None:
    """Print the keys of the bot's device, whether it is signed, and how to check it."""
    from bot.cli.matrix import verify as examined

    typer.echo(examined())


@matrix.command()
def registration(
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("kollega-registration.yaml"),
) -> None:
    """Write a registration with which the homeserver's admin lifts the bot's limits."""
    from bot.cli.matrix import register

    typer.echo(register(out))


for _, _commands in apart("cli"):
    _commands.add_to(app, ProcessShell())  # type: ignore[attr-defined]  # see `bot.run.shell.Shell`


def main() -> None:
    """The entry point: an error is one line on standard error and a status other than 0."""
    try:
        status = app(standalone_mode=False)
    except Exception as error:
        if any(_debug):
            raise
        sys.stderr.write(in_one_line(error))
        status = getattr(error, "exit_code", 1)
    sys.exit(status)


if __name__ == "__main__":
    main()
