"""What the owner of a lease says is wrong with its work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_parts"
down_revision = "0009_campaigns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("leases", sa.Column("fault", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("leases", "fault")
