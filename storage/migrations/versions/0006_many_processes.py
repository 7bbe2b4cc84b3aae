"""Leases, whose each event is, messages that are swept, quiet hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_many_processes"
down_revision = "0005_reading"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HELD, FAILED, SWEPT = sa.text("state = 'held'"), sa.text("state = 'failed'"), sa.text("swept_to IS NOT NULL")
PAUSED = sa.text("state = 'paused'")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", ID, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.add_column("events", sa.Column("account", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_events_failed", "events", ["id"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.add_column("people", sa.Column("quiet_from", sa.Time()))
    op.add_column("people", sa.Column("quiet_to", sa.Time()))
    # Several bot accounts of one network.
    op.create_table(
        "messengers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("writes_first", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_messengers"),
    )
    op.execute(
        "INSERT INTO messengers (name, writes_first, present) SELECT messenger, first_writers.messenger IS NOT NULL, "
        "true FROM (SELECT messenger FROM accounts UNION SELECT messenger FROM first_writers) AS known "
        "LEFT JOIN first_writers USING (messenger)"
    )
    op.drop_table("first_writers")
    op.add_column("accounts", sa.Column("superseded", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_accounts_address", "accounts", ["address"])
    op.add_column("news", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("messages", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("messages", sa.Column("cause", sa.Text()))
    op.add_column("messages", sa.Column("swept_to", ID))
    op.add_column("messages", sa.Column("held", sa.Integer(), server_default="0", nullable=False))
    op.drop_index("ix_messages_paused", "messages")
    op.create_index("ix_messages_swept_to", "messages", ["id"], sqlite_where=SWEPT, postgresql_where=SWEPT)
    op.create_index("ix_deliveries_held", "deliveries", ["person_id"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_deliveries_failed", "deliveries", ["id"], sqlite_where=FAILED, postgresql_where=FAILED)


def downgrade() -> None:
    _forget_states()
    op.drop_index("ix_deliveries_failed", "deliveries")
    op.drop_index("ix_deliveries_held", "deliveries")
    op.drop_index("ix_messages_swept_to", "messages")
    op.create_index("ix_messages_paused", "messages", ["priority", "id"], sqlite_where=PAUSED, postgresql_where=PAUSED)
    for name in ("held", "swept_to", "cause", "urgent"):
        op.drop_column("messages", name)
    op.drop_index("ix_accounts_address", "accounts")
    op.drop_column("accounts", "superseded")
    op.create_table(
        "first_writers",
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("messenger", name="pk_first_writers"),
    )
    op.execute("INSERT INTO first_writers SELECT name FROM messengers WHERE writes_first")
    op.drop_table("messengers")
    op.drop_column("news", "urgent")
    op.drop_column("people", "quiet_to")
    op.drop_column("people", "quiet_from")
    op.drop_index("ix_events_failed", "events")
    op.drop_column("events", "account")
    op.drop_table("leases")


def _forget_states() -> None:
    """What the version before does not know becomes what comes closest to it, and sends nothing by mistake."""
    op.execute("UPDATE messages SET waiting = waiting + held")
    op.execute("UPDATE deliveries SET state = 'waiting' WHERE state = 'held'")
    op.execute(
        "UPDATE deliveries SET state = 'cancelled' WHERE state = 'waiting' AND message_id IN"
        " (SELECT id FROM messages WHERE state = 'withdrawn' AND swept_to IS NOT NULL)"
    )
    op.execute(
        "UPDATE messages SET cancelled = cancelled + waiting, waiting = 0"
        " WHERE state = 'withdrawn' AND swept_to IS NOT NULL"
    )
    op.execute("UPDATE messages SET state = 'paused' WHERE state = 'cancelled'")
