"""The book of clients."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, bindparam, or_, select

from core.calls.journal import Client, ClientOf, ClientsLike, ClientsNamed, ClientsOf, SaveClients
from storage.dispatch import answers, carries_out
from storage.schema import AnyRow
from storage.tables.calls import clients
from storage.unit_of_work import SqlUnitOfWork

_AT_ONCE = 500
"""Numbers in one IN list."""
_CLIENT = select(clients).where(clients.c.number == bindparam("number"))
_ESCAPE = "!"
_IE, _IO = "\N{CYRILLIC SMALL LETTER IE}", "\N{CYRILLIC SMALL LETTER IO}"
_EITHER = dict.fromkeys(map(ord, _IE + _IO + _IE.upper() + _IO.upper()), "_")
_MARKS = {ord(mark): _ESCAPE + mark for mark in ("%", "_", _ESCAPE)}


@carries_out(SaveClients)
def save_clients(uow: SqlUnitOfWork, change: SaveClients) -> None:
    """Writes clients into the book."""
    rows = [{"number": one.number, "name": one.name, "tags": list(one.tags)} for one in change.clients]
    if rows:
        statement = uow.insert(clients)
        new = {"name": statement.excluded.name, "tags": statement.excluded.tags}
        uow.session.execute(statement.on_conflict_do_update(index_elements=["number"], set_=new), rows)


@answers(ClientOf)
def client_of(uow: SqlUnitOfWork, query: ClientOf) -> Client | None:
    """The client with a number."""
    row = uow.connection.execute(_CLIENT, {"number": query.number}).first()
    return None if row is None else _client(row)


@answers(ClientsOf)
def clients_of(uow: SqlUnitOfWork, query: ClientsOf) -> Mapping[str, Client]:
    """The clients with some numbers."""
    found: dict[str, Client] = {}
    for start in range(0, len(query.numbers), _AT_ONCE):
        some = select(clients).where(clients.c.number.in_(query.numbers[start : start + _AT_ONCE]))
        found |= {row.number: _client(row) for row in uow.session.execute(some)}
    return found


@answers(ClientsNamed)
def clients_named(uow: SqlUnitOfWork, query: ClientsNamed) -> tuple[Client, ...]:
    """The numbers under a name."""
    statement = select(clients).where(clients.c.name == query.name).order_by(clients.c.number).limit(query.limit)
    return tuple(_client(row) for row in uow.session.execute(statement))


@answers(ClientsLike)
def clients_like(uow: SqlUnitOfWork, query: ClientsLike) -> tuple[Client, ...]:
    """By the names as they are written: SQLite folds the case of Latin letters only, so each stem is looked for as it
    may be written."""
    if not query.stems:
        return ()
    statement = select(clients).where(*map(_has, query.stems)).order_by(clients.c.name, clients.c.number)
    return tuple(_client(row) for row in uow.session.execute(statement.limit(query.limit)))


def _has(stem: str) -> ColumnElement[bool]:
    written = dict.fromkeys((stem, stem.capitalize(), stem.upper()))
    patterns = [f"%{one.translate(_MARKS).translate(_EITHER)}%" for one in written]
    return or_(*(clients.c.name.like(pattern, escape=_ESCAPE) for pattern in patterns))


def _client(row: AnyRow) -> Client:
    return Client(row.number, row.name, tuple(row.tags))
