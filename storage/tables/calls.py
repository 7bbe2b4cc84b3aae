"""Call events as they came, calls as they fold now, the outside lines, the alerts and the book of clients."""

from __future__ import annotations

from enum import Enum as AnyEnum

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Enum,
    Float,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    Table,
    Time,
    UniqueConstraint,
    false,
    literal_column,
    text,
    true,
)

from core.calls.alert import Alert, AlertEvent, AlertState, Deed, Resolution
from core.calls.call import Direction, EndedBy, LostWhere, Outcome
from core.calls.lines import Line
from storage.persons import personal
from storage.retention import Age, ages, kept
from storage.schema import Id, Json, Moment, Recorded, Words, key, mappings, metadata


def _one_of(kind: type[AnyEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=16, values_callable=lambda members: [one.value for one in members])


call_events = Table(
    "call_events",
    metadata,
    key(),
    Column("source", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Json, nullable=False),
    UniqueConstraint("source", "key"),
    Index(None, "source", "at"),
    sqlite_autoincrement=True,
    info=ages(Age("at")),
)

# The fields of core.calls.call.Call under their own names, and `missed`, to be found by.
calls = Table(
    "calls",
    metadata,
    Column("id", Words, primary_key=True),
    Column("source", Words, nullable=False),
    Column("linkedid", Words, nullable=False),
    Column("direction", _one_of(Direction), nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
    Column("external_number", Words),
    Column("external_wire", Words),
    Column("anonymous", Boolean, nullable=False),
    Column("client_name", Words),
    Column("line", Words),
    Column("did", Words),
    Column("dialed", Words),
    Column("from_extension", Words),
    Column("queue", Words),
    Column("rang", Json, nullable=False),
    Column("answered_by", Words),
    Column("answered_at", Moment),
    Column("wait_seconds", Float),
    Column("talk_seconds", Float),
    Column("outcome", _one_of(Outcome)),
    Column("lost_where", _one_of(LostWhere)),
    Column("ended_by", _one_of(EndedBy)),
    Column("missed", Boolean, nullable=False),
    Index(None, "external_number", "started_at"),
    Index(None, "line", "started_at"),
    Index(
        "ix_calls_unfinished",
        "source",
        "started_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    info=kept("the company's record of its calls"),
)

lines = Table(
    "lines",
    metadata,
    key(),
    Column("name", Words, nullable=False, unique=True),
    Column("timezone", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("department_id", Id, ForeignKey("departments.id", ondelete="SET NULL")),
    Column("duty", Recorded, nullable=False),
    Column("opens", Time),
    Column("closes", Time),
    Column("contact_seconds", Integer),
    Column("series_minutes", Integer),
    Column("patience_minutes", Integer),
    Column("insists_at", Integer),
    Column("analogue", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
    info=kept("as long as the exchange has them"),
)

alerts = Table(
    "alerts",
    metadata,
    key(),
    Column("version", Integer, nullable=False),
    Column("number", Words),
    Column("client", Words, nullable=False),
    Column("line", Words),
    Column("department_id", Id),
    Column("audience", Recorded, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("missed_at", Moment, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("waited", Float),
    Column("outcome", _one_of(Outcome)),
    Column("lost_where", _one_of(LostWhere)),
    Column("state", _one_of(AlertState), nullable=False),
    Column("level", Integer, nullable=False),
    Column("told_at", Moment),
    Column("claimed_by", Id),
    Column("claimed_at", Moment),
    Column("resolution", _one_of(Resolution)),
    Column("resolved_by", Id),
    Column("resolved_at", Moment),
    Column("contact_id", Words),
    Column("contact_by", Words, nullable=False),
    Column("contact_at", Moment),
    Column("contact_after", Float),
    Column("contact_talk", Float),
    Column("message_id", Id),
    Column("escalation_id", Id),
    Column("told_again", Recorded, nullable=False, server_default="[]"),
    Column("contact_proven", Boolean, nullable=False, server_default=true()),
    Column("earlier", _one_of(Resolution)),
    Column("earlier_by", Words, nullable=False, server_default=""),
    Column("earlier_at", Moment),
    Column("returned_by", Words, nullable=False, server_default=""),
    Column("returned_at", Moment),
    Index(None, "number", "missed_at"),
    Index(
        "ix_alerts_unresolved",
        "missed_at",
        sqlite_where=text("state <> 'resolved'"),
        postgresql_where=text("state <> 'resolved'"),
    ),
    sqlite_autoincrement=True,
    # The number and the name are the client's.
    info=kept("the history of a call that was missed")
    | personal("claimed_by", "resolved_by", shows=("id", "missed_at", "claimed_by", "resolved_by", "resolution")),
)

alert_calls = Table(
    "alert_calls",
    metadata,
    Column("call_id", Words, primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    info=kept("goes with its alert"),
)

alert_events = Table(
    "alert_events",
    metadata,
    key(),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("deed", _one_of(Deed), nullable=False),
    Column("before", _one_of(AlertState)),
    Column("after", _one_of(AlertState), nullable=False),
    Column("actor_id", Id),
    Column("text", Words, nullable=False),
    sqlite_autoincrement=True,
    info=kept("goes with its alert") | personal("actor_id"),
)

clients = Table(
    "clients",
    metadata,
    Column("number", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("tags", Json, nullable=False),
    info=kept("the company's book of clients"),
)

blocked_numbers = Table(
    "blocked_numbers",
    metadata,
    Column("number", Words, primary_key=True),
    Column("person_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    info=kept("until somebody takes the number off") | personal("person_id", shows=("at",)),
)


def is_unresolved(alert: FromClause) -> ColumnElement[bool]:
    """That an alert is open or claimed, in the words of the index of such alerts."""
    return alert.c.state != literal_column("'resolved'")


mappings.map_imperatively(Line, lines)
mappings.map_imperatively(Alert, alerts, version_id_col=alerts.c.version)
mappings.map_imperatively(AlertEvent, alert_events)
