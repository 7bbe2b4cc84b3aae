"""Who is in an audience, and through which account a person is reached."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, FromClause, and_, case, delete, exists, func, insert, or_, select, true

from core.delivery import WriteFirst
from core.people.audience import Audience, CountAudience
from storage.dispatch import answers, carries_out
from storage.tables.people import accounts, first_writers, people
from storage.unit_of_work import SqlUnitOfWork


def members(audience: Audience) -> ColumnElement[bool]:
    """The condition on `people` for being in an audience."""
    if audience.everybody:
        return people.c.active.is_(true())
    chosen = or_(
        people.c.department_id.in_(audience.departments),
        people.c.roles.bitwise_and(int(audience.roles)) != 0,
        people.c.id.in_(audience.people),
    )
    return people.c.active.is_(true()) & chosen


@cache
def best_account() -> ColumnElement[bool]:
    """Joins `accounts` to `people`: the account that a person is written to, the preferred messenger's or the oldest.

    None for a person who is not active, or has no account that can be written to.
    """
    other = accounts.alias()
    better = or_(_rank(other) < _rank(accounts), and_(_rank(other) == _rank(accounts), other.c.id < accounts.c.id))
    return _usable(accounts) & ~exists().where(_usable(other), better).correlate(people, accounts)


def chat_of(account: FromClause) -> ColumnElement[str]:
    """Where an account is written to: its chat, else its address in a messenger where one can write first."""
    first = account.c.messenger.in_(select(first_writers.c.messenger))
    return case((account.c.chat.is_not(None), account.c.chat), (first, account.c.address))


@carries_out(WriteFirst)
def write_first(uow: SqlUnitOfWork, change: WriteFirst) -> None:
    """Keeps the names, where every plan looks."""
    uow.session.execute(delete(first_writers))
    if change.messengers:
        uow.session.execute(insert(first_writers), [{"messenger": name} for name in change.messengers])


def _usable(account: FromClause) -> ColumnElement[bool]:
    return and_(
        account.c.person_id == people.c.id,
        chat_of(account).is_not(None),
        account.c.unreachable.is_(None),
        people.c.active.is_(true()),
    )


def _rank(account: FromClause) -> ColumnElement[int]:
    return case((account.c.messenger == people.c.preferred, 0), else_=1)


@answers(CountAudience)
def count_audience(uow: SqlUnitOfWork, query: CountAudience) -> int:
    """How many people an audience has now."""
    return uow.session.execute(select(func.count()).where(members(query.audience))).scalar_one()
