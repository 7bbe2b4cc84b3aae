"""What all tables share: one metadata with predictable constraint names, one registry of mappings, the column types."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, MetaData, Row, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlalchemy.types import JSON, TypeDecorator

from core.access import Roles, read_roles
from core.chat.codec import dump, load

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
mappings: registry = registry(metadata=metadata)

AnyRow = Row[*tuple[Any, ...]]
"""A row of a result whose columns are known by name."""

Id = BigInteger().with_variant(Integer, "sqlite")
"""The type of keys: 64 bits on both; SQLite counts up by itself only for a column that is called INTEGER."""

Json = JSON(none_as_null=True)
"""Any JSON value; None is NULL."""


Comparable = Json.with_variant(JSONB(none_as_null=True), "postgresql")
"""The same where values are compared, or looked into, by statements."""


class Recorded(TypeDecorator[Any]):
    """A value registered with `@record`, as JSON. It is replaced as a whole, never changed inside."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> object:
        return dump(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return load(value)


class Moment(TypeDecorator[datetime]):
    """A datetime that is aware and UTC on both sides. SQLite keeps it as text without a zone, which still sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from anywhere. PostgreSQL takes no NUL and neither database half a surrogate pair, so both are replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return clean(value)


def clean(value: str | None) -> str | None:
    """What of a text `Words` keeps."""
    if value is None or value.isascii():
        return value if value is None else value.replace("\x00", "")
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class HeldRoles(TypeDecorator[Roles]):
    """What somebody may do, in the short form of `Roles.text`; nothing for what every colleague may."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Roles | None, dialect: Dialect) -> str | None:
        return None if value is None else value.text

    def process_result_value(self, value: str | None, dialect: Dialect) -> Roles | None:
        return None if value is None else read_roles(value)


class Ids(TypeDecorator[tuple[int, ...]]):
    """A few ids in their order, as text with spaces between them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(map(str, value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(map(int, value.split()))


def key() -> Column[int]:
    """The primary key of an entity's table. Ids are never given twice: an old button must not open a new thing."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def write_json(value: Any) -> str:
    """The JSON text of a value: readable, but escaped where it holds what cannot be encoded."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text
