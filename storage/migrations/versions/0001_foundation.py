"""The first schema: people and their accounts, forms, the inbox, timers and the delivery ledger."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PENDING = "state IN ('waiting', 'stale')"
TABLES = (
    "delivery_ids",
    "deliveries",
    "messages",
    "timers",
    "cursors",
    "events",
    "drafts",
    "codes",
    "accounts",
    "people",
    "departments",
)
"""In an order in which they can be dropped."""


def upgrade() -> None:
    _departments()
    _people()
    _accounts()
    _codes()
    _drafts()
    _events()
    _cursors()
    _timers()
    _messages()
    _deliveries()
    _delivery_ids()


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint("fk_departments_manager_id", "departments", type_="foreignkey")
    for table in TABLES:
        op.drop_table(table)


def _departments() -> None:
    op.create_table(
        "departments",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("manager_id", ID),
        *_heads(),
        sa.PrimaryKeyConstraint("id", name="pk_departments"),
        sa.UniqueConstraint("name", name="uq_departments_name"),
        sqlite_autoincrement=True,
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("external_id", sa.Text()),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("extension", sa.Text()),
        sa.Column("department_id", ID),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("manager_id", ID),
        sa.Column("roles", sa.Integer(), nullable=False),
        sa.Column("birthday", sa.Date()),
        sa.Column("hired_on", sa.Date()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("timezone", sa.Text()),
        sa.Column("preferred", sa.Text()),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_people_department_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name="fk_people_manager_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("external_id", name="uq_people_external_id"),
        sqlite_autoincrement=True,
    )
    if op.get_context().dialect.name != "sqlite":
        op.create_foreign_key(
            "fk_departments_manager_id", "departments", "people", ["manager_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_people_department_id", "people", ["department_id"])
    op.create_index("ix_people_extension", "people", ["extension"])
    op.create_index("ix_people_manager_id", "people", ["manager_id"])
    op.create_index("ix_people_phone", "people", ["phone"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("person_id", ID),
        sa.Column("chat", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("unreachable", sa.Text()),
        sa.Column("linked_at", MOMENT),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_accounts_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("messenger", "address", name="uq_accounts_messenger_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_accounts_messenger_chat", "accounts", ["messenger", "chat"], **_where("chat IS NOT NULL"))
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])


def _codes() -> None:
    op.create_table(
        "codes",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_codes_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_codes"),
        sa.UniqueConstraint("digest", name="uq_codes_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_codes_person_id", "codes", ["person_id"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person_id", ID),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", ID),
        sa.Column("album", sa.Text()),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_drafts_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_person_id", "drafts", ["person_id"])
    op.create_index("uq_drafts_open", "drafts", ["messenger", "chat", "account"], unique=True, **_where("chat <> ''"))


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("event", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("messenger", "event_id", name="uq_events_messenger_event_id"),
    )
    op.create_index("ix_events_waiting", "events", ["id"], **_where("state = 'waiting'"))


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("messenger", name="pk_cursors"),
    )


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("key", name="pk_timers"),
    )
    op.create_index("ix_timers_at", "timers", ["at"], **_where("error IS NULL"))


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("key", sa.Text()),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("waiting", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stale", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uncertain", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unreachable", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancelled", sa.Integer(), server_default="0", nullable=False),
        sa.Column("removed", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
    )
    op.create_index("ix_messages_paused", "messages", ["priority", "id"], **_where("state = 'paused'"))


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", ID),
        sa.Column("account_id", ID),
        sa.Column("messenger", sa.Text()),
        sa.Column("chat", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.JSON()),
        sa.Column("choices", sa.JSON()),
        sa.Column("sent_at", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("message_id", "messenger", "chat", name="uq_deliveries_message_id_messenger_chat"),
        sa.UniqueConstraint("message_id", "person_id", name="uq_deliveries_message_id_person_id"),
    )
    op.create_index(
        "ix_deliveries_chat", "deliveries", ["messenger", "chat", "priority", "message_id"], **_where(PENDING)
    )
    op.create_index(
        "ix_deliveries_put_off",
        "deliveries",
        ["messenger", "priority", "due_at"],
        **_where(f"{PENDING} AND due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_ready",
        "deliveries",
        ["messenger", "priority", "message_id", "id"],
        **_where(f"{PENDING} AND due_at IS NULL"),
    )
    op.create_index(
        "ix_deliveries_shown", "deliveries", ["messenger", "chat", "sent_at", "id"], **_where("sent_at IS NOT NULL")
    )


def _delivery_ids() -> None:
    op.create_table(
        "delivery_ids",
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("native", sa.Text(), nullable=False),
        sa.Column("delivery_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("messenger", "chat", "native", name="pk_delivery_ids"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_ids_delivery_id", "delivery_ids", ["delivery_id"])


def _heads() -> list[sa.ForeignKeyConstraint]:
    """Departments and people refer to each other: PostgreSQL gets this one afterwards, SQLite can only have it here."""
    if op.get_context().dialect.name != "sqlite":
        return []
    return [
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name="fk_departments_manager_id", ondelete="SET NULL")
    ]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
