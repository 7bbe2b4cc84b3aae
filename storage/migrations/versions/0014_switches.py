"""Rooms that a company has switched off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_switches"
down_revision = "0013_grants"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "switched_off",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("room", name="pk_switched_off"),
    )


def downgrade() -> None:
    op.drop_table("switched_off")
