"""Which optional rooms a company has switched off."""

from __future__ import annotations

from dataclasses import dataclass

from core.auditing import AuditKind, note
from core.chat.codec import record
from core.chat.phrases import Text, phrase
from core.people.person import Person
from core.unit_of_work import Change, DomainEvent, Query, UnitOfWork

SWITCHES = "switches"
"""What is woken when a room was switched (see `core.unit_of_work.Store.woken`)."""


@dataclass(frozen=True, slots=True)
class SwitchedOff(Query[frozenset[str]]):
    """The names of the rooms that are off."""


@dataclass(frozen=True, slots=True)
class KeepSwitch(Change[bool]):
    """Keeps that a room is on or off, and who switched it off; whether that is a change."""

    room: str
    on: bool
    person_id: int


@record
@dataclass(frozen=True, slots=True)
class RoomSwitched(DomainEvent):
    """A room is on or off from now on."""

    room: str
    on: bool
    person_id: int


MODULES = AuditKind("lobby.modules", phrase("Modules"))


def do_switch(uow: UnitOfWork, actor: Person, room: str, title: Text, *, on: bool) -> bool:
    """Switches a room, called `title`, on or off for the whole company; its data stays. False when it is so already."""
    if not uow.apply(KeepSwitch(room, on, actor.id)):
        return False
    uow.wake(SWITCHES)
    note(
        uow,
        MODULES,
        phrase("Switched on: {module}", module=title) if on else phrase("Switched off: {module}", module=title),
    )
    uow.emit(RoomSwitched(room, on, actor.id))
    return True
