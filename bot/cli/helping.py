"""The help of the commands in the language of the command line: translated only when it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.cli.speaking import language
from bot.run.shell import help_text

if TYPE_CHECKING:
    from gettext import NullTranslations


def in_words(command: Any, words: Sequence[str]) -> Any:
    """The command of the library; with its help translated if these words of a command line ask for it."""
    if _asks_for_help(command, words):
        from bot.talk.language import SOURCE, catalogue

        if language() != SOURCE:
            known = catalogue(language())
            _translate(command, known)
            _translate_frames(known)
    return command


def _asks_for_help(command: Any, words: Sequence[str]) -> bool:
    """Also by naming a group and none of its commands."""
    if "--help" in words:
        return True
    for word in words:
        if not word.startswith("-"):
            command = getattr(command, "commands", {}).get(word)
    return bool(getattr(command, "commands", None))


def _translate(command: Any, known: NullTranslations) -> None:
    shown = command.get_help_option(command.context_class(command))
    for thing in (command, *command.params, shown):
        if thing.help:
            thing.help = known.gettext(thing.help)
    usage = command.get_usage
    command.get_usage = lambda context: usage(context).replace("Usage:", known.gettext(help_text("Usage:")))
    for inner in getattr(command, "commands", {}).values():
        _translate(inner, known)


def _translate_frames(known: NullTranslations) -> None:
    """What the library writes around it."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = known.gettext(help_text("Arguments"))
    rich_utils.OPTIONS_PANEL_TITLE = known.gettext(help_text("Options"))
    rich_utils.COMMANDS_PANEL_TITLE = known.gettext(help_text("Commands"))
    help_text("Show this message and exit.")
    rich_utils.REQUIRED_LONG_STRING = known.gettext(help_text("[required]"))
    rich_utils.DEFAULT_STRING = known.gettext(help_text("[default: {}]"))
