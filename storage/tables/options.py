"""What the company has chosen otherwise than by default, a row for each choice."""

from __future__ import annotations

from sqlalchemy import Column, Table

from storage.retention import kept
from storage.schema import Comparable, Words, metadata

company_options = Table(
    "company_options",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Comparable, nullable=False),
    info=kept("until the company chooses otherwise"),
)
