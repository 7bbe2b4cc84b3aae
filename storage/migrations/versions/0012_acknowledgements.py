"""Who has acknowledged a campaign, the reminders of those who have not, and when a campaign is out of date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_acknowledgements"
down_revision = "0011_words"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CHASING = '{"_":"Chasing"}'
"""How those are reminded of the campaigns that there are: of none, as none of them asks."""
NEW = ("ends_at", "asks", "asked_at", "chasing", "reminded", "escalated", "follow_at")


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("ends_at", MOMENT))
    op.add_column("campaigns", sa.Column("asks", sa.Integer(), server_default="0", nullable=False))
    op.add_column("campaigns", sa.Column("asked_at", MOMENT))
    op.add_column("campaigns", sa.Column("chasing", sa.JSON(), server_default=CHASING, nullable=False))
    op.add_column("campaigns", sa.Column("reminded", sa.Integer(), server_default="0", nullable=False))
    op.add_column("campaigns", sa.Column("escalated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("campaigns", sa.Column("follow_at", MOMENT))
    op.add_column("news", sa.Column("ends_at", MOMENT))
    op.add_column("deliveries", sa.Column("mark", sa.Text()))
    op.create_table(
        "acknowledgements",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "version", "person_id", name="pk_acknowledgements"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name="fk_acknowledgements_campaign_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_acknowledgements_person_id", ondelete="CASCADE"),
    )
    op.create_table(
        "campaign_reminders",
        sa.Column("message_id", ID, autoincrement=False, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_campaign_reminders"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name="fk_campaign_reminders_campaign_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_campaign_reminders_campaign_id", "campaign_reminders", ["campaign_id"])


def downgrade() -> None:
    op.drop_table("campaign_reminders")
    op.drop_table("acknowledgements")
    for table in ("campaigns", "news"):
        op.execute(f"UPDATE {table} SET state = 'withdrawn' WHERE state = 'expired'")  # noqa: S608 - our own names
    op.drop_column("news", "ends_at")
    op.execute("UPDATE messages SET state = 'cancelled' WHERE state = 'ended' AND swept_to IS NULL")
    op.execute("UPDATE messages SET state = 'withdrawn' WHERE state = 'ended'")
    op.drop_column("deliveries", "mark")
    for name in NEW:
        op.drop_column("campaigns", name)
