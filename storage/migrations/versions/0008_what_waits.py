"""What the menu counts is found by an index: alerts that are left to do, requests for access that nobody decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_what_waits"
down_revision = "0007_notices"
branch_labels = None
depends_on = None

LEFT = sa.text("state <> 'resolved'")
OPEN = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_alerts_unresolved", "alerts", ["missed_at"], sqlite_where=LEFT, postgresql_where=LEFT)
    op.create_index("ix_access_requests_open", "access_requests", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_access_requests_open", "access_requests")
    op.drop_index("ix_alerts_unresolved", "alerts")
