"""The port to the database: a transaction that answers queries, carries out changes and collects domain events.

Everything inside a transaction is plain synchronous code: the whole transaction runs in one hop to a database
thread (see docs/decisions/0002). Nothing else may be waited for while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from core.chat.phrases import Phrase

T = TypeVar("T")
A_co = TypeVar("A_co", covariant=True)


class Query(Generic[A_co]):
    """A question as data: a frozen dataclass in core, answered by one function in storage/queries."""


class Change(Generic[A_co]):
    """A change of many rows, or of rows that are no entities, as data; carried out by one function in storage."""


class DomainEvent:
    """Something that happened in the domain: a frozen dataclass registered with `@record`.

    Subscribers run in the transaction that emitted it.
    """


class Refused(Exception):
    """What was asked for cannot be done; the transaction is undone and the person is told `reason`.

    Raised by the `access_` and `check_` functions of the features and caught in one place, the dispatcher.
    """

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does what a transaction does: a person, by the right of whom they stand in for, from the network `origin`."""

    person_id: int | None = None
    origin: str = ""
    instead_of: int | None = None


NOBODY_ACTS = Acting()
"""The clock, a command, or a file."""


class UnitOfWork(Protocol):
    """One open transaction. Entities obtained from it are saved when it commits.

    `cause` names what set it off, such as an inbound event; it is kept with the messages that are planned, and logged.
    """

    cause: str
    acting: Acting

    @property
    def now(self) -> datetime:
        """The moment of the transaction, UTC."""

    def get(self, entity: type[T], key: int) -> T | None:
        """An entity by its id."""

    def add(self, entity: object) -> None:
        """Keeps a new entity. `flush` gives it its id."""

    def remove(self, entity: object) -> None:
        """Deletes an entity."""

    def flush(self) -> None:
        """Writes what is pending, so that new entities have ids."""

    def ask(self, query: Query[T]) -> T:
        """The answer to a query."""

    def apply(self, change: Change[T]) -> T:
        """Carries out a change."""

    def emit(self, event: DomainEvent) -> None:
        """Tells the subscribers of `event` before the transaction commits."""

    def emitted(self) -> list[DomainEvent]:
        """The events emitted since the last call."""

    def wake(self, topic: str) -> None:
        """After the commit, wakes whoever waits for `topic` (see `Store.woken`)."""


class Transactions(Protocol):
    """Where work becomes transactions: the database, or one that lets through only the owner of a lease."""

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in one transaction; see `Store.transact`."""


class Store(Protocol):
    """The database. `shared` when other processes may change it, so that hints can be missed: poll more often."""

    shared: bool

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in one transaction: committed when it returns, undone when it raises.

        A conflict with another transaction runs it again from the start, so `work` touches nothing but its unit.
        Raises `Busy` when the database stays locked, `Full` when the disk is full.
        """

    def woken(self, topic: str, call: Callable[[], None]) -> Callable[[], None]:
        """Calls `call` in the event loop after each commit that woke `topic`, until the returned function is called.

        A hint: a poll is the truth.
        """

    async def close(self) -> None:
        """Ends the connections."""


class Busy(Exception):
    """The database stayed locked, or could not be reached."""


class Full(Exception):
    """The disk is full: nothing can be stored."""
