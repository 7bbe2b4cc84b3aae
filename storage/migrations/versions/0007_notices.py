"""What kind a message is, and what it tells of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_notices"
down_revision = "0006_many_processes"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("messages", sa.Column("kind", sa.Text()))
    op.add_column("messages", sa.Column("about", ID))


def downgrade() -> None:
    op.drop_column("messages", "about")
    op.drop_column("messages", "kind")
