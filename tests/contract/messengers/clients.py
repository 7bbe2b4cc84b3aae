"""What people can do with the clients of each messenger: a promise is tried wherever somebody can come to need it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Flag, auto
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])


class Can(Flag):
    """Things that not all clients can do."""

    REPLY = auto()
    REACT = auto()
    FORMAT = auto()
    TYPE_MARKS = auto()
    """Write *so* what is to be bold, because there is nothing to press for it."""
    SPEAK = auto()
    """Send a voice message."""
    ALBUM = auto()
    """Send several files at once."""
    EDIT = auto()
    REMOVE = auto()
    """Take a message back so that the bot hears of it."""
    LEAVE = auto()
    """Be unreachable for the bot, and come back."""
    GROUP = auto()
    TYPE_NUMBERS = auto()
    """Choose an option by its number, because there are no buttons."""


CLIENTS = {
    "plain": Can.REPLY | Can.REACT | Can.SPEAK | Can.TYPE_NUMBERS,
    "telegram": Can.REPLY | Can.FORMAT | Can.SPEAK | Can.ALBUM | Can.EDIT | Can.LEAVE | Can.GROUP,
    "web": Can.REPLY | Can.FORMAT | Can.TYPE_MARKS | Can.ALBUM,
    "matrix": Can.REPLY
    | Can.REACT
    | Can.FORMAT
    | Can.SPEAK
    | Can.EDIT
    | Can.REMOVE
    | Can.LEAVE
    | Can.GROUP
    | Can.TYPE_NUMBERS,
}


def needs(what: Can) -> Callable[[Test], Test]:
    """A test only for where clients can do that: elsewhere there is nothing to keep a promise for."""

    def decorate(test: Test) -> Test:
        vars(test)["needs"] = what
        return test

    return decorate


def messengers(test: Callable[..., Any]) -> list[str]:
    """Where a test runs."""
    what = getattr(test, "needs", Can(0))
    return [messenger for messenger, can in CLIENTS.items() if what in can]
