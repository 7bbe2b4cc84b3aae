"""When people were last told how to choose where there are no buttons: it is said rarely."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023_hints"
down_revision = "0022_asked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hinted_at", "hinted_unasked_at"):
        op.add_column("accounts", sa.Column(name, sa.DateTime(timezone=True)))


def downgrade() -> None:
    for name in ("hinted_unasked_at", "hinted_at"):
        op.drop_column("accounts", name)
