"""Polls, their ballots and what was chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021_polls"
down_revision = "0020_options"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("campaign_id", ID),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
        sa.UniqueConstraint("campaign_id", name="uq_polls_campaign_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_polls_author_id", "polls", ["author_id"])
    op.create_index(
        "ix_polls_open",
        "polls",
        ["id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "poll_ballots",
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("person_id", ID),
        sa.Column("department_id", ID),
        sa.PrimaryKeyConstraint("poll_id", "voter", name="pk_poll_ballots"),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_ballots_poll_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_poll_ballots_person_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_ballots_person_id", "poll_ballots", ["person_id"])
    op.create_table(
        "poll_choices",
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("option", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "voter", "option", name="pk_poll_choices"),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_choices_poll_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_choices_poll_id_option", "poll_choices", ["poll_id", "option"])


def downgrade() -> None:
    for table in ("poll_choices", "poll_ballots", "polls"):
        op.drop_table(table)
