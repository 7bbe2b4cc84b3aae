"""The command line `kollega`: each command imports what it needs when it runs, so that all start fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.apart import apart
from bot.cli.failing import in_one_line
from bot.cli.helping import in_words
from bot.cli.shell import ProcessShell
from bot.cli.speaking import tell
from bot.run.roles import ProcessRole
from bot.run.shell import help_text

app = typer.Typer(
    help=help_text("Kollega: a company’s workplace inside a chat."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db = typer.Typer(help=help_text("The database."), no_args_is_help=True)
matrix = typer.Typer(help=help_text("The account in Matrix."), no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(matrix, name="matrix")


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help=help_text("Show the traceback of an error."))] = False,
) -> None:
    """Options before the command."""
    _debug.append(debug)


_debug: list[bool] = []


@app.command(help=help_text("Start the bot; it stops on SIGTERM or Ctrl-C."))
def run(
    role: Annotated[
        ProcessRole, typer.Option(help=help_text("What this process does; several processes share one PostgreSQL."))
    ] = ProcessRole.ALL,
) -> None:
    from bot.cli.operate import run_bot

    run_bot(role)


@app.command(help=help_text("Ask for the settings one by one and write kollega.toml."))
def init() -> None:
    from bot.cli.init import set_up

    set_up()


@app.command(help=help_text("Print kollega.toml with every setting, what it is for and what counts without it."))
def settings(
    language: Annotated[str | None, typer.Option(help=help_text("The language of the comments: ru or en."))] = None,
) -> None:
    from bot.cli.settings import every_setting
    from bot.cli.speaking import language as own_language

    typer.echo(every_setting(language or own_language()))


@app.command(help=help_text("Start the bot with an invented company and the web chat."))
def demo(
    port: Annotated[int | None, typer.Option(help=help_text("Another port for the web chat."))] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help=help_text("Begin with a new company."))] = False,
) -> None:
    from bot.demo.play import play

    play(port=port, fresh=fresh)


@app.command(
    help=help_text("Check settings, database, messengers and telephone exchanges, and say what to do about each fault.")
)
def doctor() -> None:
    from bot.cli.doctor import examine

    raise typer.Exit(examine())


@app.command(help=help_text("Write all that this installation needs into one file; the bot may be running."))
def backup(
    file: Annotated[Path, typer.Argument(help=help_text("The file to write, outside of the data folder."))],
    force: Annotated[bool, typer.Option("--force", help=help_text("Replace a file of that name."))] = False,
) -> None:
    from bot.cli.backup import back_up

    for line in back_up(file, force=force):
        tell(line)


@app.command(help=help_text("Put a backup where the settings want the data; the bot must not be running."))
def restore(
    file: Annotated[Path, typer.Argument(help=help_text("A file that `kollega backup` wrote."))],
    force: Annotated[bool, typer.Option("--force", help=help_text("Put the data that is there aside."))] = False,
) -> None:
    from bot.cli.backup import restore as put_back

    for line in put_back(file, force=force):
        tell(line)


@app.command(help=help_text("Print the version."))
def version() -> None:
    from importlib.metadata import version as installed

    typer.echo(installed("kollega"))


@db.command(help=help_text("Bring the database to the version of this program."))
def upgrade() -> None:
    from bot.cli.operate import upgrade_database

    tell(upgrade_database())


@matrix.command(help=help_text("Print the keys of the bot’s device, whether it is signed, and how to check it."))
def verify() -> None:
    from bot.cli.matrix import verify as examined

    typer.echo(examined())


@matrix.command(help=help_text("Write a registration with which the homeserver’s admin lifts the bot’s limits."))
def registration(
    out: Annotated[Path, typer.Option("--out", help=help_text("The file to write."))] = Path(
        "kollega-registration.yaml"
    ),
) -> None:
    from bot.cli.matrix import register

    tell(register(out))


for _, _commands in apart("cli"):
    _commands.add_to(app, ProcessShell())  # type: ignore[attr-defined]  # see `bot.run.shell.Shell`


def main() -> None:
    """The entry point: an error is one line on standard error and a status other than 0."""
    try:
        status = in_words(typer.main.get_command(app), sys.argv[1:])(standalone_mode=False)
    except Exception as error:
        if any(_debug):
            raise
        sys.stderr.write(in_one_line(error))
        status = getattr(error, "exit_code", 1)
    sys.exit(status)


if __name__ == "__main__":
    main()
