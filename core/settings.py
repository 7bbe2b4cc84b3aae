"""What people choose for themselves: typed values that any room can declare, in one table, read with the person.

The rows of `person_settings` are what counts. A person's own are written once more beside the person, as one value, so
that an event or a copy needs no query of its own to know its reader's language (docs/decisions/0025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.chat.codec import Json, dump, load, record
from core.people.person import Person
from core.unit_of_work import Change, DomainEvent, UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A choice that each person has. `name` is kept with it ("quiet.hours": the room, then its own word).

    `kind` is what a chosen value is an instance of: something that `core.chat.codec` knows. A stored value that is
    none any more counts as the `default`.
    """

    name: str
    kind: type
    default: T


@record
@dataclass(frozen=True, slots=True)
class SettingChanged(DomainEvent):
    """A person has chosen otherwise."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class KeepSetting(Change[None]):
    """Writes a person's choice down; None forgets it."""

    person_id: int
    name: str
    value: Json


def setting_of(person: Person, setting: Setting[T]) -> T:
    """What a person has chosen; the default without a choice. Costs no query."""
    return value_in(person.settings, setting)


def value_in(settings: Mapping[str, Json] | None, setting: Setting[T]) -> T:
    """The same from the choices that are written beside a person."""
    stored = settings.get(setting.name) if settings else None
    if stored is None:
        return setting.default
    try:
        value: T = load(stored)
    except ValueError:
        return setting.default
    return value if isinstance(value, setting.kind) else setting.default


def do_set(uow: UnitOfWork, person: Person, setting: Setting[T], value: T) -> bool:
    """Gives a person another choice, or the default; whether that is a change. TypeError for what is no such value."""
    if value != setting.default and not isinstance(value, setting.kind):
        raise TypeError(f"{value!r} is no value of {setting.name}")
    if value == setting_of(person, setting):
        return False
    uow.flush()  # somebody new has no id before
    uow.apply(KeepSetting(person.id, setting.name, None if value == setting.default else dump(value)))
    uow.emit(SettingChanged(person.id, setting.name))
    return True
