"""Which list of commands a chat shows, so that it is put right also when a role ended while no bot ran."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_listed"
down_revision = "0024_rules_of_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("listed", sa.Text()))


def downgrade() -> None:
    op.drop_column("accounts", "listed")
