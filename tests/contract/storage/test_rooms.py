"""A law: every query and every change of core has exactly one function in storage, of the same result."""

from __future__ import annotations

import sys
import typing
from importlib import import_module
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import Any

import pytest

import core
from core.unit_of_work import Change, Query
from storage.dispatch import function_for
from storage.rooms import open_rooms


def requests() -> list[type]:
    """Everything that core can ask of storage."""
    modules = [import_module(module.name) for module in walk_packages(core.__path__, "core.")]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Query | Change)
        and kind.__module__ == module.__name__
        and kind not in (Query, Change)
    ]


@pytest.mark.parametrize("kind", requests(), ids=lambda kind: kind.__qualname__)
def test_storage_answers(kind: Any) -> None:
    open_rooms()
    (promised,) = (arguments[0] for base in kind.__orig_bases__ if (arguments := typing.get_args(base)))
    function = function_for(kind)
    words = vars(sys.modules[function.__module__])
    # Types that name themselves are unfolded once when they are looked up: both of them then.
    expected = typing.get_type_hints(SimpleNamespace(__annotations__={"return": promised}), words)["return"]
    assert typing.get_type_hints(function)["return"] == expected
