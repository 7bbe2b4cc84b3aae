"""Questions on a terminal, and a trial of what was answered."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from bot.cli.findings import Finding, in_time, looked_at, messengers, parts
from bot.run.settings import SettingsError, settings_of
from bot.run.shell import CommandError
from bot.talk.language import Speech
from bot.talk.spaces import unbound
from core.chat.phrases import Text, phrase
from core.chat.translate import text_in

Values = dict[str, Any]
"""What is given so far, by the names of settings."""


class Terminal:
    """Asks in the language of whoever sits there. Raises `CommandError` when they leave."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    def title(self, text: Text) -> None:
        """What the next questions are about."""
        typer.echo("")
        typer.secho(self._plain(text), bold=True)

    def say(self, text: Text) -> None:
        """A line."""
        typer.echo(self._plain(text))

    def ask(self, question: Text, default: str = "") -> str:
        """The answer without blanks around it; `default` for none."""
        shown = self._plain(question) + (f" [{default}]: " if default else ": ")
        return self._read(partial(input, shown)) or default

    def ask_secret(self, question: Text) -> str:
        """The same for what nobody is to read over a shoulder: it is not shown."""
        hidden = phrase("{question} (it is not shown as you type)", question=question)
        return self._read(partial(getpass.getpass, f"{self._plain(hidden)}: "))

    def agrees(self, question: Text) -> bool:
        """Whether the answer is yes; anything else is no."""
        yes, no = text_in(phrase("y"), self.speech), text_in(phrase("n"), self.speech)
        answer = self.ask(f"{self._plain(question)} [{yes}/{no.upper()}]").casefold()
        return answer.startswith((yes, "y"))

    def _plain(self, text: Text) -> str:
        return unbound(text_in(text, self.speech))

    def _read(self, read: Callable[[], str]) -> str:
        try:
            return read().strip()
        except (EOFError, KeyboardInterrupt):
            typer.echo("")
            raise CommandError(phrase("stopped; nothing was written")) from None


def tried(values: Values, part: str) -> Finding:
    """How a messenger or an exchange is with these values, without leaving anything in the data folder."""
    with TemporaryDirectory(prefix="kollega-") as folder:
        try:
            settings = settings_of(values).model_copy(update={"data_dir": Path(folder)})
        except SettingsError as error:
            return Finding(part, False, error.text)
        look = next(look for name, look in (*messengers(settings), *parts(settings)) if name == part)
        return asyncio.run(in_time(part, partial(looked_at, part, look)))
