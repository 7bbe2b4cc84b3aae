"""How copies are planned and counted: the part of the ledger that all changes of it share.

The row of a message is the lock of all its copies: whoever changes copies changes or locks it first. So the counters
in it are always those of its copies, and an outcome cannot pass by a revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, case, func, literal, select, update

from core.delivery import DeliveryState, Priority, Recipients, ToAudience, ToChat, ToPerson
from storage.queries.people import best_account, chat_of, members
from storage.tables.delivery import deliveries, messages
from storage.tables.people import accounts, people
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import on_both

NO_ACCOUNT = "no account"
INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Shift:
    """One copy that went from one state to another."""

    message_id: int
    before: DeliveryState
    after: DeliveryState


def plan(uow: SqlUnitOfWork, message_id: int, priority: Priority, to: Recipients) -> int:
    """Adds copies for all recipients that have none yet; how many. They are not counted yet: see `recount`."""
    if isinstance(to, ToChat):
        return _plan_chat(uow, message_id, priority, to)
    chosen = people.c.id == to.person_id if isinstance(to, ToPerson) else members(to.audience)
    return _plan_people(uow, message_id, priority, chosen)


def recount(uow: SqlUnitOfWork, message_id: int) -> None:
    """Counts the copies of a message after a change of many."""
    rows = uow.session.execute(
        select(deliveries.c.state, func.count())
        .where(deliveries.c.message_id == message_id)
        .group_by(deliveries.c.state)
    )
    found: dict[str, int] = {name: count for name, count in rows}  # noqa: C416
    counts = {state.value: found.get(state.value, 0) for state in DeliveryState}
    uow.session.execute(update(messages).where(messages.c.id == message_id).values(counts))


def count(uow: SqlUnitOfWork, shifts: Iterable[Shift]) -> None:
    """Moves the counters after a change of some copies, by how many there were of each."""
    sums: dict[int, Counter[str]] = {}
    for shift in shifts:
        if shift.before is not shift.after:
            sums.setdefault(shift.message_id, Counter()).update({shift.after.value: 1})
            sums[shift.message_id].subtract({shift.before.value: 1})
    if sums:
        rows = [
            {"message": key, **{f"by_{state.value}": sums[key][state.value] for state in DeliveryState}}
            for key in sorted(sums)
        ]
        uow.connection.execute(_COUNT, rows)


def shared(to: Recipients) -> bool:
    """Whether a message belongs to many people, so that one of them cannot change it."""
    return isinstance(to, ToAudience)


_PLAN = on_both(lambda insert: insert(deliveries).on_conflict_do_nothing().execution_options(preserve_rowcount=True))
_BY_STATE = (
    select(deliveries.c.state, func.count())
    .where(deliveries.c.message_id == bindparam("message"))
    .group_by(deliveries.c.state)
)
_RECOUNT = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values({state.value: bindparam(f"in_{state.value}") for state in DeliveryState})
)
_COUNT = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values({state.value: messages.c[state.value] + bindparam(f"by_{state.value}") for state in DeliveryState})
)


def _plan_chat(uow: SqlUnitOfWork, message_id: int, priority: Priority, to: ToChat) -> int:
    copy = {
        "message_id": message_id,
        "priority": priority.value,
        "person_id": to.person_id,
        "account_id": to.account_id,
        "messenger": to.messenger,
        "chat": to.chat,
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
        "shown": 0,
    }
    return uow.connection.execute(_PLAN[uow.dialect], copy).rowcount


def _plan_people(uow: SqlUnitOfWork, message_id: int, priority: Priority, chosen: ColumnElement[bool]) -> int:
    nobody = accounts.c.id.is_(None)
    copies = {
        "message_id": literal(message_id),
        "priority": literal(priority.value),
        "person_id": people.c.id,
        "account_id": accounts.c.id,
        "messenger": accounts.c.messenger,
        "chat": chat_of(accounts),
        "state": case((nobody, DeliveryState.UNREACHABLE.value), else_=DeliveryState.WAITING.value),
        "attempts": literal(0),
        "shown": literal(0),
        "reason": case((nobody & people.c.active, NO_ACCOUNT), (nobody, INACTIVE)),
    }
    source = (
        select(*copies.values())
        .select_from(people.outerjoin(accounts, best_account()))
        .where(chosen)
        .order_by(people.c.id)
    )
    return uow.change(uow.insert(deliveries).from_select(list(copies), source).on_conflict_do_nothing())
