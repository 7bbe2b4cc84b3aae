"""Audiences that are kept under a name; parts of an audience that are left out have a "-" before their kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_audiences"
down_revision = "0015_settings"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_audiences",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_audiences"),
        sa.UniqueConstraint("name", name="uq_saved_audiences_name"),
        sqlite_autoincrement=True,
    )
    # Kinds, departments and roles are one question now, which reads what was answered to those three.
    op.execute("UPDATE drafts SET step = 'audience' WHERE form = 'publish' AND step IN ('departments', 'roles')")


def downgrade() -> None:
    op.drop_table("saved_audiences")
    # What is left out was not known before: nobody may read by mistake what was kept from them.
    op.execute("DELETE FROM news_audiences WHERE news_id IN (SELECT news_id FROM news_audiences WHERE part LIKE '-%')")
