"""What people and the company have chosen, a row for each choice."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from storage.persons import personal
from storage.retention import kept
from storage.schema import Comparable, Id, Words, metadata

person_settings = Table(
    "person_settings",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("value", Comparable, nullable=False),
    # Who has chosen otherwise than most: few, whatever the number of people.
    Index(None, "name", "person_id"),
    sqlite_with_rowid=False,
    info=kept("until it is chosen otherwise, or the person is erased") | personal("person_id", go=True),
)
