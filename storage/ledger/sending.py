"""The sender's work: which copies are due, and what became of them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count, zip_longest
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Executable, Text, cast, select

from core.chat.codec import load
from core.chat.screens import Screen
from core.copies import HINT_AGAIN, Settle, Settled, Wanted, WantedCopies
from core.delivery import DeliveryState, MessageState, Priority
from core.notices import When, reaches
from core.people.choices import LANGUAGE, TIMEZONE
from core.people.quiet import QUIET_HOURS, QuietHours
from core.settings import value_in
from storage.batches import among, packed_ids
from storage.dispatch import answers, carries_out
from storage.ledger.queue import LOOK, Due, by_index, due_again, in_flight, put_off, queue, read, stretches
from storage.ledger.settling import settle
from storage.tables.delivery import messages
from storage.unit_of_work import SqlUnitOfWork

_KEPT = 64
"""Contents kept, so that the content of a campaign is read once and not with each batch of its copies."""

_ALIKE = 256
"""Contents kept by their text: in a crowd most get the same menu, or the same thanks for an answer."""

_Contents = dict[tuple[int, int], Screen | None]

_contents: WeakKeyDictionary[Engine, _Contents] = WeakKeyDictionary()
_turns = count()


@answers(WantedCopies)
def wanted_copies(uow: SqlUnitOfWork, query: WantedCopies) -> tuple[Wanted, ...]:
    """Due work, in order."""
    if query.limit <= 0:
        return ()
    by_index(uow)
    last = Priority.BROADCAST if query.broadcasts else Priority.NOTICE
    common = {"messenger": query.messenger, "busy": in_flight(uow.dialect, query.busy)}
    found = read(uow, queue(uow.dialect), {**common, "most": query.limit, "last": last.value})
    ready = _by_priority(found)
    again: dict[Priority, Sequence[Due]] = dict.fromkeys(Priority, ())
    for priority in due_again(uow, query.messenger):
        values = {**common, "priority": priority.value, "most": query.limit, "now": uow.now}
        again[priority] = read(uow, put_off(uow.dialect), values) if priority <= last else ()
    rows: list[Due] = []
    for priority in (Priority.ALERT, Priority.REPLY, Priority.NOTICE):
        rows += sorted((*ready[priority], *again[priority]), key=_place)[: query.limit]
    rows += _broadcasts(uow, common, ready[Priority.BROADCAST], again[Priority.BROADCAST], query.limit)
    return _readable(uow, rows)


@carries_out(Settle)
def settle_copies(uow: SqlUnitOfWork, change: Settle) -> None:
    """Writes outcomes down."""
    settle(uow, change.outcomes)


def _by_priority(rows: Iterable[Due]) -> dict[Priority, list[Due]]:
    found: dict[Priority, list[Due]] = {priority: [] for priority in Priority}
    for row in rows:
        found[Priority(row.priority)].append(row)
    return found


def _broadcasts(
    uow: SqlUnitOfWork, common: dict[str, Any], running: Iterable[Due], again: Iterable[Due], limit: int
) -> list[Due]:
    """At most `limit` copies of the messages that run: one of each in turn, for as long as it has any.

    `running` has the first copy of each message that can go at once, `again` copies that were put off until now.
    """
    supply: dict[int, list[Due]] = {row.message_id: [] for row in sorted((*running, *again), key=_place)}
    for row in sorted(again, key=_place):
        supply[row.message_id].append(row)
    after = {row.message_id: row.id - 1 for row in running}
    missing, sharers = limit, len(supply)
    while after and missing > 0:
        share = -(-missing // sharers)
        more = _read_on(uow, common, after, share)
        for message_id, rows in more.items():
            supply[message_id] += rows
        after = {message_id: rows[-1].id for message_id, rows in more.items() if len(rows) == share}
        missing, sharers = limit - sum(map(len, supply.values())), len(after)
    return _in_turn(list(supply.values()), limit)


def _read_on(uow: SqlUnitOfWork, common: dict[str, Any], after: dict[int, int], share: int) -> dict[int, list[Due]]:
    """The next copies of each of these messages, at most `share` each."""
    look = max(LOOK, 1 << (2 * share).bit_length())
    places = enumerate(after.items())
    values = {f"{name}_{number}": value for number, place in places for name, value in zip(_PLACE, place, strict=True)}
    found = read(uow, stretches(uow.dialect, len(after), look), {**common, **values, "share": share})
    more: dict[int, list[Due]] = {}
    for row in sorted(found, key=_place):
        more.setdefault(row.message_id, []).append(row)
    return more


def _in_turn(supply: list[list[Due]], limit: int) -> list[Due]:
    """One of each, again and again. Each time another is the first, so that a sender who takes few is fair as well."""
    turn = deque(supply)
    turn.rotate(-next(_turns))
    rows = [row for group in zip_longest(*turn) for row in group if row is not None]
    return rows[:limit]


def _place(row: Due) -> tuple[int, int]:
    return row.message_id, row.id


def _readable(uow: SqlUnitOfWork, rows: Sequence[Due]) -> tuple[Wanted, ...]:
    """The copies with their contents. Those that were written by another version must not stop those behind them."""
    contents = _contents_of(uow, rows)
    wanted, lost = [], []
    for row in rows:
        content = contents.get((row.message_id, row.revision))
        if content is None:
            lost.append(Settled(delivery_id=row.id, state=DeliveryState.FAILED, reason="unreadable"))
        else:
            wanted.append(_wanted(row, content, uow.now))
    if lost:
        settle(uow, lost)
    return tuple(wanted)


def _contents_of(uow: SqlUnitOfWork, rows: Sequence[Due]) -> _Contents:
    """What the messages of these copies want now. What many get is remembered."""
    known = _contents.setdefault(uow.connection.engine, {})
    wanted = {(row.message_id, row.revision): row.shared for row in rows}
    found: _Contents = {key: known[key] for key in wanted if key in known}
    missing = {key[0]: key for key in wanted if key not in found}
    ids = packed_ids(uow.dialect, missing)
    for message_id, content in uow.connection.execute(_contents_in(uow.dialect), {"ids": ids}) if missing else ():
        key = missing[message_id]
        found[key] = _read(content)
        if wanted[key]:
            if len(known) >= _KEPT:
                known.clear()
            known[key] = found[key]
    return found


@lru_cache
def _contents_in(dialect: str) -> Executable:
    return select(messages.c.id, cast(messages.c.content, Text)).where(among(dialect, messages.c.id))


@lru_cache(_ALIKE)
def _read(content: str) -> Screen | None:
    """The very same object for the same content, by which whoever renders it knows that it is the same."""
    try:
        screen: Screen = load(json.loads(content))
    except ValueError:
        return None
    return screen


def _wanted(row: Due, content: Screen, now: datetime) -> Wanted:
    return Wanted(
        delivery_id=row.id,
        message_id=row.message_id,
        planned_at=row.created_at,
        revision=row.revision,
        content=content,
        withdrawn=row.state == MessageState.WITHDRAWN.value,
        priority=Priority(row.priority),
        messenger=row.messenger,
        chat=row.chat,
        attempts=row.attempts,
        shown=row.shown,
        receipt=load(row.receipt),
        sent_at=row.sent_at,
        person_id=row.person_id,
        account_id=row.account_id,
        roles=row.roles,
        language=value_in(row.settings, LANGUAGE) or row.told,
        timezone=value_in(row.settings, TIMEZONE),
        quiet=_quiet(row),
        cause=row.cause or "",
        mark=row.mark or "",
        when=_when(row),
        asked=row.asked,
        choices=load(row.choices) if row.choices else (),
        hint=row.hinted_at is None or now - row.hinted_at >= HINT_AGAIN,
    )


def _when(row: Due) -> When:
    """How the recipient wants to get this kind; what was asked for, is urgent or has been seen comes at once."""
    if row.shown > 0 or row.urgent or row.priority == Priority.REPLY:
        return When.AT_ONCE
    return reaches(row.kind, row.settings)


def _quiet(row: Due) -> QuietHours | None:
    """What may hold a copy: not an answer, nothing urgent, and no edit of what has been seen."""
    if row.shown > 0 or row.urgent or row.priority == Priority.REPLY:
        return None
    return value_in(row.settings, QUIET_HOURS)


_PLACE = ("message", "after")
