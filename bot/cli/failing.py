"""Errors of the command line in one clear line."""

from __future__ import annotations

import asyncio


class CommandError(Exception):
    """A command cannot be carried out; the text says why and what to do."""


def in_one_line(error: BaseException) -> str:
    """What went wrong, for a person; the traceback is there with --debug."""
    text = " ".join(str(error).split())
    name = type(error).__name__
    match error:
        case CommandError():
            return text
        case FileNotFoundError():
            return f"there is no file {error.filename}"
        case PermissionError():
            return f"no permission to use {error.filename}"
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
}
