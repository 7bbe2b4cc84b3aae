"""What people have opened, what cannot be read of them, and where they can be written to first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_reading"
down_revision = "0004_calls"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("people", sa.Column("shows_reading", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("accounts", sa.Column("unreadable_since", MOMENT))
    op.add_column("news", sa.Column("stirred_from", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "first_writers",
        sa.Column("messenger", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("messenger", name="pk_first_writers"),
    )
    op.create_table(
        "news_openings",
        sa.Column("news_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("news_id", "person_id", name="pk_news_openings"),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name="fk_news_openings_news_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_news_openings_person_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("news_openings")
    op.drop_table("first_writers")
    op.drop_column("news", "stirred_from")
    op.drop_column("accounts", "unreadable_since")
    op.drop_column("people", "shows_reading")
