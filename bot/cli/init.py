"""`kollega init`: asks for the settings one by one, tries them at once, and writes `kollega.toml`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.cli.asking import Terminal, Values
from bot.cli.init_steps import ask_for_company, ask_for_exchange, ask_for_matrix, ask_for_telegram, ask_for_web_chat
from bot.rooms import open_house
from bot.run.setting_file import setting_file
from bot.run.setting_names import FILE, PREFIX
from bot.run.settings import settings_of, with_sections
from bot.run.shell import CommandError
from bot.talk.language import Languages, system_language
from bot.talk.options import OptionPart
from core.chat.phrases import Listing, phrase

_FORMER = f"{FILE}.before"


def set_up() -> None:
    """Asks in the language of the system. Nothing is written before the last answer."""
    if not sys.stdin.isatty():
        raise CommandError(
            phrase(
                "{init} asks questions, so run it in a terminal; {settings} prints the whole file to be filled in by "
                "hand",
                init="`kollega init`",
                settings="`kollega settings`",
            )
        )
    terminal = Terminal(Languages(system_language())())
    _greet(terminal)
    if Path(FILE).exists() and not _may_replace(terminal):
        raise CommandError(phrase("{file} is left as it is", file=FILE))
    values: Values = {}
    for ask in (ask_for_company, ask_for_telegram, ask_for_matrix, ask_for_exchange, ask_for_web_chat):
        ask(terminal, values)
    _write(values)
    _what_next(terminal, values)


def _greet(terminal: Terminal) -> None:
    terminal.say(phrase("Kollega asks for its settings one by one and writes them into {file} here.", file=FILE))
    terminal.say(phrase("Enter alone means “later”: nothing is lost, and the file says how to add it."))
    said = sorted(name for name in os.environ if name.startswith(PREFIX))
    if said:
        terminal.say(
            phrase("The environment says this already, and it wins over the file: {names}.", names=Listing(tuple(said)))
        )


def _may_replace(terminal: Terminal) -> bool:
    question = phrase("{file} is there already. Replace it? It is kept as {former}.", file=FILE, former=_FORMER)
    return terminal.agrees(question)


def _write(values: Values) -> None:
    """For its owner alone: it holds secrets."""
    languages = Languages(settings_of(values).language)
    options = open_house(languages).plugged(OptionPart)
    text = setting_file(with_sections(), languages(), options, given=values)
    path, beside = Path(FILE), Path(f"{FILE}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    if path.exists():
        path.chmod(0o600)
        path.replace(_FORMER)
    beside.replace(path)


def _what_next(terminal: Terminal, values: Values) -> None:
    terminal.title(phrase("{file} is written; only you can read it.", file=str(Path(FILE).absolute())))
    terminal.say(phrase("What to do next:"))
    steps = [phrase("{command} looks at everything once more.", command="`kollega doctor`")]
    if "telegram" not in values and "matrix" not in values:
        steps.append(phrase("Add a messenger to {file}: without one nobody can talk to the bot.", file=FILE))
    if "admins" not in values:
        steps.append(phrase("Add an admin to {file}, under admins: admins let people in.", file=FILE))
    steps.append(phrase("{command} starts the bot; then write /start to it.", command="`kollega run`"))
    steps.append(
        phrase(
            "{command} brings the people, {dry_run} first says what it would do.",
            command="`kollega people import`",
            dry_run="--dry-run",
        )
    )
    if "asterisk" in values:
        steps.append(phrase("In the chat, /lines says whose each telephone line is. Then let somebody call."))
    for number, step in enumerate(steps, 1):
        terminal.say(phrase("{number}. {step}", number=number, step=step))
    terminal.say(phrase("The whole way, step by step: {page}", page="docs/first-hour.md"))
