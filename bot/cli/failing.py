"""Errors of the command line in one clear line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping

from bot.cli.speaking import say
from core.chat.phrases import Listing, Phrase, Text, Told, phrase

DOCTOR = "`kollega doctor`"
"""What examines everything."""


def in_one_line(error: BaseException) -> str:
    """What went wrong, for a person, with the end of the line; the traceback is there with --debug."""
    # Without a command the help has been shown already.
    return "" if _is(error, "NoArgsIsHelpError") else f"kollega: {said(error)}\n"


def said(error: BaseException) -> str:
    """The same without the name of the program and without an end of the line."""
    return " ".join(say(_told(error)).split())


def reason(error: BaseException) -> Text:
    """What went wrong with a part, where somebody looks at all of them already."""
    driver = getattr(error, "orig", None)
    if driver is not None:
        return phrase("the database cannot be used: {reason}", reason=_first_line(driver))
    if isinstance(error, Told):
        return error.text
    return str(error) if isinstance(error, ValueError) else said(error)


def _told(error: BaseException) -> Text:
    usage: Callable[[], str] | None = getattr(error, "format_message", None)
    if usage is not None:
        fault = next((wrong(error) for name, wrong in _MISUSED.items() if _is(error, name)), usage())
        return phrase("{fault} See {command}.", fault=fault, command="`kollega --help`")
    driver: Exception | None = getattr(error, "orig", None)
    if driver is not None:
        return phrase(
            "the database cannot be used: {reason}; see {command}", reason=_first_line(driver), command=DOCTOR
        )
    match error:
        case OSError(filename=str(file), strerror=str(why)):
            return f"{file}: {why}"
        case asyncio.CancelledError() | KeyboardInterrupt():
            return phrase("stopped")
    text = error.text if isinstance(error, Told) else str(error)
    name = type(error).__name__
    known = _KNOWN.get(name)
    if known is not None:
        return phrase("{what}: {reason}", what=known, reason=text) if text and text != name else known
    if isinstance(error, Told):
        return text
    return phrase("{error} (run again with --debug before the command for the details)", error=f"{name}: {text}")


def _first_line(driver: Exception) -> str:
    return (str(driver).splitlines() or [""])[0]


def _is(error: BaseException, name: str) -> bool:
    """Whether it is of a class of that name, or of one below: the classes themselves are slow to import."""
    return any(kind.__name__ == name for kind in type(error).__mro__)


_KNOWN: Mapping[str, Phrase] = {
    "SettingsError": phrase("settings"),
    "BrokenHouse": phrase("a part of the program is broken"),
    "Busy": phrase("the database is locked or cannot be reached; try again, or see {command}", command=DOCTOR),
    "Full": phrase("the disk is full; make room and try again"),
    "NewerDatabase": phrase("update the program, or set KOLLEGA_DATABASE_URL to another database"),
}


def _missing(error: BaseException) -> Phrase:
    param = getattr(error, "param", None)
    name = str((getattr(param, "opts", None) or ("?",))[0])
    return phrase("{name} is missing.", name=name if name.startswith("-") else name.upper())


def _refused(error: BaseException) -> Phrase:
    param = getattr(error, "param", None)
    name = str((getattr(param, "opts", None) or ("",))[0])
    message = str(getattr(error, "message", ""))
    _, among, choices = message.partition(" is not one of ")
    if among:
        return phrase(
            "{name} may be {values}.", name=name, values=Listing(tuple(_QUOTED.findall(choices)), any_of=True)
        )
    return phrase("{name}: this value does not fit ({reason}).", name=name, reason=message)


def _misused(error: BaseException) -> Text:
    message = str(getattr(error, "message", error))
    named = _NO_COMMAND.match(message)
    if named is None:
        return message
    if named["meant"]:
        return phrase("There is no command {name}; did you mean {meant}?", name=named["name"], meant=named["meant"])
    return phrase("There is no command {name}.", name=named["name"])


_QUOTED = re.compile("'(.*?)'")
_NO_COMMAND = re.compile(r"No such command '(?P<name>.*?)'\.(?: Did you mean '(?P<meant>.*?)')?")
_MISUSED: Mapping[str, Callable[[BaseException], Text]] = {
    "NoSuchOption": lambda error: phrase("There is no option {name}.", name=getattr(error, "option_name", "")),
    "MissingParameter": _missing,
    "BadParameter": _refused,
    "UsageError": _misused,
}
"""What people do wrong with the commands, the narrower classes first; the library says the rest in English."""
