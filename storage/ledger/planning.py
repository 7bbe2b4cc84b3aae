"""How copies are planned and counted: the part of the ledger that all changes of it share.

The row of a message is the lock of all its copies: whoever changes copies changes or locks it first. So the counters
in it are always those of its copies, and an outcome cannot pass by a revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Executable, FromClause, Integer, bindparam, case, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine

from core.delivery import DeliveryState, Priority, Recipients, ToAudience, ToChat, ToPerson, ToSome
from storage.batches import one_of, packed_with_ids, rows_of
from storage.ledger.recipients import routes
from storage.tables.delivery import deliveries, is_absent, messages
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import Insert, on_both

NO_ACCOUNT = "no account"
INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Shift:
    """Copies of a message that went from one state to another; new ones from none."""

    message_id: int
    before: DeliveryState | None
    after: DeliveryState
    number: int = 1


def plan(
    uow: SqlUnitOfWork,
    message_id: int,
    priority: Priority,
    to: Recipients,
    *,
    first: bool,
    asked_at: datetime | None = None,
) -> int:
    """Adds copies for all recipients that have none yet, and counts them; how many. `first`: there are none yet.

    `asked_at` is for what answers in a chat.
    """
    if isinstance(to, ToChat):
        new = uow.connection.execute(_PLAN[uow.dialect], copy_in(message_id, priority, to, asked_at)).rowcount
        return count(uow, [Shift(message_id, None, DeliveryState.WAITING, new)])
    before = (0, 0) if first else _not_to_send(uow, message_id)
    new = _plan_people(uow, message_id, priority, to, first=first)
    after = _not_to_send(uow, message_id) if new else before
    unreachable, absent = after[0] - before[0], after[1] - before[1]
    return count(
        uow,
        [
            Shift(message_id, None, DeliveryState.WAITING, new - unreachable - absent),
            Shift(message_id, None, DeliveryState.UNREACHABLE, unreachable),
            Shift(message_id, None, DeliveryState.ABSENT, absent),
        ],
    )


def count(uow: SqlUnitOfWork, shifts: Iterable[Shift]) -> int:
    """Moves the counters after a change of some copies, by how many there were of each; how many copies changed."""
    sums: dict[int, Counter[str]] = {}
    number = 0
    for shift in shifts:
        number += shift.number
        if shift.before is not shift.after and shift.number:
            moved = sums.setdefault(shift.message_id, Counter())
            moved[shift.after.value] += shift.number
            if shift.before is not None:
                moved[shift.before.value] -= shift.number
    if sums:
        rows = [
            {"id": key, **{state.value: moved[state.value] for state in DeliveryState}} for key, moved in sums.items()
        ]
        uow.connection.execute(_count(uow.dialect), packed_with_ids(uow.dialect, rows))
    return number


def shared(to: Recipients) -> bool:
    """Whether a message belongs to many people, so that one of them cannot change it."""
    return isinstance(to, ToAudience | ToSome)


def copy_in(message_id: int, priority: Priority, to: ToChat, asked_at: datetime | None = None) -> dict[str, object]:
    """The row of a copy that waits to go to one chat."""
    return {
        "message_id": message_id,
        "priority": priority.value,
        "person_id": to.person_id,
        "account_id": to.account_id,
        "messenger": to.messenger,
        "chat": to.chat,
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
        "shown": 0,
        "asked_at": asked_at,
    }


def _plan_people(
    uow: SqlUnitOfWork, message_id: int, priority: Priority, to: ToPerson | ToAudience | ToSome, *, first: bool
) -> int:
    insert = _copies_of(uow, message_id, priority, routes(to))
    if first and uow.dialect == "postgresql":
        # To look for conflicts where there are none costs PostgreSQL a third more.
        try:
            with uow.session.begin_nested():
                return uow.change(insert)
        except IntegrityError:
            pass  # two people of one chat
    return uow.change(insert.on_conflict_do_nothing())


def _copies_of(uow: SqlUnitOfWork, message_id: int, priority: Priority, found: FromClause) -> Insert:
    """For each person through the best account."""
    nobody = found.c.account_id.is_(None)
    copies = {
        "message_id": literal(message_id),
        "priority": literal(priority.value),
        **{name: found.c[name] for name in ("person_id", "account_id", "messenger", "chat")},
        "state": case(
            (nobody, DeliveryState.UNREACHABLE.value),
            (found.c.absent, DeliveryState.ABSENT.value),
            else_=DeliveryState.WAITING.value,
        ),
        "attempts": literal(0),
        "shown": literal(0),
        "reason": case((nobody & found.c.active, NO_ACCOUNT), (nobody, INACTIVE)),
    }
    source = select(*copies.values()).where(found.c.place == 1).order_by(found.c.person_id)
    return uow.insert(deliveries).from_select(list(copies), source)


def _not_to_send(uow: SqlUnitOfWork, message_id: int) -> tuple[int, int]:
    """How many copies of a message have no account, and how many wait for theirs to come."""
    without, absent = uow.connection.execute(_NOT_TO_SEND, {"message": message_id}).one()
    return without, absent


@lru_cache
def _count(dialect: str) -> Executable:
    columns: dict[str, TypeEngine[Any]] = {
        "id": BigInteger(),
        **{state.value: Integer() for state in DeliveryState},
    }
    moved = rows_of(dialect, "moved", columns)
    sums = {state.value: messages.c[state.value] + moved.c[state.value] for state in DeliveryState}
    return update(messages).where(one_of(dialect, messages.c.id, moved)).values(sums)


_PLAN: dict[str, Executable] = on_both(
    lambda insert: insert(deliveries).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
)
_OF_THIS = select(func.count()).select_from(deliveries).where(deliveries.c.message_id == bindparam("message"))
_NOT_TO_SEND = select(
    _OF_THIS.where(deliveries.c.messenger.is_(None)).scalar_subquery(),
    _OF_THIS.where(is_absent(deliveries)).scalar_subquery(),
)
