"""How many copies of a message their recipients have switched off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_muted"
down_revision = "0017_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("muted", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.execute("UPDATE messages SET cancelled = cancelled + muted WHERE muted > 0")
    op.execute("UPDATE deliveries SET state = 'cancelled' WHERE state = 'muted'")
    op.drop_column("messages", "muted")
