"""Received events, and how far each bot account has been read."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from storage.persons import personal
from storage.retention import Age, ages, kept
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
    # Who sent it: with it the person is found whose events are handled one at a time. Empty in events of old versions.
    Column("account", Words, nullable=False, server_default=""),
    # Emptied when the event is handled: only its id is needed to know it again.
    Column("event", Json),
    UniqueConstraint("messenger", "event_id"),
    Index(
        "ix_events_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_events_failed",
        "id",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
    info=ages(Age("received_at", "state = 'handled'"), failed=Age("received_at", "state = 'failed'")) | personal(),
)

cursors = Table(
    "cursors",
    metadata,
    Column("messenger", Words, primary_key=True),
    Column("value", Words, nullable=False),
    Column("moved_at", Moment, nullable=False),
    info=kept("one row for each bot account"),
)
