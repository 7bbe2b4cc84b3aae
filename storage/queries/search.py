"""Keeps the index of words; each room looks things up in it with the rights that they have."""

from __future__ import annotations

from sqlalchemy import delete, insert

from core.search import IndexWords
from storage.dispatch import carries_out
from storage.tables.search import words
from storage.unit_of_work import SqlUnitOfWork


@carries_out(IndexWords)
def index_words(uow: SqlUnitOfWork, change: IndexWords) -> None:
    """Writes the words of a thing anew."""
    uow.session.execute(delete(words).where(words.c.kind == change.kind, words.c.item == change.item))
    rows = [
        {"kind": change.kind, "word": word, "item": change.item, "weight": weight}
        for word, weight in change.words.items()
    ]
    if rows:
        uow.session.execute(insert(words), rows)
