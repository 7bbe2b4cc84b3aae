"""`kollega calls replay` and `kollega calls list`, beside a running bot or without one."""

from __future__ import annotations

import asyncio
import heapq
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.run.shell import CommandError, Shell
from core.calls.call import Call
from core.calls.contacts import FollowUp, follow_ups
from core.calls.events import CallEvent
from core.calls.exchange import NotRecorded, ReadRecording
from core.calls.intake import CallIntake
from core.calls.journal import CallsSince
from core.calls.settling import LONGEST_CALL
from core.calls.telephony import FOLDER, reader_of, settings_of
from core.chat.phrases import phrase

_BATCH = 5000


def replay_files(shell: Shell, files: list[Path], trunks: list[str]) -> str:
    """Feeds recorded streams through the pipeline of the live ones; a sentence about it.

    Several files are merged by their times. Calls that ended long ago are recorded and alert nobody; a running bot
    alerts of those that ended just now. What has no end in the files is unknown.
    """
    events, new = asyncio.run(_replay(shell, files, trunks))
    return shell.house.languages().say(
        phrase("Call events read: {events}, new among them: {new}.", events=events, new=new)
    )


async def _replay(shell: Shell, files: list[Path], trunks: list[str]) -> tuple[int, int]:
    exchanges = shell.adapters(FOLDER)
    known = settings_of(exchanges)
    stream = heapq.merge(*map(partial(_recorded, reader_of(exchanges)), files), key=attrgetter("at"))
    read = new = 0
    async with shell.store() as store:
        intake = CallIntake(
            store,
            trunks=trunks,
            machines=known.machines,
            dialling=known.dialling,
            timezone=shell.settings.timezone,
        )
        while batch := list(islice(stream, _BATCH)):
            read += len(batch)
            new += await intake.feed(batch)
        await intake.settle()
    return read, new


def _recorded(read: ReadRecording, path: Path) -> Iterator[CallEvent]:
    try:
        yield from read(path)
    except NotRecorded as error:
        raise CommandError(error.text) from None


def listing(shell: Shell, since: str | None) -> str:
    """The calls as one JSON list, by their start; what became of missed ones as of now."""
    moment = None if since is None else _moment(since, ZoneInfo(shell.settings.timezone))
    reach = None if moment is None else moment - LONGEST_CALL
    calls = shell.transact(lambda uow: uow.ask(CallsSince(reach)))
    records = [record for record in _records(calls) if moment is None or record[0].started_at >= moment]
    return json.dumps([record for _, record in records], ensure_ascii=False, indent=1)


def _records(calls: Iterable[Call]) -> Iterator[tuple[Call, dict[str, Any]]]:
    calls = tuple(calls)
    now = max([datetime.now(UTC), *(call.started_at for call in calls)])  # a recording may be ahead of the clock
    found = follow_ups(calls, as_of=now)
    return ((call, _record(call, found.get(call.id))) for call in calls)


def _record(call: Call, follow_up: FollowUp | None) -> dict[str, Any]:
    contact = None if follow_up is None else follow_up.contact
    return {
        "id": call.id,
        "direction": call.direction.value,
        "started_at": _rfc3339(call.started_at),
        "ended_at": _rfc3339(call.ended_at),
        "external_number": call.external_number,
        "line": call.line,
        "did": call.did,
        "dialed": call.dialed,
        "answered_by": call.answered_by,
        "answered_at": _rfc3339(call.answered_at),
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "outcome": None if call.outcome is None else call.outcome.value,
        "missed": call.missed,
        "truly_missed": follow_up is not None and follow_up.truly_missed,
        "resolved_by": None if contact is None else contact.id,
        "linkedid": call.linkedid,
    }


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A date or a time as ISO 8601 writes it; without an offset it is the company's local time."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(
            phrase("--since {text}: write a date or time such as 2026-11-21 or 2026-11-21T09:00Z", text=text)
        ) from None
    return read if read.tzinfo is not None else read.replace(tzinfo=zone)
