"""Who is in an audience, and through which account a person is reached."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
)

from core.access import EMPLOYEE
from core.delivery import ToAudience, ToPerson, ToSome
from core.people.audience import Audience, CountAudience
from storage.dispatch import answers
from storage.queries.grants import branch
from storage.tables.grants import role_holders
from storage.tables.people import accounts, messengers, people
from storage.unit_of_work import SqlUnitOfWork

S = TypeVar("S", bound=ToSome)

_RANK = literal(2**48, BigInteger)
"""More than there are ids."""


def members(audience: Audience) -> ColumnElement[bool]:
    """The condition on `people` for being in an audience. Each part of it is looked for by an index."""
    if audience.everybody or EMPLOYEE.name in audience.roles:
        return people.c.active.is_(true())
    one = people.alias("one")
    parts: list[Select[tuple[int]]] = []
    if audience.departments:
        parts.append(select(one.c.id).where(one.c.department_id.in_(audience.departments)))
    if audience.branches:
        parts.append(select(one.c.id).where(one.c.department_id.in_(branch(audience.branches))))
    if audience.roles:
        parts.append(select(role_holders.c.person_id).where(role_holders.c.role.in_(audience.roles)))
    if audience.people:
        parts.append(select(one.c.id).where(one.c.id.in_(audience.people)))
    if not parts:
        return false()
    return people.c.active.is_(true()) & people.c.id.in_(union(*parts) if len(parts) > 1 else parts[0])


@cache
def best_account() -> ColumnElement[bool]:
    """Joins `accounts` to `people`: the account that a person is written to, the preferred network's or the oldest.

    In a network with several bot accounts it is the one to which the person wrote last. None for a person who is not
    active, or has no account that can be written to.
    """
    theirs = accounts.alias()
    # The rank stands above the id in one number: to look for the least once is cheaper than to compare each with each.
    best = select(func.min(rank_of(theirs) * _RANK + theirs.c.id)).where(usable(theirs)).correlate(people)
    # That it is the person's follows; said all the same, PostgreSQL looks for it by an index.
    return (accounts.c.person_id == people.c.id) & (accounts.c.id == best.scalar_subquery() % _RANK)


def chat_of(account: FromClause) -> ColumnElement[str]:
    """Where an account is written to: its chat, else its address in a messenger where one can write first."""
    first = account.c.messenger.in_(select(messengers.c.name).where(messengers.c.writes_first.is_(true())))
    return case((account.c.chat.is_not(None), account.c.chat), (first, account.c.address))


def usable(account: FromClause) -> ColumnElement[bool]:
    """That it is an account of `people` through which they can be written to."""
    return and_(
        account.c.person_id == people.c.id,
        chat_of(account).is_not(None),
        account.c.unreachable.is_(None),
        account.c.messenger.not_in(select(messengers.c.name).where(messengers.c.present.is_(false()))),
        people.c.active.is_(true()),
    )


def rank_of(account: FromClause) -> ColumnElement[int]:
    """Which of a person's accounts is written to first: the smaller, and of equal ones the older."""
    wanted = or_(account.c.messenger == people.c.preferred, account.c.messenger.like(people.c.preferred.concat(".%")))
    return case((wanted, 0), else_=2) + case((account.c.superseded, 1), else_=0)


def chooses(kind: type[S]) -> Callable[[Callable[[S], ColumnElement[bool]]], Callable[[S], ColumnElement[bool]]]:
    """Registers the condition on `people` for recipients of a kind: `@chooses(ToPending)` over a function of these."""

    def keep(condition: Callable[[S], ColumnElement[bool]]) -> Callable[[S], ColumnElement[bool]]:
        _conditions[kind] = condition
        return condition

    return keep


def chosen(to: ToPerson | ToAudience | ToSome) -> ColumnElement[bool]:
    """The condition on `people` for being a recipient."""
    match to:
        case ToPerson(person_id):
            return people.c.id == person_id
        case ToAudience(audience):
            return members(audience)
        case _:
            return _conditions[type(to)](to)


_conditions: dict[type[ToSome], Callable[[Any], ColumnElement[bool]]] = {}


@answers(CountAudience)
def count_audience(uow: SqlUnitOfWork, query: CountAudience) -> int:
    """How many people an audience has now."""
    return uow.session.execute(select(func.count()).where(members(query.audience))).scalar_one()
