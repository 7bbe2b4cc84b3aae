"""What people may do follows from grants and from the company's tree: read here, for one person or for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, true

from core.access import COMPANY, Held, Scope
from core.people.departments import DepartmentsBelow
from core.people.grants import (
    AllGrants,
    Basis,
    BasisOf,
    Grant,
    GrantsOf,
    LastingAdmins,
    PeopleById,
    RoleCounts,
)
from core.people.person import Department, Person
from core.people.roles import ADMIN
from storage.dispatch import answers
from storage.schema import AnyRow
from storage.tables.grants import grants, role_holders
from storage.tables.people import departments, people
from storage.unit_of_work import SqlUnitOfWork

_AT_ONCE = 5_000
"""Ids in one IN list."""
_OPEN = grants.c.ended_at.is_(None)


@answers(GrantsOf)
def grants_of(uow: SqlUnitOfWork, query: GrantsOf) -> tuple[Grant, ...]:
    """The grants of a person that have not ended."""
    statement = select(Grant).where(grants.c.person_id == query.person_id, _OPEN).order_by(grants.c.id)
    return tuple(uow.session.execute(statement).scalars())


@answers(AllGrants)
def all_grants(uow: SqlUnitOfWork, query: AllGrants) -> tuple[Grant, ...]:
    """The grants for the whole company."""
    statement = select(Grant).where(_OPEN, grants.c.scope_kind == COMPANY.kind).order_by(grants.c.id)
    return tuple(uow.session.execute(statement).scalars())


@answers(RoleCounts)
def role_counts(uow: SqlUnitOfWork, query: RoleCounts) -> Mapping[str, int]:
    """How many have each role."""
    statement = (
        select(role_holders.c.role, func.count())
        .join(people, people.c.id == role_holders.c.person_id)
        .where(people.c.active.is_(true()))
        .group_by(role_holders.c.role)
    )
    return {row[0]: row[1] for row in uow.session.execute(statement)}


@answers(LastingAdmins)
def lasting_admins(uow: SqlUnitOfWork, query: LastingAdmins) -> frozenset[int]:
    """The admins for good, locked: a transaction that saw one who has meanwhile been removed is run again."""
    admin = exists().where(
        grants.c.person_id == people.c.id, grants.c.role == ADMIN.name, _OPEN, grants.c.until.is_(None)
    )
    statement = select(people.c.id).where(people.c.active.is_(true()), admin).order_by(people.c.id).with_for_update()
    return frozenset(uow.session.execute(statement).scalars())


@answers(BasisOf)
def basis_of(uow: SqlUnitOfWork, query: BasisOf) -> Mapping[int, Basis]:
    """Three statements, however many people."""
    given: defaultdict[int, list[Held]] = defaultdict(list)
    heads: defaultdict[int, list[int]] = defaultdict(list)
    leads: set[int] = set()
    holder = [grants.c.person_id, grants.c.role, grants.c.scope_kind, grants.c.scope_id]
    for row in _rows(uow, select(*holder).where(_OPEN), grants.c.person_id, query.people):
        given[row.person_id].append(Held(row.role, Scope(row.scope_kind, row.scope_id)))
    headed = select(departments.c.manager_id, departments.c.id)
    for row in _rows(uow, headed, departments.c.manager_id, query.people):
        heads[row.manager_id].append(row.id)
    led = select(people.c.manager_id).where(people.c.active.is_(true())).distinct()
    for row in _rows(uow, led, people.c.manager_id, query.people):
        leads.add(row.manager_id)
    return {id: Basis(tuple(given[id]), tuple(heads[id]), id in leads) for id in {*given, *heads, *leads}}


@answers(PeopleById)
def people_by_id(uow: SqlUnitOfWork, query: PeopleById) -> Mapping[int, Person]:
    """People by id."""
    return {person.id: person for (person,) in _rows(uow, select(Person), people.c.id, query.people)}


@answers(DepartmentsBelow)
def departments_below(uow: SqlUnitOfWork, query: DepartmentsBelow) -> tuple[Department, ...]:
    """The parts of a department."""
    statement = select(Department).where(
        departments.c.id.in_(branch((query.department_id,))), departments.c.id != query.department_id
    )
    return tuple(uow.session.execute(statement.order_by(departments.c.name)).scalars())


def branch(roots: tuple[int, ...] | Select[tuple[int]]) -> Select[tuple[int]]:
    """The ids of these departments and of all that are part of them."""
    found = select(departments.c.id).where(departments.c.id.in_(roots)).cte("branch", recursive=True)
    part = departments.alias("part")
    return select(found.union(select(part.c.id).where(part.c.parent_id == found.c.id)).c.id)


def _rows(uow: SqlUnitOfWork, statement: Select[Any], key: ColumnElement[Any], ids: frozenset[int]) -> Iterator[AnyRow]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        yield from uow.session.execute(statement.where(key.in_(ordered[start : start + _AT_ONCE])))
