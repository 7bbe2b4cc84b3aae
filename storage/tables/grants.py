"""Roles that were given, and an index of who has which role, kept with each change of a person's roles."""

from __future__ import annotations

from sqlalchemy import Column, Enum, ForeignKey, Index, Table, delete, event, insert, inspect, text
from sqlalchemy.orm import Session, UOWTransaction

from core.people.grants import Grant, Source
from core.people.person import Person
from storage.persons import personal
from storage.retention import kept
from storage.schema import Id, Moment, Words, key, mappings, metadata

_Source = Enum(
    Source, native_enum=False, length=16, values_callable=lambda sources: [source.value for source in sources]
)
_OPEN = text("ended_at IS NULL")

grants = Table(
    "grants",
    metadata,
    key(),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", Words, nullable=False),
    Column("scope_kind", Words, nullable=False),
    Column("scope_id", Id, nullable=False),
    Column("source", _Source, nullable=False),
    Column("given_by", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("given_at", Moment, nullable=False),
    Column("until", Moment),
    Column("ended_at", Moment),
    Column("ended_by", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Index("ix_grants_open", "role", "person_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    info=kept("who may do what, and who decided it") | personal("person_id", "given_by", "ended_by"),
    sqlite_autoincrement=True,
)

# Who has a role now, wherever and from whatever it follows.
role_holders = Table(
    "role_holders",
    metadata,
    Column("role", Words, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index(None, "person_id"),
    info=kept("an index of what is so now") | personal("person_id", go=True),
)

mappings.map_imperatively(Grant, grants)


@event.listens_for(Session, "after_flush")
def keep_index(session: Session, _flush: UOWTransaction) -> None:
    """Writes down who has which role, for those whose roles a flush wrote."""
    new = [one for one in session.new if isinstance(one, Person) and one.roles.held]
    changed = [one for one in session.dirty if isinstance(one, Person) and "roles" in inspect(one).committed_state]
    if changed:
        session.execute(delete(role_holders).where(role_holders.c.person_id.in_([one.id for one in changed])))
    rows = [{"role": role, "person_id": one.id} for one in (*new, *changed) for role in sorted(one.roles.names)]
    if rows:
        session.execute(insert(role_holders), rows)
