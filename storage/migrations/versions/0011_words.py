"""Words by which things are found, and those of the news that there are."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from core.search import weighed

revision = "0011_words"
down_revision = "0010_parts"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    words = op.create_table(
        "words",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("item", ID, autoincrement=False, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", "item", name="pk_words"),
    )
    op.create_index("ix_words_item", "words", ["kind", "item"])
    connection = op.get_bind()
    for item, content in connection.execute(sa.text("SELECT id, content FROM news")).all():
        said = json.loads(content) if isinstance(content, str) else content
        texts = [(said.get("title", ""), 3), (said.get("place") or "", 1)]
        texts += [(text, 1) for text in _texts(said.get("body", []))]
        rows = [
            {"kind": "news.item", "word": word, "item": item, "weight": weight}
            for word, weight in weighed(texts).items()
        ]
        if rows:
            op.bulk_insert(words, rows)


def downgrade() -> None:
    op.drop_table("words")


def _texts(stored: object) -> Iterator[str]:
    """The strings of a stored tree of blocks; its tags are no words of anybody."""
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, list):
        for one in stored:
            yield from _texts(one)
    elif isinstance(stored, dict):
        for key, one in stored.items():
            if key not in ("_", "url"):
                yield from _texts(one)
