"""Reads what happened in a room: decrypts it, and knows what each person saw when she reacted or read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from adapters.matrix.changes import Change, comings, names, place
from adapters.matrix.connection import Connection
from adapters.matrix.encoding import mapping
from adapters.matrix.read import NAME, Place, Received, read
from adapters.matrix.rooms import Rooms
from adapters.matrix.sync import membership, moment, words
from adapters.matrix.waiting import Waiting
from core.chat.clock import Clock
from core.chat.events import Chosen, Read

if TYPE_CHECKING:
    from adapters.matrix.encryption import Encryption

log = structlog.get_logger()

_REMEMBERED = 20_000
_RELATION = "m.relates_to"


class _Latest:
    """The latest values of the latest keys. What was noted counts for good only once it is `kept`."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._new: dict[str, str] = {}

    def note(self, key: str, value: str) -> None:
        self._new[key] = value

    def get(self, key: str) -> str | None:
        return self._new.get(key) or self._kept.get(key)

    def keep(self) -> None:
        for key, value in self._new.items():
            self._kept[key] = value
            self._kept.move_to_end(key)
        self._new.clear()
        while len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)

    def drop(self) -> None:
        self._new.clear()


class Timelines:
    """Turns timelines into events. An answer is read between `begin` and `keep`; it may be read again."""

    def __init__(
        self, connection: Connection, rooms: Rooms, encryption: Encryption | None, waiting: Waiting, clock: Clock
    ) -> None:
        self._connection, self._rooms, self._encryption = connection, rooms, encryption
        self._waiting, self._clock = waiting, clock
        self._versions, self._before, self._newest = _Latest(), _Latest(), _Latest()
        self.unread: list[tuple[str, Mapping[str, Any]]] = []

    def begin(self) -> None:
        """Forgets what was read of an answer that was not stored."""
        for latest in (self._versions, self._before, self._newest):
            latest.drop()
        self.unread = []

    def keep(self) -> None:
        """What was read is stored."""
        for latest in (self._versions, self._before, self._newest):
            latest.keep()

    def read(self, change: Change) -> list[Received]:
        """The events of a room in their order. Those without a key are kept in `Waiting`, and new ones in `unread`."""
        user, known = self._connection.user, names(change.section)
        person = change.room.person
        elsewhere = person is not None and self._rooms.private(person) is not None
        moves = dict(comings(change, user, elsewhere=elsewhere, known=known, clock=self._clock))
        found: list[Received] = []
        for position, event in enumerate(change.timeline):
            sender = words(event.get("sender"))
            if position in moves:
                found.append(Received(moves[position]))
            if sender == user:
                self._own(change.room.id, event)
            elif sender and membership(event) is None:
                received = self._clear(change.room.id, event, place(change, sender, known))
                found += [received] if received is not None else []
            self._pass(change.room.id, event)
        found += self._receipts(change)
        return found

    def retry(self) -> tuple[list[tuple[str, Received]], list[str]]:
        """What can be read now of what has waited for a key, by room, and the ids that need not wait any more."""
        found: list[tuple[str, Received]] = []
        ids: list[str] = []
        for room_id, event in self._waiting.all():
            room = self._rooms.get(room_id)
            clear = self._decrypted(room_id, event)
            if clear is None:
                continue
            ids.append(words(event.get("event_id")))
            sender = words(event.get("sender"))
            private = room is not None and room.private and room.person == sender
            where = Place(
                chat=sender if private else room_id, private=private, name=room.name if room and private else ""
            )
            received = read(clear, where)
            found += [(room_id, received)] if received is not None else []
        return found, ids

    def _clear(self, room: str, event: Mapping[str, Any], where: Place) -> Received | None:
        if event.get("type") == "m.room.encrypted" and mapping(event.get("content")):
            clear = self._decrypted(room, event)
            if clear is None:
                if words(event.get("event_id")) and self._waiting.keep(room, event):
                    self.unread.append((room, event))
                return None
            event = clear
        received = read(event, where)
        if received is not None and isinstance(received.event, Chosen):
            version = self._versions.get(received.event.message) or ""
            received = Received(replace(received.event, version=version))
        return received

    def _decrypted(self, room: str, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if self._encryption is None:
            return None
        try:
            return self._encryption.decrypt(room, event)
        except Exception as error:  # what strangers made may break the machine in ways that nobody knows yet
            log.warning("matrix_event_not_decrypted", error=type(error).__name__)
            return None

    def _own(self, room: str, event: Mapping[str, Any]) -> None:
        """An own message, or an own edit: from here on this is what people see."""
        name = words(event.get("event_id"))
        if event.get("type") not in ("m.room.message", "m.room.encrypted") or not name:
            return
        relation = mapping(mapping(event.get("content")).get(_RELATION))
        target = words(relation.get("event_id"))
        if relation.get("rel_type") == "m.replace" and target:
            self._versions.note(target, name)
        else:
            self._versions.note(name, name)
            self._newest.note(room, name)

    def _pass(self, room: str, event: Mapping[str, Any]) -> None:
        """Whoever reads up to this event has seen the newest own message before it."""
        name, newest = words(event.get("event_id")), self._newest.get(room)
        if name and newest is not None:
            self._before.note(name, newest)

    def _receipts(self, change: Change) -> Iterator[Received]:
        room, person = change.room, change.room.person
        if not room.private or person is None:
            return
        for event_id, receipt in _read_by(change.section.ephemeral, person):
            yield Received(
                Read(
                    messenger=NAME,
                    id=f"read:{event_id}:{person}",
                    at=moment(receipt, self._clock),
                    account=person,
                    chat=person,
                    name=room.name,
                    message=self._before.get(event_id) or event_id,
                )
            )


def _read_by(ephemeral: Sequence[Mapping[str, Any]], person: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The events up to which a person has read, with the receipts."""
    for event in ephemeral:
        if event.get("type") != "m.receipt":
            continue
        for event_id, kinds in mapping(event.get("content")).items():
            receipt = mapping(mapping(kinds).get("m.read")).get(person)
            if words(event_id) and isinstance(receipt, dict):
                yield event_id, receipt
