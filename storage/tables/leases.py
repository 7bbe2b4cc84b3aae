"""Which process does what only one may do."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from storage.retention import kept
from storage.schema import Id, Moment, Words, metadata

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    # Empty when it is free.
    Column("owner", Text, nullable=False),
    Column("epoch", Id, nullable=False),
    # By the database's own clock.
    Column("until", Moment, nullable=False),
    # What the owner says is wrong with the work.
    Column("fault", Words, nullable=False, server_default=""),
    info=kept("one row for each kind of work"),
)
