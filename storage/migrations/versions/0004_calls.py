"""Call events, calls, lines, alerts, clients and the numbers marked as spam."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_calls"
down_revision = "0003_news"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNFINISHED = "ended_at IS NULL"
TABLES = (
    "blocked_numbers",
    "clients",
    "alert_events",
    "alert_calls",
    "alerts",
    "lines",
    "calls",
    "call_events",
)
"""In an order in which they can be dropped."""


def upgrade() -> None:
    _call_events()
    _calls()
    _lines()
    _alerts()
    _alert_parts()
    _clients()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _call_events() -> None:
    op.create_table(
        "call_events",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call_events"),
        sa.UniqueConstraint("source", "key", name="uq_call_events_source_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_call_events_source_at", "call_events", ["source", "at"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("linkedid", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("external_number", sa.Text()),
        sa.Column("external_wire", sa.Text()),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("client_name", sa.Text()),
        sa.Column("line", sa.Text()),
        sa.Column("did", sa.Text()),
        sa.Column("dialed", sa.Text()),
        sa.Column("from_extension", sa.Text()),
        sa.Column("queue", sa.Text()),
        sa.Column("rang", sa.JSON(), nullable=False),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", MOMENT),
        sa.Column("wait_seconds", sa.Float()),
        sa.Column("talk_seconds", sa.Float()),
        sa.Column("outcome", sa.String(16)),
        sa.Column("lost_where", sa.String(16)),
        sa.Column("ended_by", sa.String(16)),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_started_at", "calls", ["started_at"])
    op.create_index("ix_calls_external_number_started_at", "calls", ["external_number", "started_at"])
    op.create_index("ix_calls_line_started_at", "calls", ["line", "started_at"])
    op.create_index(
        "ix_calls_unfinished",
        "calls",
        ["source", "started_at"],
        sqlite_where=sa.text(UNFINISHED),
        postgresql_where=sa.text(UNFINISHED),
    )


def _lines() -> None:
    op.create_table(
        "lines",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("department_id", ID),
        sa.Column("duty", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Time()),
        sa.Column("closes", sa.Time()),
        sa.PrimaryKeyConstraint("id", name="pk_lines"),
        sa.UniqueConstraint("name", name="uq_lines_name"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_lines_department_id", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("line", sa.Text()),
        sa.Column("department_id", ID),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("missed_at", MOMENT, nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Float()),
        sa.Column("outcome", sa.String(16)),
        sa.Column("lost_where", sa.String(16)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT),
        sa.Column("claimed_by", ID),
        sa.Column("claimed_at", MOMENT),
        sa.Column("resolution", sa.String(16)),
        sa.Column("resolved_by", ID),
        sa.Column("resolved_at", MOMENT),
        sa.Column("contact_id", sa.Text()),
        sa.Column("contact_by", sa.Text(), nullable=False),
        sa.Column("contact_at", MOMENT),
        sa.Column("contact_after", sa.Float()),
        sa.Column("contact_talk", sa.Float()),
        sa.Column("message_id", ID),
        sa.Column("escalation_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_number_missed_at", "alerts", ["number", "missed_at"])


def _alert_parts() -> None:
    op.create_table(
        "alert_calls",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_alert_calls"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_calls_alert_id", ondelete="CASCADE"),
    )
    op.create_index("ix_alert_calls_alert_id", "alert_calls", ["alert_id"])
    op.create_table(
        "alert_events",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_events"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_events_alert_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_events_alert_id", "alert_events", ["alert_id"])


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_clients"),
    )
    op.create_table(
        "blocked_numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_blocked_numbers"),
    )
