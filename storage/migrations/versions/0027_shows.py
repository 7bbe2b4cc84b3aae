"""Which messages show a thing that may change: they follow it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027_shows"
down_revision = "0026_absent"
branch_labels = None
depends_on = None

_SHOWS = sa.text("shows IS NOT NULL")


def upgrade() -> None:
    op.add_column("messages", sa.Column("shows", sa.Text()))
    op.create_index("ix_messages_shows", "messages", ["shows", "id"], sqlite_where=_SHOWS, postgresql_where=_SHOWS)


def downgrade() -> None:
    op.drop_index("ix_messages_shows", "messages")
    op.drop_column("messages", "shows")
