"""The optional rooms that are switched off."""

from __future__ import annotations

from sqlalchemy import Column, Table

from storage.persons import personal
from storage.retention import kept
from storage.schema import Id, Moment, Words, metadata

switched_off = Table(
    "switched_off",
    metadata,
    Column("room", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("person_id", Id, nullable=False),
    info=kept("what the company does not use now, one row for each room") | personal("person_id"),
)
