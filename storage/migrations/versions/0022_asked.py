"""Which copies answer what their readers did: a bare number chooses from the last of these."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_asked"
down_revision = "0021_polls"
branch_labels = None
depends_on = None

_ASKED = "asked_at IS NOT NULL AND choices IS NOT NULL"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("asked_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE deliveries SET asked_at = sent_at WHERE sent_at IS NOT NULL AND choices IS NOT NULL AND EXISTS ("
        # The priority of answers: before messages had kinds it alone told them from others.
        "SELECT 1 FROM messages AS m WHERE m.id = deliveries.message_id AND m.kind IS NULL AND m.priority = 1)"
    )
    op.create_index(
        "ix_deliveries_asked",
        "deliveries",
        ["messenger", "chat", "asked_at", "message_id"],
        sqlite_where=sa.text(_ASKED),
        postgresql_where=sa.text(_ASKED),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_asked", "deliveries")
    op.drop_column("deliveries", "asked_at")
