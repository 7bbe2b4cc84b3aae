"""Copies that wait until their recipients sign in, and accounts that have nothing yet with which they could read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_absent"
down_revision = "0025_listed"
branch_labels = None
depends_on = None

_ABSENT = sa.text("state = 'absent'")


def upgrade() -> None:
    op.add_column("messages", sa.Column("absent", sa.Integer(), server_default="0", nullable=False))
    op.add_column("accounts", sa.Column("absent", sa.Boolean(), server_default=sa.false(), nullable=False))
    for name in ("account", "message"):
        columns = [f"{name}_id"]
        op.create_index(
            f"ix_deliveries_absent_{name}", "deliveries", columns, sqlite_where=_ABSENT, postgresql_where=_ABSENT
        )


def downgrade() -> None:
    for name in ("account", "message"):
        op.drop_index(f"ix_deliveries_absent_{name}", "deliveries")
    op.execute("UPDATE messages SET cancelled = cancelled + absent WHERE absent > 0")
    op.execute("UPDATE deliveries SET state = 'cancelled' WHERE state = 'absent'")
    op.drop_column("accounts", "absent")
    op.drop_column("messages", "absent")
