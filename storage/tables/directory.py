"""Requests for access, wrong codes, and a mark that tells every process when the directory must be read again."""

from __future__ import annotations

import secrets

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, UOWTransaction

from core.people.admission import AccessRequest
from core.people.linking import WrongCode
from core.people.person import Department, Person
from storage.persons import personal
from storage.retention import Age, ages, kept
from storage.schema import Id, Moment, Words, key, mappings, metadata

access_requests = Table(
    "access_requests",
    metadata,
    key(),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("asked_at", Moment, nullable=False),
    Column("message_id", Id),
    Column("decided_at", Moment),
    Column("decided_by", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("note", Words, nullable=False, server_default=""),
    Index(
        "ix_access_requests_open",
        "id",
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
    sqlite_autoincrement=True,
    info=ages(Age("decided_at")) | personal("person_id", "decided_by"),
)

wrong_codes = Table(
    "wrong_codes",
    metadata,
    key(),
    Column("account_id", Id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "account_id", "at"),
    sqlite_autoincrement=True,
    info=ages(Age("at")),
)

directory_marks = Table(
    "directory_marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("mark", Words, nullable=False),
    info=kept("one row"),
)

mappings.map_imperatively(AccessRequest, access_requests)
mappings.map_imperatively(WrongCode, wrong_codes)

_SEARCHED = {
    Person: frozenset(
        {"last_name", "first_name", "patronymic", "position", "extension", "phone", "department_id", "active"}
    ),
    Department: frozenset({"name"}),
}


@event.listens_for(Session, "after_flush")
def notice(session: Session, _flush: UOWTransaction) -> None:
    """Marks the directory as changed when a flush wrote what people are found by."""
    fresh = any(isinstance(entity, Person) for entity in (*session.new, *session.deleted))
    if fresh or any(_renamed(entity) for entity in session.dirty):
        mark(session)


def mark(session: Session) -> None:
    """Marks the directory as changed.

    The mark is random, not counted: so one that was rolled back can never be taken for a later one.
    """
    values = {"id": 1, "mark": secrets.token_hex(8)}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(directory_marks).values(**values)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"mark": values["mark"]}))


def _renamed(entity: object) -> bool:
    names = _SEARCHED.get(type(entity))
    return names is not None and not names.isdisjoint(inspect(entity).committed_state)
