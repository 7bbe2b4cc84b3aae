"""Whom audiences would reach, what they are made of, and those that are kept under a name."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, not_, select

from core.campaigns.audiences import SavedAudience, SavedAudiences
from core.notices import When, reaches
from core.people.audience import AnybodyHears, DepartmentsToTell, Reach, ReachOf, Unreachable, UnreachableOf
from core.people.person import Department
from storage.dispatch import answers
from storage.ledger.recipients import members, usable
from storage.tables.audiences import saved_audiences
from storage.tables.people import accounts, departments, people
from storage.unit_of_work import SqlUnitOfWork


@answers(ReachOf)
def reach_of(uow: SqlUnitOfWork, query: ReachOf) -> Reach:
    """Both in one pass over its people."""
    lost, deaf = func.count().filter(_unreachable()), func.count().filter(_deaf())
    row = uow.connection.execute(select(func.count(), lost, deaf).where(members(query.audience))).one()
    return Reach(total=row[0], unreachable=row[1], absent=row[2] - row[1])


@answers(AnybodyHears)
def anybody_hears(uow: SqlUnitOfWork, query: AnybodyHears) -> bool:
    """The first who does."""
    chosen = select(people.c.settings).where(members(query.audience), ~_deaf())
    if query.notice is None:
        return uow.connection.execute(chosen.limit(1)).first() is not None
    return any(reaches(query.notice, row.settings) is not When.OFF for row in uow.connection.execute(chosen))


@answers(UnreachableOf)
def unreachable_of(uow: SqlUnitOfWork, query: UnreachableOf) -> tuple[Unreachable, ...]:
    """A part of the list."""
    statement = (
        select(*people.c["last_name", "first_name", "patronymic"], departments.c.name.label("department"))
        .select_from(people.outerjoin(departments, departments.c.id == people.c.department_id))
        .where(members(query.audience), _unreachable())
        .order_by(departments.c.name, people.c.last_name, people.c.first_name, people.c.id)
    )
    return tuple(
        Unreachable(" ".join(filter(None, (row.last_name, row.first_name, row.patronymic))), row.department)
        for row in uow.connection.execute(statement.offset(query.offset).limit(query.limit))
    )


@answers(SavedAudiences)
def kept_audiences(uow: SqlUnitOfWork, query: SavedAudiences) -> tuple[SavedAudience, ...]:
    """By name."""
    return tuple(uow.session.execute(select(SavedAudience).order_by(saved_audiences.c.name)).scalars())


@answers(DepartmentsToTell)
def departments_to_tell(uow: SqlUnitOfWork, query: DepartmentsToTell) -> tuple[Department, ...]:
    """The departments that have active people, and those that contain them, by name."""
    peopled = exists().where(people.c.department_id == departments.c.id, people.c.active)
    found = {one.id: one for one in uow.session.execute(select(Department).where(peopled)).scalars()}
    above = {id for one in found.values() for id in one.above} - found.keys()
    if above:
        found |= {
            one.id: one for one in uow.session.execute(select(Department).where(departments.c.id.in_(above))).scalars()
        }
    return tuple(sorted(found.values(), key=lambda one: one.name))


def _unreachable() -> ColumnElement[bool]:
    return not_(exists().where(usable(accounts)).correlate(people))


def _deaf() -> ColumnElement[bool]:
    """Nobody who would read it now, though it may wait."""
    return not_(exists().where(usable(accounts), accounts.c.absent.is_(False)).correlate(people))
