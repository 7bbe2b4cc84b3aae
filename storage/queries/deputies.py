"""Who stands in for whom: for a person's screen, and for what people may do."""

from __future__ import annotations

from sqlalchemy import or_, select

from core.access import Scope
from core.people.deputies import DeputiesOf, Deputy
from core.people.standing_in import Standing, StandingNow
from storage.dispatch import answers
from storage.tables.deputies import OPEN, deputies
from storage.unit_of_work import SqlUnitOfWork

_AT_ONCE = 5_000
"""Ids in one IN list."""


@answers(DeputiesOf)
def deputies_of(uow: SqlUnitOfWork, query: DeputiesOf) -> tuple[Deputy, ...]:
    """Both sides, the earliest first."""
    mine = or_(deputies.c.person_id == query.person_id, deputies.c.deputy_id == query.person_id)
    statement = select(Deputy).where(mine, OPEN).order_by(deputies.c.starts_at, deputies.c.id)
    return tuple(uow.session.execute(statement).scalars())


@answers(StandingNow)
def standing_now(uow: SqlUnitOfWork, query: StandingNow) -> tuple[Standing, ...]:
    """Those of the people who stand in for these are asked for as well: what they may do has other sources too."""
    ordered = sorted(query.people)
    now = (OPEN, deputies.c.starts_at <= uow.now, deputies.c.until > uow.now)
    found: set[Standing] = set()
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        of_them = select(deputies.c.deputy_id).where(deputies.c.person_id.in_(some), *now)
        ours = or_(deputies.c.deputy_id.in_(some), deputies.c.deputy_id.in_(of_them))
        columns = (deputies.c.deputy_id, deputies.c.person_id, deputies.c.scope_kind, deputies.c.scope_id)
        for row in uow.session.execute(select(*columns).where(ours, *now)):
            found.add(Standing(row.deputy_id, row.person_id, Scope(row.scope_kind, row.scope_id)))
    return tuple(sorted(found, key=lambda one: (one.deputy_id, one.person_id, one.scope.id)))
