"""One transaction over a SQLAlchemy session: entities by id, queries and changes by their registered functions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, TableClause
from sqlalchemy.orm import Session

from core.unit_of_work import NOBODY_ACTS, Acting, Change, DomainEvent, Query
from storage.dispatch import function_for, is_apart
from storage.upserts import Insert, insert_for

T = TypeVar("T")
REMEMBERED = 5.0
"""Seconds after which what is remembered is read again, as the hint of another process can be lost."""
Together = Callable[["SqlUnitOfWork", Sequence[T]], None]
OfEach = Callable[["SqlUnitOfWork", Sequence[int]], Mapping[int, T]]


class SqlUnitOfWork:
    """The `UnitOfWork` of core. `session` and what follows it is for the functions of `storage.queries` alone."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        memory: dict[str, tuple[float, Any]] | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.session = session
        self.given = given or {}
        self._now = now
        self._memory = {} if memory is None else memory
        self._events: list[DomainEvent] = []
        self._connection: Connection | None = None
        self._later: dict[Together[Any], list[Any]] = {}
        self._of_each: dict[OfEach[Any], Mapping[int, Any]] = {}
        self.present: frozenset[int] = frozenset()
        self._kept: list[object] = []  # the session alone forgets what nobody holds, and reads it again
        self.topics: set[str] = set()
        self.cause = ""
        self.acting: Acting = NOBODY_ACTS

    @property
    def now(self) -> datetime:
        """The moment of the transaction, UTC."""
        return self._now

    def get(self, entity: type[T], key: int) -> T | None:
        """An entity by its id."""
        found = self.session.get(entity, key)
        self._kept.append(found)
        return found

    def add(self, entity: object) -> None:
        """Keeps a new entity."""
        self.session.add(entity)
        self._kept.append(entity)

    def remove(self, entity: object) -> None:
        """Deletes an entity."""
        self.session.delete(entity)

    def flush(self) -> None:
        """Writes what is pending."""
        if self.session.new or self.session.dirty or self.session.deleted:
            self._of_each.clear()
            self.session.flush()

    def ask(self, query: Query[T]) -> T:
        """The answer to a query; TypeError for one that no room answers."""
        self._prepare(type(query))
        answer: T = function_for(type(query))(self, query)
        return answer

    def apply(self, change: Change[T]) -> T:
        """Carries out a change; TypeError for one that no room carries out."""
        self._prepare(type(change))
        if not is_apart(type(change)):
            self._of_each.clear()
        result: T = function_for(type(change))(self, change)
        return result

    def later(self, carry_out: Together[T], item: T) -> None:
        """Puts work off to do it with more of its kind, before anything that may look at it, or at the end."""
        self._later.setdefault(carry_out, []).append(item)

    def of_each(self, read: OfEach[T], person_id: int) -> T | None:
        """What `read` finds of people by their ids, for one of them.

        It is read at once for all who are `present`, those whose events are handled in this transaction, and read
        again when anything was written meanwhile.
        """
        if person_id not in self.present:
            return read(self, [person_id]).get(person_id)
        found = self._of_each.get(read)
        if found is None:
            found = self._of_each[read] = read(self, sorted(self.present))
        return found.get(person_id)

    def finish(self) -> None:
        """Does what was put off, and writes what is pending."""
        self.flush()
        while self._later:
            carry_out = next(iter(self._later))
            carry_out(self, self._later.pop(carry_out))

    def _prepare(self, kind: type) -> None:
        if self._later and not is_apart(kind):
            self.finish()
        else:
            self.flush()

    def emit(self, event: DomainEvent) -> None:
        """Remembers an event for `emitted`."""
        self._events.append(event)

    def emitted(self) -> list[DomainEvent]:
        """The events emitted since the last call."""
        events, self._events = self._events, []
        return events

    def wake(self, topic: str) -> None:
        """Wakes whoever waits for `topic`, after the commit."""
        self.topics.add(topic)

    def remembered(self, topic: str, read: Callable[[], T]) -> T:
        """What was read for a topic, until that is woken: here at once, by another process within some seconds.

        Whoever has changed it in this transaction reads it anew.
        """
        if topic in self.topics:
            return read()
        known = self._memory.get(topic)
        if known is None or known[0] < time.monotonic():
            known = self._memory[topic] = (time.monotonic() + REMEMBERED, read())
        value: T = known[1]
        return value

    @property
    def connection(self) -> Connection:
        """For statements about rows that are no entities: a third cheaper than through the session."""
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection

    @property
    def dialect(self) -> str:
        """The name of the database: "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    def change(self, statement: Executable) -> int:
        """Executes an INSERT, UPDATE or DELETE; the number of rows that it concerned."""
        result = self.session.execute(statement, execution_options={"preserve_rowcount": True})
        assert isinstance(result, CursorResult)
        return result.rowcount

    def insert(self, table: TableClause) -> Insert:
        """An INSERT that knows ON CONFLICT."""
        return insert_for(self.dialect, table)
