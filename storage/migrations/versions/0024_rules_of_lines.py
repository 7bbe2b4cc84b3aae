"""What each line wants otherwise than usual, and what happened to an alert before it was opened again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_rules_of_lines"
down_revision = "0023_hints"
branch_labels = None
depends_on = None

_RULES = ("contact_seconds", "series_minutes", "patience_minutes", "insists_at")


def upgrade() -> None:
    for rule in _RULES:
        op.add_column("lines", sa.Column(rule, sa.Integer()))
    op.add_column("lines", sa.Column("analogue", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("told_again", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("alerts", sa.Column("contact_proven", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("alerts", sa.Column("earlier", sa.String(16)))
    op.add_column("alerts", sa.Column("earlier_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("earlier_at", sa.DateTime(timezone=True)))
    op.add_column("alerts", sa.Column("returned_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("returned_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for column in ("told_again", "contact_proven", "earlier", "earlier_by", "earlier_at", "returned_by", "returned_at"):
        op.drop_column("alerts", column)
    for column in (*_RULES, "analogue"):
        op.drop_column("lines", column)
