"""Alerts with their calls and notes, the lines and the numbers marked as spam."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, or_, select

from core.calls.alert import (
    Alert,
    AlertEvent,
    AlertIds,
    AlertOf,
    AlertsEndedBy,
    AlertState,
    CountUnresolved,
    Deed,
    LatestAlert,
    LinkMissed,
    MissedCallsOf,
    NotesOf,
    UnresolvedAlerts,
    WaitingAlerts,
)
from core.calls.call import Call
from core.calls.journal import BlockNumber, IsBlocked, PeopleAt
from core.calls.lines import AnyLines, KnowLines, Line, LineNamed, Lines, UnheardLines
from core.people.endpoints import known_as
from core.people.person import Person
from storage.dispatch import answers, carries_out
from storage.queries.calls import in_order
from storage.tables.calls import (
    alert_calls,
    alert_events,
    alerts,
    blocked_numbers,
    calls,
    is_unresolved,
    lines,
)
from storage.tables.people import people
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import on_both

_LINK = on_both(
    lambda insert: insert(alert_calls).on_conflict_do_update(
        index_elements=["call_id"], set_={"alert_id": insert(alert_calls).excluded.alert_id}
    )
)
_ALERT_OF = (
    select(Alert)
    .join(alert_calls, alert_calls.c.alert_id == alerts.c.id)
    .where(alert_calls.c.call_id == bindparam("call"))
)
_LATEST = (
    select(Alert)
    .where(alerts.c.number == bindparam("number"))
    .order_by(alerts.c.missed_at.desc(), alerts.c.id.desc())
    .limit(1)
)
_NOTES = (
    select(AlertEvent)
    .where(alert_events.c.alert_id == bindparam("alert"), alert_events.c.deed == Deed.NOTED)
    .order_by(alert_events.c.id.desc())
    .limit(bindparam("most"))
)
_LINE = select(Line).where(lines.c.name == bindparam("name"))
_BLOCKED = select(blocked_numbers.c.number).where(blocked_numbers.c.number == bindparam("number"))


@carries_out(LinkMissed)
def link_missed(uow: SqlUnitOfWork, change: LinkMissed) -> None:
    """Links a call with an alert; a call has one at most."""
    if change.alert_id is None:
        uow.session.execute(delete(alert_calls).where(alert_calls.c.call_id == change.call_id))
        return
    uow.connection.execute(_LINK[uow.dialect], {"call_id": change.call_id, "alert_id": change.alert_id})


@answers(AlertOf)
def alert_of(uow: SqlUnitOfWork, query: AlertOf) -> Alert | None:
    """A call's alert."""
    return uow.session.execute(_ALERT_OF, {"call": query.call_id}).scalars().first()


@answers(AlertIds)
def alert_ids(uow: SqlUnitOfWork, query: AlertIds) -> dict[str, int]:
    """Which of the calls have an alert."""
    if not query.call_ids:
        return {}
    statement = select(alert_calls.c.call_id, alert_calls.c.alert_id)
    rows = uow.session.execute(statement.where(alert_calls.c.call_id.in_(query.call_ids)))
    return {row.call_id: row.alert_id for row in rows}


@answers(MissedCallsOf)
def missed_calls_of(uow: SqlUnitOfWork, query: MissedCallsOf) -> tuple[Call, ...]:
    """An alert's calls."""
    statement = select(calls).join(alert_calls, alert_calls.c.call_id == calls.c.id)
    return in_order(uow, statement.where(alert_calls.c.alert_id == query.alert_id))


@answers(LatestAlert)
def latest_alert(uow: SqlUnitOfWork, query: LatestAlert) -> Alert | None:
    """The alert of a number that was missed last."""
    return uow.session.execute(_LATEST, {"number": query.number}).scalars().first()


@answers(UnresolvedAlerts)
def unresolved_alerts(uow: SqlUnitOfWork, query: UnresolvedAlerts) -> tuple[Alert, ...]:
    """What is left to do for some numbers."""
    if not query.numbers:
        return ()
    statement = select(Alert).where(alerts.c.number.in_(query.numbers), alerts.c.state != AlertState.RESOLVED)
    return tuple(uow.session.execute(statement.order_by(alerts.c.id)).scalars())


@answers(AlertsEndedBy)
def alerts_ended_by(uow: SqlUnitOfWork, query: AlertsEndedBy) -> tuple[Alert, ...]:
    """What calls have ended; the numbers are what they are found by."""
    if not query.numbers:
        return ()
    statement = select(Alert).where(alerts.c.number.in_(query.numbers), alerts.c.contact_id.in_(query.call_ids))
    return tuple(uow.session.execute(statement.order_by(alerts.c.id)).scalars())


