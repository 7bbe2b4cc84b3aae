"""Which function answers which query and carries out which change: registered beside the function, found by type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from core.unit_of_work import Change, Query

if TYPE_CHECKING:
    from storage.unit_of_work import SqlUnitOfWork

R = TypeVar("R")
Q = TypeVar("Q", bound=Query[Any])
C = TypeVar("C", bound=Change[Any])
Answering = Callable[["SqlUnitOfWork", Any], Any]

_functions: dict[type, Answering] = {}


def answers(kind: type[Q]) -> Callable[[Callable[[SqlUnitOfWork, Q], R]], Callable[[SqlUnitOfWork, Q], R]]:
    """Registers the one function that answers a query: `@answers(WhoIs)` over `def f(uow, query: WhoIs) -> …`."""

    def keep(function: Callable[[SqlUnitOfWork, Q], R]) -> Callable[[SqlUnitOfWork, Q], R]:
        _keep(kind, function)
        return function

    return keep


def carries_out(kind: type[C]) -> Callable[[Callable[[SqlUnitOfWork, C], R]], Callable[[SqlUnitOfWork, C], R]]:
    """Registers the one function that carries out a change."""

    def keep(function: Callable[[SqlUnitOfWork, C], R]) -> Callable[[SqlUnitOfWork, C], R]:
        _keep(kind, function)
        return function

    return keep


def function_for(kind: type) -> Answering:
    """The function for a query or a change; TypeError naming it when no room has one."""
    function = _functions.get(kind)
    if function is None:
        raise TypeError(f"storage has no answer to {kind.__module__}.{kind.__qualname__}")
    return function


def _keep(kind: type, function: Answering) -> None:
    known = _functions.setdefault(kind, function)
    if known is not function:
        raise TypeError(f"two functions answer {kind.__qualname__}: {_place(known)} and {_place(function)}")


def _place(function: Answering) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
