"""The last moment before a request leaves: whoever sends can still stop it there, however long it had to wait, or have
it wait for its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar


def _always() -> bool:
    return True


async def _at_once(messages: int) -> None:
    return


_allowed: ContextVar[Callable[[], bool]] = ContextVar("may_leave", default=_always)


_turn: ContextVar[Callable[[int], Awaitable[None]]] = ContextVar("turn", default=_at_once)


def only_while(allowed: Callable[[], bool]) -> None:
    """From now on nothing leaves from this task and the tasks that it starts unless `allowed` says so."""
    _allowed.set(allowed)


def may_leave() -> bool:
    """Whether a request may leave; asked by adapters right before its first byte does."""
    return _allowed.get()()


def in_turn(turn: Callable[[int], Awaitable[None]]) -> None:
    """From now on requests of this task wait for `turn` before they leave."""
    _turn.set(turn)


async def my_turn(messages: int = 1) -> None:
    """Waits until a request may leave that sends or edits so many messages. An adapter that makes several requests of a
    page asks before each."""
    await _turn.get()(messages)
