"""News, their versions, and for whom each item can be found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_news"
down_revision = "0002_people_admission"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _news()
    _versions()
    _audiences()


def downgrade() -> None:
    op.drop_table("news_audiences")
    op.drop_table("news_versions")
    op.drop_table("news")


def _news() -> None:
    op.create_table(
        "news",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("publish_at", MOMENT, nullable=False),
        sa.Column("stirred_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("message_id", ID),
        sa.Column("progress_id", ID),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_news_state", "news", ["state", "publish_at", "id"])


def _versions() -> None:
    op.create_table(
        "news_versions",
        sa.Column("id", ID, autoincrement=True),
        sa.Column("news_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_news_versions"),
        sa.UniqueConstraint("news_id", "number", name="uq_news_versions_news_id_number"),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name="fk_news_versions_news_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )


def _audiences() -> None:
    op.create_table(
        "news_audiences",
        sa.Column("news_id", ID, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("value", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("news_id", "part", "value", name="pk_news_audiences"),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name="fk_news_audiences_news_id", ondelete="CASCADE"),
    )
