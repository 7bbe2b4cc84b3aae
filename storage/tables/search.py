"""The index of words: which things of which kind have which stem."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from storage.retention import kept
from storage.schema import Id, Words, metadata

words = Table(
    "words",
    metadata,
    Column("kind", Words, primary_key=True),
    Column("word", Words, primary_key=True),
    Column("item", Id, primary_key=True, autoincrement=False),
    Column("weight", Integer, nullable=False),
    Index("ix_words_item", "kind", "item"),
    info=kept("goes with what it finds"),
)
