"""Polls, who has answered them, and what was chosen."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, SmallInteger, Table, Text, text

from core.polls.poll import Poll
from storage.persons import personal
from storage.retention import Age, ages, kept
from storage.schema import Id, Moment, Recorded, Words, key, mappings, metadata

polls = Table(
    "polls",
    metadata,
    key(),
    Column("question", Words, nullable=False),
    Column("options", Recorded, nullable=False),
    Column("several", Boolean, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("author_id", Id, nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("closes_at", Moment),
    Column("closed_at", Moment),
    Column("withdrawn", Boolean, nullable=False),
    Column("campaign_id", Id, unique=True),
    Column("secret", Text, nullable=False),
    Column("result", Recorded),
    # Those that are open, for what waits in the menu.
    Index("ix_polls_open", "id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    sqlite_autoincrement=True,
    info=ages(Age("closed_at")) | personal("author_id", shows=("id", "question", "opened_at", "closed_at")),
)

# Without a time: when somebody answered would tell who it was.
poll_ballots = Table(
    "poll_ballots",
    metadata,
    Column("poll_id", Id, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True),
    Column("voter", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("department_id", Id),
    sqlite_with_rowid=False,
    info=kept("goes with its poll; of an anonymous one it is erased when that is closed")
    | personal("person_id", shows=("poll_id",)),
)

poll_choices = Table(
    "poll_choices",
    metadata,
    Column("poll_id", Id, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True),
    Column("voter", Text, primary_key=True),
    Column("option", SmallInteger, primary_key=True, autoincrement=False),
    Index(None, "poll_id", "option"),
    sqlite_with_rowid=False,
    info=kept("goes with its ballot"),
)

mappings.map_imperatively(Poll, polls)
