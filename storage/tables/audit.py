"""Who did what for whom."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from core.auditing import AuditEntry
from storage.persons import personal
from storage.retention import Age, ages
from storage.schema import Id, Moment, Recorded, Words, key, mappings, metadata

# Read from the end, by whom or what it is about; the ids grow with the moments.
audit = Table(
    "audit",
    metadata,
    key(),
    Column("at", Moment, nullable=False),
    Column("kind", Words, nullable=False),
    Column("what", Recorded, nullable=False),
    Column("actor_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("instead_of_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("origin", Words, nullable=False),
    Index(None, "kind", "id"),
    Index(None, "actor_id"),
    Index(None, "instead_of_id"),
    Index(None, "person_id"),
    info=ages(Age("at")) | personal("actor_id", "instead_of_id", "person_id"),
    sqlite_autoincrement=True,
)

mappings.map_imperatively(AuditEntry, audit)
