"""What was done, the latest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, union

from core.auditing import AuditEntry, AuditOf, AuditPart
from storage.dispatch import answers
from storage.tables.audit import audit
from storage.unit_of_work import SqlUnitOfWork

MOST = 10_000
"""Entries that are counted: nobody turns more pages than that."""


@answers(AuditOf)
def audit_of(uow: SqlUnitOfWork, query: AuditOf) -> AuditPart:
    """Follows an index for each way in which somebody can be meant."""
    matching = _narrowed(select(audit.c.id), query)
    total = uow.session.execute(select(func.count()).select_from(matching.limit(MOST).subquery())).scalar_one()
    page = matching.order_by(audit.c.id.desc()).offset(query.offset).limit(query.limit)
    found = select(AuditEntry).where(audit.c.id.in_(page)).order_by(audit.c.id.desc())
    return AuditPart(tuple(uow.session.execute(found).scalars()), total)


def _narrowed(statement: Select[Any], query: AuditOf) -> Select[Any]:
    if query.kind is not None:
        statement = statement.where(audit.c.kind == query.kind)
    if query.since is not None:
        statement = statement.where(audit.c.at >= query.since)
    if query.person_id is not None:
        ways = (audit.c.actor_id, audit.c.instead_of_id, audit.c.person_id)
        statement = statement.where(
            audit.c.id.in_(union(*(select(audit.c.id).where(way == query.person_id) for way in ways)))
        )
    return statement
