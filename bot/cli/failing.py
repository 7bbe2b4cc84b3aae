"""Errors of the command line in one clear line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.run.shell import CommandError


def in_one_line(error: BaseException) -> str:
    """What went wrong, for a person, with the end of the line; the traceback is there with --debug."""
    name = type(error).__name__
    # Without a command the help has been shown already.
    return "" if name == "NoArgsIsHelpError" else f"kollega: {said(error)}\n"


def said(error: BaseException) -> str:
    """The same without the name of the program and without an end of the line."""
    name = type(error).__name__
    text = " ".join(str(error).split())
    usage: Callable[[], str] | None = getattr(error, "format_message", None)
    if usage is not None:
        return f"{usage()} See `kollega --help`."
    driver: Exception | None = getattr(error, "orig", None)
    if driver is not None:
        first = (str(driver).splitlines() or [""])[0]
        return f"the database cannot be used: {first}; see `kollega doctor`"
    match error:
        case CommandError():
            return text
        case OSError(filename=str(file), strerror=str(why)):
            return f"{file}: {why}"
        case asyncio.CancelledError() | KeyboardInterrupt():
            return "stopped"
    known = _KNOWN.get(name)
    if known is not None:
        return known if not text or text == name else f"{known}: {text}"
    return f"{name}: {text} (run again with --debug before the command for the details)"


_KNOWN = {
    "SettingsError": "settings",
    "BrokenHouse": "a part of the program is broken",
    "Busy": "the database is locked or cannot be reached; try again, or see `kollega doctor`",
    "Full": "the disk is full; make room and try again",
    "NewerDatabase": "update the program, or set KOLLEGA_DATABASE_URL to another database",
}
