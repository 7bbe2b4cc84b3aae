"""Forms in progress: at most one is open in each chat with an account; those put aside have no chat."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, text
from sqlalchemy.ext.mutable import MutableDict

from core.drafts import FormDraft
from storage.persons import personal
from storage.retention import Age, ages
from storage.schema import Id, Json, Moment, Words, key, mappings, metadata

drafts = Table(
    "drafts",
    metadata,
    key(),
    Column("messenger", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("form", Words, nullable=False),
    Column("step", Words, nullable=False),
    # Setting a key saves the draft; changing a list inside of it does not.
    Column("values", MutableDict.as_mutable(Json), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("message_id", Id),
    Column("album", Words),
    Index(
        "uq_drafts_open",
        "messenger",
        "chat",
        "account",
        unique=True,
        sqlite_where=text("chat <> ''"),
        postgresql_where=text("chat <> ''"),
    ),
    sqlite_autoincrement=True,
    info=ages(Age("updated_at")) | personal("person_id", go=True),
)

mappings.map_imperatively(FormDraft, drafts)
