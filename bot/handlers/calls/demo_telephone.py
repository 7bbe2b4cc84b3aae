"""The telephone of the demo company: calls that a real exchange recorded, told of other people and of another time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.kit.demo import Company, rows
from core.calls.events import CallEvent
from core.calls.exchange import ReadRecording
from core.calls.intake import RECENT, CallIntake
from core.calls.journal import Client, SaveClients
from core.calls.lines import KnowLines, Lines
from core.calls.rehearsal import shifted
from core.calls.routing import do_name, do_put_on_duty, do_route
from core.people.person import Person
from core.unit_of_work import Store, UnitOfWork

DATA = Path(__file__).parent / "data"
SOURCE = "demo"

_TOLD = ("endpoint", "number", "context", "exten", "callee_number", "callee")
"""Fields that name lines, numbers and telephones. `callee` only of a bill, elsewhere it is a channel."""
_RECORDED_LINE = "line-msk"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded call: the client's number and the called one without their country code, and whose telephone rang."""

    name: str
    client: str
    did: str
    telephone: str


@dataclass(frozen=True, slots=True)
class DemoLine:
    """An outside line. `duty` are external ids."""

    name: str
    did: str
    title: str
    department: str
    duty: tuple[str, ...]


@cache
def recordings() -> dict[str, Recording]:
    """The recordings by name."""
    return {row[0]: Recording(*row) for row in rows(DATA / "recordings.tsv")}


@cache
def lines(language: str) -> dict[str, DemoLine]:
    """The outside lines by name, with titles in a language."""
    found = rows(DATA / language / "lines.tsv")
    return {row[0]: DemoLine(row[0], row[1], row[2], row[3], tuple(row[4].split())) for row in found}


@cache
def clients(language: str) -> tuple[Client, ...]:
    """Who calls; those without a name are not in the company's book."""
    return tuple(Client(number, name) for number, name in rows(DATA / language / "clients.tsv"))


def intake_for(store: Store, timezone: str, known: Collection[str]) -> CallIntake:
    """The way of the demo's calls into the house; `known` are the names of its lines."""
    return CallIntake(store, trunks=known, timezone=timezone, source=SOURCE)


def told(
    read: ReadRecording, name: str, *, line: DemoLine, client: str, telephone: str, until: datetime
) -> list[CallEvent]:
    """The events of a recording as if this client (E.164) had been on this line, the last of them at `until`."""
    recording = recordings()[name]
    words = {
        recording.client: client.removeprefix("+7"),
        recording.telephone: telephone,
        _RECORDED_LINE: line.name,
    }
    if recording.did:
        words[recording.did] = line.did
    return shifted(_retold(_recorded(read, name), words), to=until)


@cache
def _recorded(read: ReadRecording, name: str) -> tuple[CallEvent, ...]:
    return tuple(read(DATA / "calls" / f"{name}.txt"))


def _retold(events: Sequence[CallEvent], words: dict[str, str]) -> Iterator[CallEvent]:
    """Replaces whole extensions and names of lines, and what follows the country code of a number."""
    any_word = "|".join(map(re.escape, words))
    pattern = re.compile(rf"(?:^|(?<=^[78])|(?<=^\+7))(?:{any_word})$")
    for event in events:
        values = {name: getattr(event, name, None) for name in _TOLD}
        changes: dict[str, Any] = {
            name: pattern.sub(lambda found: words[found[0]], value)
            for name, value in values.items()
            if isinstance(value, str)
        }
        yield replace(event, **changes)


def connect(uow: UnitOfWork, staff: Company, timezone: str, language: str) -> None:
    """Names the lines, says who is told of what is missed on them, and opens the book of clients."""
    uow.apply(KnowLines(tuple(lines(language)), timezone))
    for line in uow.ask(Lines()):
        known = lines(language).get(line.name)
        if known is not None and not line.title:
            do_name(uow, line, known.title)
            if known.department:
                do_route(uow, line, staff.departments[known.department])
            for one in known.duty:
                person = uow.get(Person, staff.people[one])
                assert person is not None, "the company has just been read"
                do_put_on_duty(uow, line, person)
    uow.apply(SaveClients(tuple(client for client in clients(language) if client.name)))


def a_day(read: ReadRecording, now: datetime, zone: ZoneInfo, language: str) -> list[CallEvent]:
    """The calls of yesterday and of today until a while ago, so that none of them raises an alert."""
    today = now.astimezone(zone).date()
    events: list[CallEvent] = []
    for number, (day, clock, name, line, client, telephone) in enumerate(rows(DATA / "day.tsv")):
        at = datetime.combine(today + timedelta(int(day)), time.fromisoformat(clock), zone)
        at += timedelta(seconds=17 * number % 60)  # nobody calls on the minute
        if at < now - 2 * RECENT:
            events += told(read, name, line=lines(language)[line], client=client, telephone=telephone, until=at)
    return sorted(events, key=lambda event: event.at)
