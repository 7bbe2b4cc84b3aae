"""Reads who has acknowledged a campaign and who has not, and for whom its reminders are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from core.campaigns.standing import (
    Acknowledge,
    AcknowledgedAt,
    AnybodyMissing,
    CountAcknowledged,
    DepartmentStandings,
    IsRecipient,
    LeadsAnybody,
    Missing,
    MissingOf,
    MissingPart,
    Part,
    Recipient,
    RecipientsOf,
    Reminder,
    RemindersOf,
    Standings,
    StandingsOf,
    ToMissing,
    ToTheirManagers,
)
from core.delivery import DeliveryState
from storage.dispatch import answers, carries_out
from storage.ledger.recipients import chooses
from storage.queries.grants import branch
from storage.schema import AnyRow
from storage.tables.campaigns import acknowledgements, campaign_reminders
from storage.tables.delivery import deliveries
from storage.tables.people import departments, people
from storage.unit_of_work import SqlUnitOfWork

_NAMED = (*people.c["last_name", "first_name", "patronymic", "position"], departments.c.name.label("department"))
_IN_ORDER = (departments.c.name, people.c.last_name, people.c.first_name, people.c.id)
_CANCELLED = DeliveryState.CANCELLED.value


@carries_out(Acknowledge)
def acknowledge(uow: SqlUnitOfWork, change: Acknowledge) -> bool:
    """The first press counts, whatever copy it was on."""
    row = {
        "campaign_id": change.campaign_id,
        "version": change.version,
        "person_id": change.person_id,
        "at": uow.now,
    }
    return bool(uow.change(uow.insert(acknowledgements).values(row).on_conflict_do_nothing()))


@answers(AcknowledgedAt)
def acknowledged_at(uow: SqlUnitOfWork, query: AcknowledgedAt) -> datetime | None:
    """By the whole key."""
    statement = select(acknowledgements.c.at).where(
        _of(acknowledgements, query.campaign_id, query.version), acknowledgements.c.person_id == query.person_id
    )
    at: datetime | None = uow.connection.execute(statement).scalar()
    return at


@answers(IsRecipient)
def is_recipient(uow: SqlUnitOfWork, query: IsRecipient) -> bool:
    """By the copy, of which there is at most one."""
    copy = and_(deliveries.c.message_id == query.message_id, deliveries.c.person_id == query.person_id)
    return bool(uow.connection.execute(select(exists().where(copy, deliveries.c.state != _CANCELLED))).scalar())


@answers(CountAcknowledged)
def count_acknowledged(uow: SqlUnitOfWork, query: CountAcknowledged) -> int:
    """Within the index alone."""
    statement = select(func.count()).select_from(acknowledgements)
    return uow.connection.execute(statement.where(_of(acknowledgements, query.campaign_id, query.version))).scalar_one()


@answers(AnybodyMissing)
def anybody_missing(uow: SqlUnitOfWork, query: AnybodyMissing) -> bool:
    """Stops at the first one."""
    found = _recipients(query.message_id).where(~_acknowledged(query.campaign_id, query.version)).limit(1)
    return uow.connection.execute(found).first() is not None


@answers(StandingsOf)
def standings_of(uow: SqlUnitOfWork, query: StandingsOf) -> tuple[DepartmentStandings, ...]:
    """In one statement: each recipient is looked at once."""
    done = acknowledgements.alias("done")
    known = done.c.person_id.is_not(None)
    joined = (
        deliveries.join(people, people.c.id == deliveries.c.person_id)
        .outerjoin(departments, departments.c.id == people.c.department_id)
        .outerjoin(done, and_(_of(done, query.campaign_id, query.version), done.c.person_id == people.c.id))
    )
    unreached = and_(~known, deliveries.c.shown == 0)
    statement = (
        select(
            people.c.department_id,
            func.max(departments.c.name),
            func.count(),
            func.sum(case((known, 1), else_=0)),
            func.sum(case((unreached, 1), else_=0)),
        )
        .select_from(joined)
        .where(*_counted(query.message_id), *_within(query.team_of))
        .group_by(people.c.department_id)
        .order_by(func.max(departments.c.name))
    )
    return tuple(
        DepartmentStandings(
            department_id=row[0],
            name=row[1] or "",
            of=Standings(total=row[2], acknowledged=row[3], unreached=row[4]),
        )
        for row in uow.connection.execute(statement)
    )


@answers(MissingOf)
def missing_of(uow: SqlUnitOfWork, query: MissingOf) -> MissingPart:
    """A part of the list; counted once."""
    found = (
        select(people.c.id, *_NAMED, deliveries.c.shown)
        .select_from(
            deliveries.join(people, people.c.id == deliveries.c.person_id).outerjoin(
                departments, departments.c.id == people.c.department_id
            )
        )
        .where(
            *_counted(query.message_id),
            ~_acknowledged(query.campaign_id, query.version),
            *_chosen(query),
            *_within(query.team_of),
        )
    )
    total = uow.connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    page = found.order_by(*_IN_ORDER)
    rows = uow.connection.execute(page.offset(query.offset).limit(query.limit))
    items = tuple(
        Missing(
            person_id=row.id,
            name=_name(row),
            department=row.department,
            position=row.position,
            reached=row.shown > 0,
        )
        for row in rows
    )
    return MissingPart(items=items, total=total)


@answers(RecipientsOf)
def recipients_of(uow: SqlUnitOfWork, query: RecipientsOf) -> tuple[Recipient, ...]:
    """For a file, with when."""
    done = acknowledgements.alias("done")
    joined = (
        deliveries.join(people, people.c.id == deliveries.c.person_id)
        .outerjoin(departments, departments.c.id == people.c.department_id)
        .outerjoin(done, and_(_of(done, query.campaign_id, query.version), done.c.person_id == people.c.id))
    )
    statement = (
        select(*_NAMED, deliveries.c.shown, done.c.at)
        .select_from(joined)
        .where(*_counted(query.message_id), *_within(query.team_of))
        .order_by(done.c.at.is_not(None), *_IN_ORDER)
        .limit(query.limit)
    )
    return tuple(
        Recipient(
            name=_name(row),
            department=row.department,
            position=row.position,
            reached=row.shown > 0,
            acknowledged_at=row.at,
        )
        for row in uow.connection.execute(statement)
    )


@answers(RemindersOf)
def reminders_of(uow: SqlUnitOfWork, query: RemindersOf) -> tuple[Reminder, ...]:
    """The latest first."""
    statement = select(Reminder).where(campaign_reminders.c.campaign_id == query.campaign_id)
    statement = statement.order_by(campaign_reminders.c.sent_at.desc(), campaign_reminders.c.message_id.desc())
    return tuple(uow.session.execute(statement).scalars())


@answers(LeadsAnybody)
def leads_anybody(uow: SqlUnitOfWork, query: LeadsAnybody) -> bool:
    """By the indices of managers and departments."""
    return bool(uow.connection.execute(select(exists().where(_reports_to(query.person_id)))).scalar())


@chooses(ToMissing)
def to_missing(to: ToMissing) -> ColumnElement[bool]:
    """Active people who have been shown the message and have not acknowledged it."""
    shown = select(deliveries.c.person_id).where(deliveries.c.message_id == to.message_id, deliveries.c.shown > 0)
    missing = and_(people.c.active, people.c.id.in_(shown), ~_acknowledged(to.campaign_id, to.version))
    if not to.anew:
        return missing
    before = select(acknowledgements.c.person_id).where(
        acknowledgements.c.campaign_id == to.campaign_id, acknowledgements.c.version < to.version
    )
    return and_(missing, people.c.id.in_(before))


@chooses(ToTheirManagers)
def to_their_managers(to: ToTheirManagers) -> ColumnElement[bool]:
    """The manager of each who has not acknowledged, else the nearest head of a department above them; the author."""
    theirs, unit = people.alias("theirs"), _heads()
    nearest = case((unit.c.head == theirs.c.id, unit.c.above), else_=unit.c.head)
    head = func.coalesce(theirs.c.manager_id, nearest)
    managers = (
        select(head)
        .select_from(
            deliveries.join(theirs, theirs.c.id == deliveries.c.person_id).outerjoin(
                unit, unit.c.id == theirs.c.department_id
            )
        )
        .where(
            deliveries.c.message_id == to.message_id,
            deliveries.c.state != _CANCELLED,
            theirs.c.active,
            head != theirs.c.id,
            ~exists().where(
                _of(acknowledgements, to.campaign_id, to.version), acknowledgements.c.person_id == theirs.c.id
            ),
        )
    )
    return and_(people.c.active, or_(people.c.id.in_(managers), people.c.id == to.author_id))


def _heads() -> CTE:
    """Of each department who heads it, or else what contains it; and who is above that head."""
    none = null().cast(departments.c.manager_id.type)
    top = select(departments.c.id, departments.c.manager_id.label("head"), none.label("above"))
    found = top.where(departments.c.parent_id.is_(None)).cte("heads", recursive=True)
    part = departments.alias("part")
    inherited = case((part.c.manager_id.is_(None), found.c.above), else_=found.c.head)
    below = select(part.c.id, func.coalesce(part.c.manager_id, found.c.head), inherited)
    return found.union_all(below.join(found, part.c.parent_id == found.c.id))


def _name(row: AnyRow) -> str:
    return " ".join(part for part in (row.last_name, row.first_name, row.patronymic) if part)


def _of(done: FromClause, campaign_id: int, version: int) -> ColumnElement[bool]:
    return and_(done.c.campaign_id == campaign_id, done.c.version == version)


def _acknowledged(campaign_id: int, version: int, who: FromClause = people) -> ColumnElement[bool]:
    """That one of `people` has acknowledged a version."""
    return exists().where(_of(acknowledgements, campaign_id, version), acknowledgements.c.person_id == who.c.id)


def _counted(message_id: int) -> tuple[ColumnElement[bool], ...]:
    """That a copy is one of this message, and of somebody who still works here."""
    return (
        deliveries.c.message_id == message_id,
        deliveries.c.state != _CANCELLED,
        people.c.active.is_(true()),
    )


def _recipients(message_id: int) -> Select[Any]:
    joined = deliveries.join(people, people.c.id == deliveries.c.person_id)
    return select(people.c.id).select_from(joined).where(*_counted(message_id))


def _chosen(query: MissingOf) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if query.department_id is not None:
        here = people.c.department_id
        chosen.append(here == query.department_id if query.department_id else here.is_(None))
    match query.part:
        case Part.MISSING:
            chosen.append(deliveries.c.shown > 0)
        case Part.UNREACHED:
            chosen.append(deliveries.c.shown == 0)
    return chosen


def _within(person_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """That somebody reports to a person, directly or through others; nothing for None."""
    if person_id is None:
        return ()
    team = select(people.c.id).where(_reports_to(person_id)).cte("team", recursive=True)
    below = people.alias("below")
    team = team.union(select(below.c.id).join(team, below.c.manager_id == team.c.id))
    return (people.c.id.in_(select(team.c.id)), people.c.id != literal(person_id))


def _reports_to(person_id: int) -> ColumnElement[bool]:
    headed = branch(select(departments.c.id).where(departments.c.manager_id == person_id))
    return and_(
        or_(people.c.manager_id == person_id, people.c.department_id.in_(headed)), people.c.id != literal(person_id)
    )
