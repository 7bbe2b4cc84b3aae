"""The language of the command line: the company's, and before anything is set the system's."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.run.setting_names import FILE, LANGUAGE, PREFIX

if TYPE_CHECKING:
    from bot.talk.language import Speech
    from core.chat.phrases import Text


def language() -> str:
    """Its code. A glance at the settings, since it also has to say what is wrong with them."""
    from bot.talk.language import CODES, system_language

    file = _file()
    said = os.environ.get(f"{PREFIX}LANGUAGE") or file.get("language")
    if said in CODES:
        return str(said)
    return LANGUAGE if file or any(name.startswith(PREFIX) for name in os.environ) else system_language()


def speech() -> Speech:
    """How the command line speaks."""
    return _speech(language())


def say(text: Text) -> str:
    """A text in that language; what programs say stays as it is."""
    from bot.talk.spaces import unbound

    return text if isinstance(text, str) else unbound(speech().say(text))


def tell(text: Text) -> None:
    """Prints it."""
    import typer

    typer.echo(say(text))


@cache
def _speech(code: str) -> Speech:
    from bot.talk.language import Languages

    return Languages(code)()


def _file() -> dict[str, object]:
    try:
        return tomllib.loads(Path(FILE).read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