@answers(WaitingAlerts)
def waiting_alerts(uow: SqlUnitOfWork, query: WaitingAlerts) -> tuple[Alert, ...]:
    """What is left to do, of any day."""
    statement = select(Alert).where(is_unresolved(alerts), alerts.c.told_at.is_not(None))
    return tuple(uow.session.execute(statement.order_by(alerts.c.missed_at.desc()).limit(query.limit)).scalars())


@answers(CountUnresolved, apart=True)
def count_unresolved(uow: SqlUnitOfWork, query: CountUnresolved) -> int:
    """What is left to do of what began since a moment."""
    statement = select(func.count()).select_from(alerts).where(alerts.c.missed_at >= query.since, is_unresolved(alerts))
    return uow.session.execute(statement).scalar_one()


@answers(NotesOf)
def notes_of(uow: SqlUnitOfWork, query: NotesOf) -> tuple[AlertEvent, ...]:
    """The last notes of an alert."""
    found = uow.session.execute(_NOTES, {"alert": query.alert_id, "most": query.limit})
    return tuple(reversed(found.scalars().all()))


@carries_out(KnowLines)
def know_lines(uow: SqlUnitOfWork, change: KnowLines) -> None:
    """Adds the lines that are not there yet."""
    rows: list[dict[str, Any]] = [
        {"name": name, "timezone": change.timezone, "title": "", "duty": ()} for name in change.names
    ]
    if rows:
        statement = uow.insert(lines)
        zone = {"timezone": statement.excluded.timezone}
        uow.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=zone), rows)
    if change.only:
        untouched = (lines.c.title == "") & lines.c.department_id.is_(None) & lines.c.opens.is_(None)
        for line in uow.session.execute(
            select(Line).where(untouched, _unheard(), lines.c.name.not_in(change.names))
        ).scalars():
            if not line.routed:
                uow.session.delete(line)


@answers(Lines)
def all_lines(uow: SqlUnitOfWork, query: Lines) -> tuple[Line, ...]:
    """Every line."""
    return tuple(uow.session.execute(select(Line).order_by(lines.c.name)).scalars())


@answers(AnyLines, apart=True)
def any_lines(uow: SqlUnitOfWork, query: AnyLines) -> bool:
    """Asked for every menu, and once in a transaction."""
    known: bool | None = uow.session.info.get("any lines")
    if known is None:
        known = uow.connection.execute(select(lines.c.id).limit(1)).first() is not None
        uow.session.info["any lines"] = known
    return known


@answers(UnheardLines)
def unheard_lines(uow: SqlUnitOfWork, query: UnheardLines) -> tuple[Line, ...]:
    """The lines without a call."""
    statement = select(Line).where(_unheard(), exists().where(calls.c.id.is_not(None)))
    return tuple(uow.session.execute(statement.order_by(lines.c.name)).scalars())


def _unheard() -> ColumnElement[bool]:
    return ~exists().where(calls.c.line == lines.c.name)


@answers(LineNamed)
def line_named(uow: SqlUnitOfWork, query: LineNamed) -> Line | None:
    """A line by the exchange's name for it."""
    return uow.session.execute(_LINE, {"name": query.name}).scalars().first()


@carries_out(BlockNumber)
def block_number(uow: SqlUnitOfWork, change: BlockNumber) -> None:
    """Puts a number on the list of spam, or takes it off."""
    if not change.blocked:
        uow.session.execute(delete(blocked_numbers).where(blocked_numbers.c.number == change.number))
        return
    statement = uow.insert(blocked_numbers).values(number=change.number, person_id=change.person_id, at=uow.now)
    uow.session.execute(statement.on_conflict_do_nothing())


@answers(IsBlocked)
def is_blocked(uow: SqlUnitOfWork, query: IsBlocked) -> bool:
    """Whether a number is on the list."""
    return uow.connection.execute(_BLOCKED, {"number": query.number}).first() is not None


@answers(PeopleAt)
def people_at(uow: SqlUnitOfWork, query: PeopleAt) -> tuple[Person, ...]:
    """Whose telephone rings at an endpoint: by its own name before what it may be short of."""
    for name in known_as(query.endpoint):
        among = func.lower(", " + people.c.extension + ", ").contains(f", {name.lower()}, ", autoescape=True)
        statement = select(Person).where(or_(among, people.c.phone == name), people.c.active)
        if found := tuple(uow.session.execute(statement.order_by(people.c.id)).scalars()):
            return found
    return ()
