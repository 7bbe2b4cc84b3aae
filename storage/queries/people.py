"""Who is in an audience, and through which account a person is reached."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select, true

from core.people.audience import Audience, CountAudience
from storage.dispatch import answers
from storage.tables.people import accounts, people
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


def best_account() -> ColumnElement[int]:
    """The id of the account that a row of `people` is written to: the preferred messenger's, else the oldest.

    NULL for a person who is not active, or has no account that can be written to.
    """
    usable = (
        select(func.min(accounts.c.id))
        .where(
            accounts.c.person_id == people.c.id,
            accounts.c.chat.is_not(None),
            accounts.c.unreachable.is_(None),
            people.c.active.is_(true()),
        )
        .correlate(people)
    )
    preferred = usable.where(accounts.c.messenger == people.c.preferred)
    return func.coalesce(preferred.scalar_subquery(), usable.scalar_subquery())


@answers(CountAudience)
def count_audience(uow: SqlUnitOfWork, query: CountAudience) -> int:
    """How many people an audience has now."""
    return uow.session.execute(select(func.count()).where(members(query.audience))).scalar_one()
