"""The ledger: messages, their copies, and which copy a messenger's own message ids belong to.

Deliveries have no foreign keys: each would be checked row by row and double the time that a campaign takes to plan.
People and messages are not deleted while copies of theirs are kept.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)

from core.delivery import DeliveryState
from storage.persons import personal
from storage.retention import Age, ages, kept
from storage.schema import Id, Json, Moment, Words, metadata

_PENDING = "state IN ('waiting', 'stale')"
_ASKED = "asked_at IS NOT NULL AND choices IS NOT NULL"
_ABSENT = text("state = 'absent'")

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Words, unique=True),
    Column("content", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    # What the message was planned for, such as an inbound event: logged with each send.
    Column("cause", Words),
    # The name of its notice and the id of what it tells of; NULL for an answer, and for what is older than kinds.
    Column("kind", Words),
    Column("about", Id),
    # The thing that an answer shows and is to follow; see `core.delivery.Reshow`.
    Column("shows", Words),
    # The copies of the people after this one are still to be brought in line with a change of the whole message; NULL
    # when all are.
    Column("swept_to", Id),
    # How many copies are in each state, changed together with them: progress is counted, never scanned.
    *(Column(state.value, Integer, nullable=False, server_default="0") for state in DeliveryState),
    Index(
        "ix_messages_swept_to",
        "id",
        sqlite_where=text("swept_to IS NOT NULL"),
        postgresql_where=text("swept_to IS NOT NULL"),
    ),
    Index(
        "ix_messages_shows",
        "shows",
        "id",
        sqlite_where=text("shows IS NOT NULL"),
        postgresql_where=text("shows IS NOT NULL"),
    ),
    info=ages(Age("created_at")),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("message_id", Id, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("person_id", Id),
    Column("account_id", Id),
    # Without an account there is no chat, and the copy is unreachable.
    Column("messenger", Words),
    Column("chat", Words),
    Column("state", Text, nullable=False),
    # When a copy that was put off may go, NULL for at once; of one that failed, when it did.
    Column("due_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("receipt", Json),
    Column("choices", Json),
    Column("sent_at", Moment),
    Column("reason", Words),
    # When it was last the answer to what its reader did; NULL for what came unasked.
    Column("asked_at", Moment),
    # What the recipient answered, so that this copy alone shows it; NULL for nothing.
    Column("mark", Words),
    UniqueConstraint("message_id", "person_id"),
    UniqueConstraint("message_id", "messenger", "chat"),
    # The queue itself: only what the sender has work with, in its order, and apart from what is put off.
    Index(
        "ix_deliveries_ready",
        "messenger",
        "priority",
        "message_id",
        "id",
        sqlite_where=text(f"{_PENDING} AND due_at IS NULL"),
        postgresql_where=text(f"{_PENDING} AND due_at IS NULL"),
    ),
    Index(
        "ix_deliveries_put_off",
        "messenger",
        "priority",
        "due_at",
        sqlite_where=text(f"{_PENDING} AND due_at IS NOT NULL"),
        postgresql_where=text(f"{_PENDING} AND due_at IS NOT NULL"),
    ),
    # Which copy is the first of its chat.
    Index(
        "ix_deliveries_chat",
        "messenger",
        "chat",
        "priority",
        "message_id",
        sqlite_where=text(_PENDING),
        postgresql_where=text(_PENDING),
    ),
    Index(
        "ix_deliveries_held",
        "person_id",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
    # What somebody is told of who can be written to again.
    Index(
        "ix_deliveries_missed",
        "person_id",
        sqlite_where=text("state = 'unreachable'"),
        postgresql_where=text("state = 'unreachable'"),
    ),
    Index(
        "ix_deliveries_failed",
        "id",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
    # What waits for whom, and how much of a message does.
    *(
        Index(f"ix_deliveries_absent_{name}", f"{name}_id", sqlite_where=_ABSENT, postgresql_where=_ABSENT)
        for name in ("account", "message")
    ),
    # From which menu a reader chooses who names none.
    Index(
        "ix_deliveries_asked",
        "messenger",
        "chat",
        "asked_at",
        "message_id",
        sqlite_where=text(_ASKED),
        postgresql_where=text(_ASKED),
    ),
    # What a chat shows, the last one first.
    Index(
        "ix_deliveries_shown",
        "messenger",
        "chat",
        "sent_at",
        "id",
        sqlite_where=text("sent_at IS NOT NULL"),
        postgresql_where=text("sent_at IS NOT NULL"),
    ),
    info=kept("goes with its message") | personal("person_id"),
)

delivery_ids = Table(
    "delivery_ids",
    metadata,
    Column("messenger", Words, primary_key=True),
    Column("chat", Words, primary_key=True),
    Column("native", Words, primary_key=True),
    Column("delivery_id", Id, nullable=False, index=True),
    sqlite_with_rowid=False,
    info=kept("goes with its copy"),
)


def pending(copy: FromClause) -> ColumnElement[bool]:
    """That the sender has work with a copy, in the very words of the partial indices: else they are not used."""
    return copy.c.state.in_([literal_column("'waiting'"), literal_column("'stale'")])


def is_held(copy: FromClause) -> ColumnElement[bool]:
    """That a copy waits for its recipient, in the words of the index of such copies."""
    return copy.c.state == literal_column("'held'")


def is_absent(copy: FromClause) -> ColumnElement[bool]:
    """That a copy waits for its recipient to come, in the words of the indices of such copies."""
    return copy.c.state == literal_column("'absent'")
