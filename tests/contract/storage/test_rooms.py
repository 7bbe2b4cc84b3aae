"""A law: every query and every change of core has exactly one function in storage, of the same result."""

from __future__ import annotations

import typing
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import core
from core.unit_of_work import Change, Query
from storage.dispatch import function_for
from storage.rooms import open_rooms


def requests() -> list[type]:
    """Everything that core can ask of storage."""
    for module in walk_packages(core.__path__, "core."):
        import_module(module.name)
    return sorted(
        (kind for parent in (Query, Change) for kind in parent.__subclasses__() if kind.__module__.startswith("core.")),
        key=lambda kind: f"{kind.__module__}.{kind.__qualname__}",
    )


@pytest.mark.parametrize("kind", requests(), ids=lambda kind: kind.__qualname__)
def test_storage_answers(kind: Any) -> None:
    open_rooms()
    function = function_for(kind)
    (promised,) = (typing.get_args(base)[0] for base in kind.__orig_bases__ if typing.get_args(base))
    home = vars(import_module(kind.__module__))
    hints = typing.get_type_hints(function)
    assert hints["return"] == (
        type(None) if promised is None else eval(str(promised), home) if isinstance(promised, str) else promised
    )
