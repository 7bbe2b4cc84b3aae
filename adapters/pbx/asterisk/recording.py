"""A recorded manager connection (`ami.txt`, with receive times in `ami_times.tsv` beside it) as call events."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from adapters.pbx.asterisk.read import local_seconds, translate
from adapters.pbx.asterisk.version import TooOld, check_message
from adapters.pbx.asterisk.wire import Message, Wire
from core.calls.events import CallEvent
from core.calls.exchange import NotRecorded
from core.calls.moments import Onward
from core.chat.phrases import phrase

_CHUNK = 1 << 16
_UNIQUEID_EPOCH = re.compile(r"(?:^|-)(\d{9,11})\.\d+$")
_ZONE_STEP = 900


def read_recording(path: Path) -> Iterator[CallEvent]:
    """The events of one file in the order received. Unreadable files raise OSError, bad times NotRecorded."""
    times = times_beside(path)
    if times.is_file():
        yield from _timed(_messages(path), *_read_times(times))
    else:
        yield from _untimed(path)


def times_beside(path: Path) -> Path:
    """`ami.txt` has `ami_times.tsv`, `ami.part1.txt` has `ami_times.part1.tsv`."""
    first, dot, rest = path.name.removesuffix(".txt").partition(".")
    return path.with_name(f"{first}_times{dot}{rest}.tsv")


def _messages(path: Path) -> Iterator[Message]:
    wire = Wire()
    with path.open("rb") as recorded:
        while chunk := recorded.read(_CHUNK):
            for message in wire.feed(chunk):
                try:
                    check_message(message)
                except TooOld as old:
                    raise NotRecorded(phrase("{file}: {reason}", file=path.name, reason=old.text)) from None
                yield message


def _read_times(path: Path) -> tuple[list[int], list[datetime]]:
    offsets, times = [], []
    lines = path.read_text("ascii", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        offset, tab, epoch = line.partition("\t")
        if not tab or not offset.strip().isdecimal():
            continue  # the header row
        try:
            times.append(datetime.fromtimestamp(float(epoch), UTC))
        except (ValueError, OverflowError, OSError):
            raise NotRecorded(
                phrase("{file}, line {line}: {text} is not a time", file=path.name, line=str(number), text=repr(epoch))
            ) from None
        offsets.append(int(offset))
    if not offsets:
        raise NotRecorded(phrase("{file} holds no times", file=path.name))
    return offsets, times


def _timed(messages: Iterator[Message], offsets: list[int], times: list[datetime]) -> Iterator[CallEvent]:
    onward = Onward()
    for message in messages:
        at = onward(times[min(bisect_left(offsets, message.end), len(times) - 1)])
        event = translate(message, at)
        if event is not None:
            yield event


def _untimed(path: Path) -> Iterator[CallEvent]:
    """Without receive times the stream's own hints move the clock; what precedes the first hint takes its time."""
    clock = _StreamClock()
    early: list[Message] = []
    for message in _messages(path):
        now = clock.read(message)
        if now is None:
            early.append(message)
            continue
        for each in (*early, message):
            event = translate(each, now)
            if event is not None:
                yield event
        early.clear()


class _StreamClock:
    """Tells the time from what messages hold: a Timestamp, the epoch in a Uniqueid, the exchange's local times.

    Whole seconds at best without `timestampevents`; never goes back. The zone of local times follows from the
    greeting, or from the first channel whose local start and epoch are both told.
    """

    def __init__(self) -> None:
        self._now: datetime | None = None
        self._zone: int | None = None

    def read(self, message: Message) -> datetime | None:
        """The moment of this message, or None while no message has told any."""
        hint = self._hint(message)
        if hint is not None:
            moment = datetime.fromtimestamp(hint, UTC)
            self._now = moment if self._now is None else max(self._now, moment)
        return self._now

    def _hint(self, message: Message) -> float | None:
        headers = message.headers()
        kind = headers.get("Event", "")
        try:
            if "Timestamp" in headers:
                return float(headers["Timestamp"])
            if "EventTV" in headers:
                return self._zoned(datetime.fromisoformat(headers["EventTV"]))
            if kind == "Newchannel":
                return _epoch(headers["Uniqueid"])
            if kind == "CEL":
                return self._local(headers["EventTime"], headers["UniqueID"], headers["EventName"] == "CHAN_START")
            if kind == "Cdr":
                return self._local(headers["EndTime"], headers["UniqueID"], starts=False)
        except (KeyError, ValueError, OverflowError):
            return None
        return None

    def _zoned(self, moment: datetime) -> float:
        offset = moment.utcoffset()
        if self._zone is None and offset is not None:
            self._zone = int(offset.total_seconds())
        return moment.timestamp()

    def _local(self, text: str, uid: str, starts: bool) -> float | None:
        local, epoch = local_seconds(text), _epoch(uid)
        if starts and self._zone is None and epoch is not None:
            self._zone = round((local - epoch) / _ZONE_STEP) * _ZONE_STEP
        return None if self._zone is None else local - self._zone


def _epoch(uid: str) -> float | None:
    """Some exchanges put their name before it: `pbx1-1795289796.0`."""
    found = _UNIQUEID_EPOCH.search(uid)
    return None if found is None else float(found[1])
