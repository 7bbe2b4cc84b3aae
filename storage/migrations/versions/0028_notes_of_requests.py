"""Access is asked for with a few words about oneself, which the admins see with the request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_notes_of_requests"
down_revision = "0027_shows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_requests", sa.Column("note", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("access_requests", "note")
