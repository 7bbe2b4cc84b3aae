"""What a button means: a small typed intent that fits into 64 bytes, the tightest limit of any messenger.

An action names an intent and an id, never state and never a right: those are read when it is pressed.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, ClassVar

LIMIT = 64
"""Bytes of an encoded action (the Bot API's `callback_data`)."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**53
_SEPARATOR = ":"

_actions: dict[str, type[Action]] = {}
_shapes: dict[type[Action], tuple[tuple[str, type, bool], ...]] = {}
_sizes: dict[type[Action], int] = {}


class Action:
    """A base for frozen dataclasses: `class OpenNews(Action, code="no")`.

    Fields may be int (up to 2**53), bool, an Enum, `Annotated[str, Limit(n)]` as the last field, or any of these
    `| None`. One that destroys, or cannot be undone, is declared with `once=True`: where a press may go astray,
    its menu works once. When it has a field `sure`, only the sure one destroys.
    """

    code: ClassVar[str] = ""
    once: ClassVar[bool] = False

    def __init_subclass__(cls, code: str = "", once: bool = False, **rest: object) -> None:
        super().__init_subclass__(**rest)
        cls.once = once or cls.once
        code = code or cls.__dict__.get("code", "")  # a dataclass with slots is made a second time, without arguments
        if not code:
            raise TypeError(f"{cls.__name__} has no code")
        known = _actions.get(code)
        if known is not None and (known.__module__, known.__name__) != (cls.__module__, cls.__name__):
            raise TypeError(f"two actions have the code {code!r}: {known.__name__} and {cls.__name__}")
        cls.code = code
        _actions[code] = cls


@dataclass(frozen=True, slots=True)
class Limit:
    """The greatest number of UTF-8 bytes of a text field: `Annotated[str, Limit(20)]`."""

    size: int


@dataclass(frozen=True)
class Unknown(Action, code="?"):
    """An action that this version does not know, or that does not fit its own shape: an outdated menu."""


def destroys(action: Action) -> bool:
    """Whether pressing this now cannot be undone."""
    return action.once and bool(getattr(action, "sure", True))


def known_actions() -> tuple[type[Action], ...]:
    """Every action that the loaded rooms declare."""
    return tuple(_actions.values())


def write_action(action: Action) -> str:
    """The text that a button carries, at most `LIMIT` bytes (proved for all actions by `longest`)."""
    parts = [action.code]
    for name, kind, optional in _shape(type(action)):
        value = getattr(action, name)
        if value is None and optional:
            parts.append("")
        else:
            parts.append(_write_field(value, kind))
    return _SEPARATOR.join(parts)


def read_action(data: str) -> Action:
    """The action of a button; `Unknown` when the text is none of ours.

    Fields that were added at the end since, with a default, may be missing: the button is of an earlier version.
    """
    code, *parts = data.split(_SEPARATOR)
    cls = _actions.get(code)
    if cls is None or len(data.encode()) > LIMIT:
        return Unknown()
    shape = _shape(cls)
    if shape and shape[-1][1] is str:
        parts = [*parts[: len(shape) - 1], _SEPARATOR.join(parts[len(shape) - 1 :])]
    if len(parts) > len(shape):
        return Unknown()
    try:
        values = {
            name: None if optional and part == "" else _read_field(part, kind)
            for (name, kind, optional), part in zip(shape, parts, strict=False)
        }
        return cls(**values)
    except (TypeError, ValueError):
        return Unknown()


def longest(cls: type[Action]) -> int:
    """The greatest number of bytes that an action of this class can need; TypeError for a field without a bound."""
    size = _sizes.get(cls)
    if size is None:
        hints = typing.get_type_hints(cls, include_extras=True)
        bounds = [1 + _bound(cls, name, kind, hints[name]) for name, kind, _ in _shape(cls)]
        size = _sizes[cls] = len(cls.code.encode()) + sum(bounds)
    return size


def _shape(cls: type[Action]) -> tuple[tuple[str, type, bool], ...]:
    shape = _shapes.get(cls)
    if shape is None:
        shape = _shapes[cls] = tuple(_read_shape(cls))
    return shape


def _read_shape(cls: type[Action]) -> list[tuple[str, type, bool]]:
    if not is_dataclass(cls):
        raise TypeError(f"{cls.__name__} is not a dataclass")
    hints = typing.get_type_hints(cls)
    shape = []
    for field in fields(cls):
        kinds = typing.get_args(hints[field.name]) or (hints[field.name],)
        optional = type(None) in kinds
        (kind,) = (kind for kind in kinds if kind is not type(None))
        shape.append((field.name, kind, optional))
    if any(kind is str for _, kind, _ in shape[:-1]):
        raise TypeError(f"{cls.__name__}: a text must be the last field")
    return shape


def _bound(cls: type[Action], name: str, kind: type, hint: Any) -> int:
    if kind is bool:
        return 1
    if issubclass(kind, Enum):
        return max(len(str(member.value).encode()) for member in kind)
    if kind is int:
        return len(_base36(-_LARGEST))
    if kind is str:
        for extra in getattr(hint, "__metadata__", ()):
            if isinstance(extra, Limit):
                return extra.size
    raise TypeError(f"{cls.__name__}.{name} has no bound")


def _write_field(value: Any, kind: type) -> str:
    if kind is bool:
        return "1" if value else "0"
    if issubclass(kind, Enum):
        return str(value.value)
    return _base36(value) if kind is int else str(value)


def _read_field(part: str, kind: type) -> object:
    if kind is bool:
        return {"0": False, "1": True}[part] if part in ("0", "1") else _refuse(part)
    if issubclass(kind, Enum):
        return next((member for member in kind if str(member.value) == part), None) or _refuse(part)
    if kind is int:
        value = int(part, 36)
        return value if abs(value) <= _LARGEST else _refuse(part)
    return part


def _refuse(part: str) -> object:
    raise ValueError(part)


def _base36(value: int) -> str:
    digits, rest = "", abs(value)
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return "-" + digits if value < 0 else digits
