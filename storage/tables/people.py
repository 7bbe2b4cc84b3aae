"""People, their departments, accounts and codes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Table, UniqueConstraint, false, text

from core.people.person import Account, Code, Department, Person
from storage.persons import personal
from storage.retention import Age, ages, kept
from storage.schema import Comparable, HeldRoles, Id, Ids, Moment, Words, key, mappings, metadata

departments = Table(
    "departments",
    metadata,
    key(),
    Column("name", Words, nullable=False, unique=True),
    Column("manager_id", Id, ForeignKey("people.id", ondelete="SET NULL", use_alter=True)),
    Column("parent_id", Id, ForeignKey("departments.id", ondelete="SET NULL"), index=True),
    Column("above", Ids, nullable=False, server_default=""),
    Column("external_id", Words, unique=True),
    sqlite_autoincrement=True,
    info=kept("the company as it is") | personal("manager_id", blank={"manager_id": None}),
)

people = Table(
    "people",
    metadata,
    key(),
    Column("external_id", Words, unique=True),
    Column("last_name", Words, nullable=False),
    Column("first_name", Words, nullable=False),
    Column("patronymic", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("phone", Words, index=True),
    Column("extension", Words, index=True),
    Column("department_id", Id, ForeignKey("departments.id", ondelete="SET NULL"), index=True),
    Column("position", Words, nullable=False),
    Column("manager_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    # Most have nothing here: what every colleague may do is not written down.
    Column("roles", HeldRoles, nullable=False, server_default=""),
    Column("birthday", Date),
    Column("hired_on", Date),
    Column("active", Boolean, nullable=False),
    # The rows of `person_settings` once more, as they are needed with each event and each copy; NULL for none.
    Column("settings", Comparable),
    sqlite_autoincrement=True,
    info=kept("until a person is erased") | personal("id"),
)

accounts = Table(
    "accounts",
    metadata,
    key(),
    Column("messenger", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("chat", Words),
    Column("name", Words, nullable=False),
    Column("language", Words),
    Column("unreachable", Words),
    Column("absent", Boolean, nullable=False, server_default=false()),
    Column("unreadable_since", Moment),
    Column("linked_at", Moment),
    Column("refused", Boolean, nullable=False),
    Column("superseded", Boolean, nullable=False, server_default=false()),
    # When a menu last said how to choose where there are no buttons: one that was asked for, and one that was not.
    Column("hinted_at", Moment),
    Column("hinted_unasked_at", Moment),
    # The commands that its chat lists: whose roles, and of which version; NULL where it lists those of everybody.
    Column("listed", Words),
    # Of a stranger who asks to be let in: the own number, until that is decided.
    Column("phone", Words),
    UniqueConstraint("messenger", "address"),
    Index(None, "messenger", "chat", sqlite_where=text("chat IS NOT NULL"), postgresql_where=text("chat IS NOT NULL")),
    # The same account of a network in each of its bot accounts.
    Index(None, "address"),
    sqlite_autoincrement=True,
    info=kept("until a person is erased; of strangers their address, and a number until they are let in or not")
    | personal("person_id", go=True),
)

# The bot accounts that there ever were.
messengers = Table(
    "messengers",
    metadata,
    Column("name", Words, primary_key=True),
    # Whether a person's account can be written to at its address, before it ever wrote.
    Column("writes_first", Boolean, nullable=False),
    Column("present", Boolean, nullable=False),
    # How people find it, where that is known.
    Column("address", Words),
    info=kept("one row for each bot account"),
)

codes = Table(
    "codes",
    metadata,
    key(),
    Column("digest", Words, nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    sqlite_autoincrement=True,
    info=ages(Age("expires_at")) | personal("person_id", go=True),
)

mappings.map_imperatively(Department, departments)
mappings.map_imperatively(Person, people)
mappings.map_imperatively(Account, accounts, exclude_properties=("hinted_at", "hinted_unasked_at", "listed"))
mappings.map_imperatively(Code, codes)
