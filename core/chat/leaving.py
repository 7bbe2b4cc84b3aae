"""The last moment before a request leaves: whoever sends can still stop it there, however long it had to wait."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar


def _always() -> bool:
    return True


_allowed: ContextVar[Callable[[], bool]] = ContextVar("may_leave", default=_always)


def only_while(allowed: Callable[[], bool]) -> None:
    """From now on nothing leaves from this task and the tasks that it starts unless `allowed` says so."""
    _allowed.set(allowed)


def may_leave() -> bool:
    """Whether a request may leave; asked by adapters right before its first byte does."""
    return _allowed.get()()
