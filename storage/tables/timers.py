"""Domain events that are to happen at a time."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, text

from storage.retention import Age, ages
from storage.schema import Json, Moment, Words, metadata

timers = Table(
    "timers",
    metadata,
    Column("key", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("event", Json, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Why it can never fire; such a timer is kept for whoever looks into it.
    Column("error", Words),
    Index("ix_timers_at", "at", sqlite_where=text("error IS NULL"), postgresql_where=text("error IS NULL")),
    info=ages(failed=Age("at", "error IS NOT NULL", order="at")),
)
