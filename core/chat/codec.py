"""Records to JSON and back, so that events, screens and timers can be kept in a database.

A record is a dataclass registered with `@record`; its class name is its tag. Fields that hold their default are
left out, so a new field with a default can be added without touching what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, TypeVar

from core.chat.actions import Action, read_action, write_action
from core.chat.phrases import Clock, Command, Day, Listing, Phrase, WholeDate, Zone

T = TypeVar("T")
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

TAG = "_"
_records: dict[str, type] = {}
_shapes: dict[type, Mapping[str, object]] = {}
_PLAIN = (type(None), bool, int, float, str)
"""What is JSON as it is: most of what is written, and so asked for first."""


def record(cls: type[T]) -> type[T]:
    """Registers a dataclass (or an enum) under its class name, which must be unique in the whole house."""
    known = _records.setdefault(cls.__name__, cls)
    if known is not cls and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"two records are called {cls.__name__}: {known.__module__} and {cls.__module__}")
    _records[cls.__name__] = cls
    return cls


def reads(tag: str, reader: Callable[[Any], object]) -> None:
    """Has what was stored as an enum of an earlier version, which no record is any more, read by `reader`."""
    if tag in _records or _readers.setdefault(tag, reader) is not reader:
        raise TypeError(f"there is a record or a reader for {tag} already")


for _known in (Phrase, Listing, Clock, Day, WholeDate, Zone, Command):
    record(_known)


def dump(value: object) -> Json:
    """The JSON form of a record, or of anything that records are made of; TypeError for what is neither."""
    if type(value) in _PLAIN:
        return value  # type: ignore[return-value]  # mypy does not follow `in`
    if isinstance(value, float):
        return value
    if isinstance(value, int | str) and not isinstance(value, Enum):
        return value
    if isinstance(value, tuple | list | frozenset | set):
        return [dump(item) for item in value]
    write = _scalars.get(type(value))
    if write is not None:
        name, text = write
        return {TAG: name, "v": text(value)}
    if isinstance(value, Action):
        return {TAG: "action", "v": write_action(value)}
    if isinstance(value, Enum):
        _require(type(value))
        return {TAG: type(value).__name__, "v": value.value}
    if isinstance(value, Mapping):
        return {TAG: "map", "v": {str(key): dump(item) for key, item in value.items()}}
    _require(type(value))
    data: dict[str, Json] = {TAG: type(value).__name__}
    for name, default in _shape(type(value)).items():
        item = getattr(value, name)
        if item is not default and item != default:
            data[name] = dump(item)
    return data


def load(data: Json) -> Any:
    """The value that `dump` made; lists come back as tuples. ValueError for an unknown tag or a wrong shape."""
    if isinstance(data, list):
        return tuple(load(item) for item in data)
    if not isinstance(data, dict):
        return data
    tag = data.get(TAG)
    if not isinstance(tag, str):
        raise ValueError("a stored record has no tag")
    if tag in _readers:
        return _readers[tag](data["v"])
    cls = _records.get(tag)
    if cls is None:
        raise ValueError(f"unknown record {tag!r}")
    if issubclass(cls, Enum):
        return cls(data["v"])
    known = _shape(cls)
    try:
        return cls(**{name: load(item) for name, item in data.items() if name in known})
    except TypeError as error:
        raise ValueError(f"a stored {tag} does not fit: {error}") from error


def _require(cls: type) -> None:
    if _records.get(cls.__name__) is not cls:
        raise TypeError(f"{cls.__qualname__} is not a registered record")


def _shape(cls: type) -> Mapping[str, object]:
    """The fields of a record, with their defaults."""
    shape = _shapes.get(cls)
    if shape is None:
        shape = _shapes[cls] = {field.name: _default(field) for field in fields(cls) if field.init}
    return shape


def _default(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


_scalars: dict[type, tuple[str, Callable[[Any], Json]]] = {
    datetime: ("at", lambda value: value.isoformat()),
    date: ("on", lambda value: value.isoformat()),
    time: ("time", lambda value: value.isoformat()),
    timedelta: ("for", lambda value: value.total_seconds()),
}
_readers: dict[str, Callable[[Any], object]] = {
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "time": time.fromisoformat,
    "for": lambda seconds: timedelta(seconds=seconds),
    "map": lambda items: {key: load(item) for key, item in items.items()},
    "action": read_action,
}
