"""The statements that read the queue: what is due at one messenger, however long the queue and however many rest in it.

They are spelled out because how they are carried out is what matters. Each step follows one index, in its order, and
stops early. For PostgreSQL comparisons of whole rows name all columns of the index that is meant, so that missing
statistics cannot make it choose another, and `by_index` forbids what would read a table; SQLite uses an index well only
for columns that are compared one by one.
"""

# ruff: noqa: S608 - the statements are put together from constants alone

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, TextClause, TextualSelect, bindparam, text

from core.delivery import Priority
from storage.ledger.recipients import ASKED, ASKED_OF, ASKED_TYPES
from storage.schema import Json, Moment
from storage.unit_of_work import SqlUnitOfWork

RUNNING = 16
"""How many broadcasts are sent at the same time; later ones wait until one of these has nothing more to send."""
LOOK = 256
"""How many copies of a broadcast are looked at for some that are the first of their chats, at least."""
MISSES = 64
"""Copies of a priority in a row that have to wait for their chats, after which its rest is left to the next round."""

_LAST = 2**63 - 2
_PENDING = "state IN ('waiting', 'stale')"

_SETTINGS = (
    *((f"enable_{path}", "off") for path in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort")),
    ("jit", "off"),
    ("plan_cache_mode", "force_generic_plan"),
)
_BY_INDEX = text("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS))


class Due(NamedTuple):
    """A copy that the sender has work with, in the order of the statements' columns.

    Not the driver's row: that looks each column up by its name, which costs five times as much.
    """

    id: int
    message_id: int
    priority: int
    messenger: str
    chat: str
    person_id: int | None
    account_id: int | None
    attempts: int
    shown: int
    receipt: Any
    sent_at: datetime | None
    due_at: datetime | None
    revision: int
    state: str
    urgent: bool
    cause: str | None
    shared: bool
    created_at: datetime
    roles: str | None
    told: str | None
    settings: Mapping[str, Any] | None
    mark: str | None
    kind: str | None
    asked: bool
    choices: Any
    hinted_at: datetime | None


def read(uow: SqlUnitOfWork, statement: TextualSelect, values: Mapping[str, object]) -> list[Due]:
    """The copies that one of the statements below finds."""
    return [Due._make(row) for row in uow.connection.execute(statement, values)]


def by_index(uow: SqlUnitOfWork) -> None:
    """For the rest of the transaction PostgreSQL plans once and goes by indices, whatever its statistics say.

    A plan that was made while the queue was empty is kept: it would read the whole table when that has grown.
    """
    if uow.dialect == "postgresql" and not uow.session.info.get("by_index"):
        uow.session.info["by_index"] = True
        uow.connection.execute(_BY_INDEX)


def in_flight(dialect: str, ids: frozenset[int]) -> object:
    """The value of the parameter `busy`."""
    return list(ids) if dialect == "postgresql" else str(list(ids))


def _busy(dialect: str, copy: str) -> str:
    if dialect == "postgresql":
        return f"{copy}.id = ANY(CAST(:busy AS bigint[]))"
    return f"{copy}.id IN (SELECT value FROM json_each(:busy))"


def _goes(copy: str) -> str:
    """Whether a copy's message is to be sent. One that is over has first to be swept of what was not sent."""
    return (
        "(SELECT m.state = 'running' OR (m.state IN ('withdrawn', 'ended') AND m.swept_to IS NULL)"
        f" FROM messages m WHERE m.id = {copy}.message_id)"
    )


def _first(dialect: str, copy: str) -> str:
    """Whether no earlier copy of the chat and priority is pending. Looked up for each copy: never a join over all."""
    if dialect == "postgresql":
        place, chat = (
            "(o.messenger, o.chat, o.priority, o.message_id)",
            f"{copy}.messenger, {copy}.chat, {copy}.priority",
        )
        earlier = f"{place} >= ({chat}, 0) AND {place} < ({chat}, {copy}.message_id)"
    else:
        same = " AND ".join(f"o.{name} = {copy}.{name}" for name in ("messenger", "chat", "priority"))
        earlier = f"{same} AND o.message_id < {copy}.message_id"
    return (
        f"(SELECT 1 FROM deliveries o WHERE o.{_PENDING} AND {earlier} AND {_goes('o')}"
        f" ORDER BY o.messenger, o.chat, o.priority, o.message_id LIMIT 1) IS NULL"
    )


def _steps(dialect: str) -> str:
    """Walks the queue from copy to copy in its order.

    Messages that do not go are stepped over as a whole, and so is the rest of a priority once `most` copies of it are
    found, or some and then none for long: where few people wait for many answers each, all of these would be visited.
    Of the broadcasts that go only the first copies are visited, to find which messages run. The last step is empty.
    """
    broadcast = Priority.BROADCAST.value
    return f"""
    SELECT CAST(0 AS bigint) AS id, 0 AS priority, CAST(0 AS bigint) AS message_id, 1 AS goes, 0 AS free, 0 AS taken,
        0 AS missed
    UNION ALL
    SELECT d.id, d.priority, d.message_id,
        CASE WHEN {_goes("d")} THEN 1 ELSE 0 END,
        CASE WHEN d.priority = {broadcast} THEN 1 WHEN {_busy(dialect, "d")} THEN 0
            WHEN {_first(dialect, "d")} THEN 1 ELSE 0 END,
        CASE WHEN d.priority = s.priority THEN s.taken + s.goes * s.free ELSE 0 END,
        CASE WHEN d.priority = s.priority AND s.goes * s.free = 0 THEN s.missed + 1 ELSE 0 END
    FROM steps s
    LEFT JOIN {_next(dialect)}
    WHERE s.id IS NOT NULL"""


def _next(dialect: str) -> str:
    """The copy after step `s`, as `d`."""
    broadcast = Priority.BROADCAST.value
    most = f"s.taken + s.goes * s.free >= CASE WHEN s.priority = {broadcast} THEN {RUNNING} ELSE :most END"
    enough = f"{most} OR (s.taken > 0 AND s.missed >= {MISSES} AND s.priority < {broadcast})"
    message = f"CASE WHEN {enough} THEN {_LAST} ELSE s.message_id END"
    copy = f"CASE WHEN s.goes = 1 AND s.priority < {broadcast} THEN s.id ELSE {_LAST} END"
    first = "ORDER BY n.messenger, n.priority, n.message_id, n.id LIMIT 1"
    if dialect == "postgresql":
        # Another comparison of these columns would begin at the messenger's first copy and walk to the place.
        return f"""LATERAL (
            SELECT n.id, n.messenger, n.priority, n.message_id, n.chat FROM deliveries n
            WHERE n.{_PENDING} AND n.due_at IS NULL
                AND (n.messenger, n.priority, n.message_id, n.id) > (:messenger, s.priority, {message}, {copy}) {first}
        ) AS d ON d.messenger = :messenger AND d.priority <= :last"""
    queue = f"SELECT n.id FROM deliveries n WHERE n.{_PENDING} AND n.due_at IS NULL AND"
    same = "n.messenger = :messenger AND n.priority = s.priority AND n.message_id ="
    place = "(n.messenger, n.priority, n.message_id)"
    return f"""deliveries d ON d.id = coalesce(
        ({queue} {same} {message} AND n.id > {copy} {first}),
        ({queue} {place} >= (:messenger, s.priority, 1 + {message}) {first})
    ) AND d.messenger = :messenger AND d.priority <= :last"""


def _stretch(dialect: str, number: int, look: int) -> str:
    return f"""
    SELECT * FROM (
        SELECT c.id FROM (
            SELECT d.id, d.messenger, d.chat, d.priority, d.message_id FROM deliveries d
            WHERE d.{_PENDING} AND d.due_at IS NULL AND d.messenger = :messenger
                AND d.priority = {Priority.BROADCAST.value} AND d.message_id = :message_{number}
                AND d.id > :after_{number} AND NOT {_busy(dialect, "d")}
            ORDER BY d.messenger, d.priority, d.message_id, d.id LIMIT {look}
        ) AS c WHERE {_first(dialect, "c")} LIMIT :share
    ) AS stretch_{number}"""


def _row(dialect: str, table: str, name: str, key: str) -> str:
    """Joins the row with a key. LEFT JOIN keeps the order, so that nothing is read before what has the key.

    PostgreSQL must look it up: a plan made while the tables were empty may compare each row with each instead.
    """
    if dialect == "postgresql":
        return f"LEFT JOIN LATERAL (SELECT * FROM {table} AS r WHERE r.id = {key} OFFSET 0) AS {name} ON true"
    return f"LEFT JOIN {table} AS {name} ON {name}.id = {key}"


def _copies(dialect: str, due: str) -> str:
    """All that is needed of the copies in `due`, in the order of `Due`."""
    return f"""
    SELECT d.id, d.message_id, d.priority, d.messenger, d.chat, d.person_id, d.account_id, d.attempts,
        d.shown, d.receipt, d.sent_at, d.due_at, m.revision, m.state, m.urgent, m.cause, m.shared, m.created_at,
        {ASKED}, d.mark, m.kind, d.asked_at IS NOT NULL AS asked, d.choices,
        CASE WHEN d.asked_at IS NULL THEN a.hinted_unasked_at ELSE a.hinted_at END AS hinted_at
    FROM {due} AS due
    {_row(dialect, "deliveries", "d", "due.id")}
    {_row(dialect, "messages", "m", "d.message_id")}
    {" ".join(_row(dialect, table, name, f"d.{key}") for table, name, key in ASKED_OF)}"""


@lru_cache
def queue(dialect: str) -> TextualSelect:
    """What can go at once at `messenger`: `most` copies of each priority up to `last`, but one copy of each broadcast
    that runs. In no order. `busy` are left out here as everywhere."""
    due = "(SELECT id FROM steps WHERE goes = 1 AND free = 1 AND id > 0)"
    return _typed(text(f"WITH RECURSIVE steps AS ({_steps(dialect)}) {_copies(dialect, due)}"))


@lru_cache
def put_off(dialect: str) -> TextualSelect:
    """The `most` copies of one `priority` that were put off until `now`, the longest first. In no order."""
    due = f"""(
        SELECT d.id FROM deliveries d
        WHERE d.{_PENDING} AND d.due_at IS NOT NULL AND d.due_at <= :now
            AND d.messenger = :messenger AND d.priority = :priority
            AND NOT {_busy(dialect, "d")} AND {_goes("d")} AND {_first(dialect, "d")}
        ORDER BY d.due_at LIMIT :most
    )"""
    return _typed(text(_copies(dialect, due)).bindparams(bindparam("now", type_=Moment())))


@lru_cache
def stretches(dialect: str, number: int, look: int) -> TextualSelect:
    """The next `share` copies of each of `number` broadcasts, after a copy of each, of the next `look` ones."""
    parts = " UNION ALL ".join(_stretch(dialect, place, look) for place in range(number))
    return _typed(text(_copies(dialect, f"({parts})")))


def _typed(statement: TextClause) -> TextualSelect:
    return statement.columns(
        receipt=Json,
        sent_at=Moment,
        due_at=Moment,
        created_at=Moment,
        urgent=Boolean,
        shared=Boolean,
        asked=Boolean,
        choices=Json,
        hinted_at=Moment,
        **ASKED_TYPES,
    )


_DUE = text(
    f"""SELECT p.priority FROM ({" UNION ALL ".join(f"SELECT {p.value} AS priority" for p in Priority)}) AS p
    WHERE EXISTS (
        SELECT 1 FROM deliveries d WHERE d.{_PENDING} AND d.due_at IS NOT NULL AND d.due_at <= :now
            AND d.messenger = :messenger AND d.priority = p.priority
    )"""
).bindparams(bindparam("now", type_=Moment()))


def due_again(uow: SqlUnitOfWork, messenger: str) -> list[Priority]:
    """The priorities of which something was put off until now: looked up first, as that is rare."""
    found = uow.connection.execute(_DUE, {"messenger": messenger, "now": uow.now}).scalars()
    return [Priority(place) for place in found]
