"""Imports aiogram in a second instead of five, and in half the memory.

aiogram declares its models with `defer_build` and then builds all 400 of them at the end of its import, each with
the schemas of most others inside. A bot needs twenty. So the builds are held back, the names that they would have
needed are left in the modules, and pydantic builds each model when it is first used: `build_usual_models` does that
for those of every conversation, so that the first message does not wait for them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel

_PACKAGE = "aiogram.types"
_kept: list[type[BaseModel]] = []


def load_aiogram() -> None:
    """Imports aiogram; nothing to do when somebody already did. Not for two threads at once."""
    if "aiogram" in sys.modules:
        return
    build = vars(BaseModel)["model_rebuild"].__func__
    names: dict[str, Any] = {}

    def hold_back(cls: type[BaseModel], /, **options: Any) -> bool | None:
        namespace: Mapping[str, Any] | None = options.get("_types_namespace")
        if namespace is not None and cls.__module__.startswith(_PACKAGE):
            names.update(namespace)
            return None
        options["_parent_namespace_depth"] = options.get("_parent_namespace_depth", 2) + 1
        built: bool | None = build(cls, **options)
        return built

    with patch.object(BaseModel, "model_rebuild", classmethod(hold_back)):
        import aiogram  # noqa: F401

    for name, module in list(sys.modules.items()):
        if name.startswith(f"{_PACKAGE}."):
            for key, value in names.items():
                vars(module).setdefault(key, value)


def build_usual_models() -> None:
    """Builds what receiving, sending and editing use. The answers are kept: pydantic forgets generic models."""
    from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage
    from aiogram.types import InlineKeyboardMarkup, Message, Update

    _kept[:] = [Message, Update, InlineKeyboardMarkup, SendMessage, EditMessageText, AnswerCallbackQuery]
    _kept.extend([Response[Message], Response[Message | bool], Response[bool]])
    for model in _kept:
        model.model_rebuild()
