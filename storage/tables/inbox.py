"""Received events, and how far each bot account has been read."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from storage.schema import Id, Json, Moment, Words, metadata

WAITING = "waiting"
HANDLED = "handled"
FAILED = "failed"

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("messenger", Words, nullable=False),
    Column("event_id", Words, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Words),
    # Emptied when the event is handled: only its id is needed to know it again.
    Column("event", Json),
    UniqueConstraint("messenger", "event_id"),
    Index(
        "ix_events_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

cursors = Table(
    "cursors",
    metadata,
    Column("messenger", Words, primary_key=True),
    Column("value", Words, nullable=False),
    Column("moved_at", Moment, nullable=False),
)
