"""Bringing copies in line with a message that was changed as a whole: at once when there are few, else in slices.

The message's row counts at once: the queue passes over what must not be sent (`storage.ledger.queue`), and an outcome
is read as if the copy had been swept (`in_line`). So it does not matter how far a sweep has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Update, bindparam, select, update

from core.delivery import DeliveryState, MessageState
from storage.ledger.planning import Shift, count
from storage.schema import AnyRow
from storage.tables.delivery import deliveries, messages
from storage.unit_of_work import SqlUnitOfWork

FEW = 500
"""How many copies are brought in line in the transaction that changes their message."""

_S = DeliveryState
_FOREVER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Rule:
    """What becomes of copies in a state; `sent` are those that show a revision, `behind` those that show an old one."""

    before: DeliveryState
    after: DeliveryState
    sent: bool
    behind: bool = False


_NOT_SENT = (_S.WAITING, _S.HELD, _S.ABSENT, _S.FAILED)
_REVISED = (
    _Rule(_S.SENT, _S.STALE, sent=True, behind=True),
    _Rule(_S.FAILED, _S.STALE, sent=True),
    _Rule(_S.FAILED, _S.WAITING, sent=False),
)
_OVER = (
    *(_Rule(state, _S.CANCELLED, sent=False) for state in _NOT_SENT),
    _Rule(_S.SENT, _S.STALE, sent=True, behind=True),
    _Rule(_S.FAILED, _S.STALE, sent=True),
)
_RULES = {
    MessageState.RUNNING: _REVISED,
    MessageState.PAUSED: _REVISED,
    MessageState.CANCELLED: (
        *(_Rule(state, _S.CANCELLED, sent=False) for state in _NOT_SENT),
        *(_Rule(state, _S.SENT, sent=True) for state in (_S.STALE, _S.FAILED)),
    ),
    MessageState.ENDED: _OVER,
    # Whom it never reached has nothing that could still be seen.
    MessageState.WITHDRAWN: (*_OVER, _Rule(_S.UNREACHABLE, _S.CANCELLED, sent=False)),
}
AGAIN = (_Rule(_S.UNCERTAIN, _S.STALE, sent=True), _Rule(_S.UNCERTAIN, _S.WAITING, sent=False))
"""What becomes of copies whose fate is uncertain when they are to be sent again."""


def in_line(message: MessageState, copy: DeliveryState, *, sent: bool) -> DeliveryState:
    """The state of a copy once its message, which is over, has been swept."""
    if message not in (MessageState.RUNNING, MessageState.PAUSED):
        for rule in _RULES[message]:
            if rule.before is copy and rule.sent is sent and not rule.behind:
                return rule.after
    return copy


def settle_down(uow: SqlUnitOfWork, row: AnyRow) -> None:
    """After a change of a whole message: brings its copies in line when they are few, else leaves them to `sweep`.

    `row` is the message as it is now, with its counters.
    """
    if sum(row._mapping[state.value] for state in _S) <= FEW:
        apply_rules(uow, row, _RULES[MessageState(row.state)], OF_MESSAGE)
        if row.swept_to is not None:
            _swept(uow, row.id, None)
        return
    # Whom a copy was made for without being a person is not found in the order of people. There are few of these.
    apply_rules(uow, row, _RULES[MessageState(row.state)], _OF_NOBODY)
    _swept(uow, row.id, 0)
    uow.wake("sweeps")


def sweep(uow: SqlUnitOfWork, most: int) -> AnyRow | None:
    """Brings the next slice of copies in line; the message that it was of, None when there was nothing to do."""
    row = uow.connection.execute(_NEXT).first()
    if row is None:
        return None
    people = select(deliveries.c.person_id).where(
        deliveries.c.message_id == row.id, deliveries.c.person_id > row.swept_to
    )
    last = people.order_by(deliveries.c.person_id).offset(bindparam("before", most - 1, literal_execute=True)).limit(1)
    upto: int | None = uow.connection.execute(last).scalar()
    span = {"above": row.swept_to, "upto": 2**62 if upto is None else upto}
    apply_rules(uow, row, _RULES[MessageState(row.state)], _OF_PEOPLE, span)
    _swept(uow, row.id, upto)
    return row


def apply_rules(
    uow: SqlUnitOfWork, row: AnyRow, rules: tuple[_Rule, ...], statement: Update, span: dict[str, int] | None = None
) -> int:
    """Changes copies of a message, whose row is locked and given with its counters, and counts them; how many."""
    return count(uow, _applied(uow, row, rules, statement, span or {}))


def _applied(
    uow: SqlUnitOfWork, row: AnyRow, rules: tuple[_Rule, ...], statement: Update, span: dict[str, int]
) -> Iterator[Shift]:
    for rule in rules:
        if not row._mapping[rule.before.value]:
            continue
        low, below = (1, row.revision if rule.behind else _FOREVER) if rule.sent else (0, 1)
        changed = uow.connection.execute(
            statement,
            {
                "message": row.id,
                "before": rule.before.value,
                "after": rule.after.value,
                "low": low,
                "below": below,
                "priority": row.priority,
                **span,
            },
        ).rowcount
        if changed:
            yield Shift(row.id, rule.before, rule.after, changed)


def _swept(uow: SqlUnitOfWork, message_id: int, swept_to: int | None) -> None:
    uow.connection.execute(_SWEPT, {"message": message_id, "to": swept_to})


OF_MESSAGE = (
    update(deliveries)
    .where(
        deliveries.c.message_id == bindparam("message"),
        deliveries.c.state == bindparam("before"),
        deliveries.c.shown >= bindparam("low"),
        deliveries.c.shown < bindparam("below"),
    )
    # A copy that was once marked or asked for went like a reply; with all the others it has their priority again.
    .values(state=bindparam("after"), due_at=None, attempts=0, priority=bindparam("priority"))
)
_OF_NOBODY = OF_MESSAGE.where(deliveries.c.person_id.is_(None))
_OF_PEOPLE = OF_MESSAGE.where(deliveries.c.person_id > bindparam("above"), deliveries.c.person_id <= bindparam("upto"))
_NEXT = (
    select(messages)
    .with_only_columns(*(column for column in messages.c if column.name != "content"))
    .where(messages.c.swept_to.is_not(None))
    .order_by(messages.c.id)
    .limit(1)
    .with_for_update()
)
_SWEPT = update(messages).where(messages.c.id == bindparam("message")).values(swept_to=bindparam("to"))
