"""What a news item carried of its own delivery becomes a campaign, of which any room can have some."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_campaigns"
down_revision = "0008_what_waits"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
MOVED = ("stirred_at", "stirred_from", "message_id", "progress_id", "paused", "figures", "finished_at")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("stirred_at", MOMENT, nullable=False),
        sa.Column("stirred_from", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("message_id", ID),
        sa.Column("progress_id", ID),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("message_id", name="uq_campaigns_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_campaigns_kind_about", "campaigns", ["kind", "about"])
    op.add_column("news", sa.Column("campaign_id", ID))
    op.create_index("ix_news_campaign_id", "news", ["campaign_id"])
    _move_out()
    for name in MOVED:
        op.drop_column("news", name)


def downgrade() -> None:
    op.add_column("news", sa.Column("message_id", ID))
    op.add_column("news", sa.Column("progress_id", ID))
    op.add_column("news", sa.Column("stirred_at", MOMENT))
    op.add_column("news", sa.Column("stirred_from", sa.Integer(), server_default="0", nullable=False))
    op.add_column("news", sa.Column("finished_at", MOMENT))
    op.add_column("news", sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("news", sa.Column("figures", sa.Text(), server_default="", nullable=False))
    columns = ", ".join(MOVED)
    op.execute(
        f"UPDATE news SET ({columns}) = (SELECT {columns} FROM campaigns WHERE campaigns.id = news.campaign_id)"  # noqa: S608 - our own names
        " WHERE campaign_id IS NOT NULL"
    )
    op.execute("UPDATE news SET stirred_at = publish_at WHERE stirred_at IS NULL")
    _timers("campaign", "campaign-progress", "id", {"CampaignDue": "NewsDue", "CampaignFollowed": "NewsFollowed"})
    op.drop_index("ix_news_campaign_id", "news")
    op.drop_column("news", "campaign_id")
    op.drop_table("campaigns")


def _move_out() -> None:
    """An item that is out or waits for its time gets a campaign; what was put on the shelf without a message, none."""
    op.execute(
        "INSERT INTO campaigns (kind, about, author_id, audience, starts_at, stirred_at, stirred_from, state, urgent,"
        " message_id, progress_id, paused, figures, finished_at)"
        " SELECT 'news.item', id, author_id, audience, publish_at, stirred_at, stirred_from,"
        " CASE state WHEN 'scheduled' THEN 'planned' WHEN 'published' THEN 'running' ELSE 'withdrawn' END,"
        " urgent, message_id, progress_id, paused, figures, finished_at"
        " FROM news WHERE message_id IS NOT NULL OR state = 'scheduled' ORDER BY id"
    )
    op.execute(
        "UPDATE news SET campaign_id = (SELECT id FROM campaigns WHERE kind = 'news.item' AND about = news.id)"
        " WHERE id IN (SELECT about FROM campaigns)"
    )
    _timers("news", "news-progress", "about", {"NewsDue": "CampaignDue", "NewsFollowed": "CampaignFollowed"})


def _timers(start: str, progress: str, own: str, tags: dict[str, str]) -> None:
    """What is to happen at a time goes on under the names of the version that is moved to."""
    connection = op.get_bind()
    timers = sa.table("timers", sa.column("key", sa.Text()), sa.column("event", sa.JSON()))
    campaigns = sa.table("campaigns", sa.column("id", ID), sa.column("kind", sa.Text()), sa.column("about", ID))
    other = "id" if own == "about" else "about"
    rows = connection.execute(sa.select(campaigns).where(campaigns.c.kind == "news.item")).mappings().all()
    known = {row[own]: row for row in rows}
    for key, event in connection.execute(sa.select(timers.c.key, timers.c.event)).all():
        head, _, number = key.rpartition(":")
        if head not in (start, progress) or not number.isdecimal() or int(number) not in known:
            continue
        row, tag = known[int(number)], tags[event["_"]]
        ids = (
            {"news_id": row["about"]}
            if own == "id"
            else {"campaign_id": row["id"], "kind": "news.item", "about": row["about"]}
        )
        name = {"news": "campaign", "news-progress": "campaign-progress"}
        name |= {there: here for here, there in name.items()}
        change = sa.update(timers).where(timers.c.key == key)
        connection.execute(change.values(key=f"{name[head]}:{row[other]}", event={"_": tag, **ids}))
