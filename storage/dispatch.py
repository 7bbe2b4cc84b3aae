"""Which function answers which query and carries out which change: registered beside the function, found by type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from core.unit_of_work import Change, Query

R = TypeVar("R")
K = TypeVar("K", bound=Query[Any] | Change[Any])
U = TypeVar("U")
"""The unit of work, which knows this module and not the other way round."""
Function = Callable[[U, K], R]
Answering = Callable[[Any, Any], Any]

_functions: dict[type, Answering] = {}
_apart: set[type] = set()


def answers(kind: type[K], *, apart: bool = False) -> Callable[[Function[U, K, R]], Function[U, K, R]]:
    """Registers the one function that answers a query: `@answers(WhoIs)` over `def f(uow, query: WhoIs) -> …`.

    `apart`: it looks at nothing that `SqlUnitOfWork.later` puts off, which are answers that wait to be sent. What is
    asked for each event has to be, such as what waits in the menu: else the answers to a crowd are written one by one.
    """

    def keep(function: Function[U, K, R]) -> Function[U, K, R]:
        _keep(kind, function, apart)
        return function

    return keep


carries_out = answers
"""Registers the one function that carries out a change, likewise."""


def function_for(kind: type) -> Answering:
    """The function for a query or a change; TypeError naming it when no room has one."""
    function = _functions.get(kind)
    if function is None:
        raise TypeError(f"storage has no answer to {kind.__module__}.{kind.__qualname__}")
    return function


def is_apart(kind: type) -> bool:
    """Whether the function for a query or a change minds nothing that is put off."""
    return kind in _apart


def _keep(kind: type, function: Answering, apart: bool) -> None:
    if apart:
        _apart.add(kind)
    known = _functions.setdefault(kind, function)
    if known is not function:
        raise TypeError(f"two functions answer {kind.__qualname__}: {_place(known)} and {_place(function)}")


def _place(function: Answering) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
