"""How much waits to be sent, and for how long: read so that a long queue costs little more than a short one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select

from core.copies import Backlog, Queue
from core.delivery import Priority
from storage.dispatch import answers
from storage.ledger.queue import by_index, due_again, in_flight, put_off, queue, read
from storage.tables.delivery import deliveries, pending
from storage.unit_of_work import SqlUnitOfWork

_COUNTED = 100_000
_PARTS = (deliveries.c.due_at.is_(None), deliveries.c.due_at.is_not(None))
"""The queue has two indices: of what can go at once, and of what was put off."""


@answers(Backlog)
def backlog(uow: SqlUnitOfWork, query: Backlog) -> tuple[Queue, ...]:
    """By the names that are found in the queue itself."""
    by_index(uow)
    return tuple(found for name in sorted(_names(uow)) for found in _queues(uow, name))


def _names(uow: SqlUnitOfWork) -> set[str]:
    """The messengers with copies that wait: from one to the next, passing over all copies of each."""
    names = set()
    for first, after in _NAMES:
        name: str | None = uow.connection.execute(first).scalar()
        while name is not None:
            names.add(name)
            name = uow.connection.execute(after, {"name": name}).scalar()
    return names


def _queues(uow: SqlUnitOfWork, messenger: str) -> list[Queue]:
    since = _waiting_since(uow, messenger)
    queues = []
    for priority in Priority:
        place = {"messenger": messenger, "priority": priority.value}
        waiting = sum(uow.connection.execute(statement, place).scalar_one() for statement in _NUMBERS)
        if waiting:
            age = (uow.now - since.get(priority, uow.now)).total_seconds()
            queues.append(
                Queue(messenger=messenger, priority=priority, waiting=min(waiting, _COUNTED), age=max(0.0, age))
            )
    return queues


def _waiting_since(uow: SqlUnitOfWork, messenger: str) -> dict[Priority, datetime]:
    """Since when the sender could have sent something, by priority."""
    values = {"messenger": messenger, "busy": in_flight(uow.dialect, frozenset()), "most": 1}
    found = read(uow, queue(uow.dialect), {**values, "last": Priority.BROADCAST.value})
    for priority in due_again(uow, messenger):
        found += read(uow, put_off(uow.dialect), {**values, "priority": priority.value, "now": uow.now})
    since: dict[Priority, datetime] = {}
    for row in found:
        moment = row.due_at or row.created_at
        since[Priority(row.priority)] = min(moment, since.get(Priority(row.priority), moment))
    return since


def _number(part: ColumnElement[bool]) -> ColumnElement[int]:
    some = (
        select(literal_column("1"))
        .where(
            pending(deliveries),
            part,
            deliveries.c.messenger == bindparam("messenger"),
            deliveries.c.priority == bindparam("priority"),
        )
        .limit(literal_column(str(_COUNTED)))
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


_NUMBERS = tuple(select(_number(part)) for part in _PARTS)
_FIRST = tuple(
    select(deliveries.c.messenger).where(pending(deliveries), part).order_by(deliveries.c.messenger).limit(1)
    for part in _PARTS
)
_NAMES = tuple((first, first.where(deliveries.c.messenger > bindparam("name"))) for first in _FIRST)
