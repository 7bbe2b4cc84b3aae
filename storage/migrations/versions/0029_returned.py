"""What could not be sent to a person is found by the person; the number that a newcomer has shown is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029_returned"
down_revision = "0028_notes_of_requests"
branch_labels = None
depends_on = None

_MISSED = sa.text("state = 'unreachable'")


def upgrade() -> None:
    op.create_index("ix_deliveries_missed", "deliveries", ["person_id"], sqlite_where=_MISSED, postgresql_where=_MISSED)
    op.add_column("accounts", sa.Column("phone", sa.Text()))


def downgrade() -> None:
    op.drop_column("accounts", "phone")
    op.drop_index("ix_deliveries_missed", table_name="deliveries")
