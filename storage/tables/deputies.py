"""Who stands in for whom."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, text

from core.people.deputies import Deputy
from storage.persons import personal
from storage.retention import kept
from storage.schema import Id, Moment, Words, key, mappings, metadata

OPEN = text("ended_at IS NULL")

deputies = Table(
    "deputies",
    metadata,
    key(),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("deputy_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("scope_kind", Words, nullable=False),
    Column("scope_id", Id, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("made_by", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Index("ix_deputies_person", "person_id", sqlite_where=OPEN, postgresql_where=OPEN),
    Index("ix_deputies_deputy", "deputy_id", sqlite_where=OPEN, postgresql_where=OPEN),
    info=kept("who could act for whom is asked for years later")
    | personal("person_id", "deputy_id", "made_by", "ended_by"),
    sqlite_autoincrement=True,
)

mappings.map_imperatively(Deputy, deputies)
