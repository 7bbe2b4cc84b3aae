"""Audiences that are kept under a name."""

from __future__ import annotations

from sqlalchemy import Column, Table

from core.campaigns.audiences import SavedAudience
from storage.persons import personal
from storage.retention import kept
from storage.schema import Id, Moment, Recorded, Words, key, mappings, metadata

saved_audiences = Table(
    "saved_audiences",
    metadata,
    key(),
    Column("name", Words, nullable=False, unique=True),
    Column("audience", Recorded, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("saved_at", Moment, nullable=False),
    sqlite_autoincrement=True,
    info=kept("stays until somebody removes it") | personal("author_id"),
)

mappings.map_imperatively(SavedAudience, saved_audiences)
