"""The one way of call events into the house, live or replayed: stored, folded, and what changed is kept.

A batch is one transaction, so a stored event is always a folded one. Known events are ignored; events that come
late, or after a restart, fold a window of the stored ones anew, because a call is the fold of its events in order.
What a call means for people is decided by a timer, which survives a crash: at its end and a short grace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from core.calendar import WorkingCalendar
from core.calls.alert import AlertIds, CallEnded, UnresolvedAlerts
from core.calls.call import Call, Direction
from core.calls.contacts import spoke
from core.calls.events import CallEvent
from core.calls.fold import Switchboard
from core.calls.journal import (
    CallsById,
    DropCalls,
    EarliestUnfinished,
    GiveUpCalls,
    KeepCallEvents,
    KeptCallEvents,
    PutCalls,
)
from core.calls.lines import KnowLines, Lines, working_calendar
from core.phones import PLAIN, Dialling
from core.timers import SetTimer
from core.unit_of_work import Transactions, UnitOfWork

RECENT = timedelta(minutes=15)
"""A call that ended longer before it became known (or so far ahead of the clock) is history and raises no alert."""

WATCH_SECONDS = 60.0
_TICK = timedelta(minutes=10)
_STILL_TALKED_OF = timedelta(minutes=10)  # what may follow the end of a call: billing, children that hang up late
_MARGIN = timedelta(minutes=2)  # telephones that were picked up before the call was made


@dataclass(slots=True)
class _Fold:
    """The exchange as far as its events are folded. `changed` are the calls that are not kept yet."""

    board: Switchboard
    until: datetime
    ticked: datetime
    changed: set[str] = field(default_factory=set)


class CallIntake:
    """`feed` batches of events, in their order; `run` watches for calls whose end never comes.

    `trunks` are the names of the outside lines, `machines` those of what is no person's telephone; `dialling` is how
    numbers are written there; `grace` is how long after its end a call is decided; `timezone` an IANA name; a call
    longer than `longest` has lost its end.
    """

    def __init__(
        self,
        at: Transactions,
        *,
        trunks: Iterable[str],
        timezone: str,
        machines: Iterable[str] = (),
        dialling: Dialling = PLAIN,
        grace: timedelta = timedelta(seconds=2),
        source: str = "asterisk",
        longest: timedelta = timedelta(hours=4),
    ) -> None:
        self._at, self._source = at, source
        self._trunks = tuple(name.rpartition("/")[2] for name in trunks)
        self._timezone = timezone
        self._grace, self._longest = grace, longest
        self._empty_board = partial(
            Switchboard,
            self._trunks,
            machines=tuple(machines),
            dialling=dialling,
            closed=self._closed,
            source=source,
            longest=longest,
        )
        self._fold: _Fold | None = None
        self._lines: set[str] = set()
        self._calendars: dict[str | None, WorkingCalendar] = {}
        self._one_at_a_time = asyncio.Lock()

    async def feed(self, events: Sequence[CallEvent]) -> int:
        """Takes events in; how many were new. When it raises, nothing was taken, and the batch can be fed again."""
        batch = tuple(events)
        async with self._one_at_a_time:
            return await self._transact(lambda uow, fold: self._take(uow, fold, batch))

    async def run(self) -> None:
        """Closes calls without an end, until cancelled."""
        now = await self._at.transact(self._begin)
        await asyncio.to_thread(working_calendar(self._timezone, None).is_open, now)  # slow once: not at the first miss
        while True:
            await self.tick()
            await asyncio.sleep(WATCH_SECONDS)

    async def tick(self) -> None:
        """Gives up the calls that began too long ago for their end to come."""
        async with self._one_at_a_time:
            await self._transact(self._watch)

    async def settle(self) -> None:
        """Nothing follows the events that were fed: calls without an end are unknown from now on."""
        async with self._one_at_a_time:
            await self._transact(self._end)

    def _closed(self, line: str | None, moment: datetime) -> bool:
        return not (self._calendars.get(line) or working_calendar(self._timezone, None)).is_open(moment)

    def _begin(self, uow: UnitOfWork) -> datetime:
        uow.apply(KnowLines(self._trunks, self._timezone, only=True))
        return uow.now

    async def _transact(self, work: _Work) -> int:
        """Runs `work` with the fold. One that failed has left the fold ahead of the database: it is made anew."""
        held, self._fold = [self._fold], None
        count, self._fold = await self._at.transact(lambda uow: work(uow, held.pop() if held else None))
        return count

    def _take(self, uow: UnitOfWork, fold: _Fold | None, batch: tuple[CallEvent, ...]) -> tuple[int, _Fold | None]:
        new = uow.apply(KeepCallEvents(self._source, batch))
        if not new:
            return 0, fold
        first = min(event.at for event in new)
        if fold is None or first < fold.until:
            fold = self._fold_anew(uow, first, max(event.at for event in new))
        else:
            for event in new:
                fold.changed |= fold.board.apply(event)
                fold.until = max(fold.until, event.at)
        self._keep(uow, fold)
        if fold.until - fold.ticked > _TICK:
            fold.changed |= fold.board.tick(fold.until)
            fold.ticked = fold.until
            self._keep(uow, fold)
        return len(new), fold

    def _fold_anew(self, uow: UnitOfWork, first: datetime, last: datetime) -> _Fold:
        """Folds what is stored around new events. What they cannot have touched is left as it is kept."""
        self._look_at_clocks(uow)
        bound = first - self._longest
        begun = uow.ask(EarliestUnfinished(source=self._source, since=bound, at=first - _STILL_TALKED_OF))
        since = min(begun or first, first) - _MARGIN
        window = uow.ask(KeptCallEvents(source=self._source, since=since, until=last + self._longest))
        fold = _Fold(self._empty_board(), since, last)
        for event in window:
            touched = fold.board.apply(event)
            fold.until = max(fold.until, event.at)
            if event.at >= first:
                fold.changed |= touched
        return fold

    def _look_at_clocks(self, uow: UnitOfWork) -> None:
        """The hours of the lines, which people may change."""
        self._calendars = {line.name: line.calendar() for line in uow.ask(Lines())}

    def _watch(self, uow: UnitOfWork, fold: _Fold | None) -> tuple[int, _Fold | None]:
        self._look_at_clocks(uow)
        if fold is not None:
            fold.changed |= fold.board.tick(uow.now)
            self._keep(uow, fold)
        return uow.apply(GiveUpCalls(self._source, uow.now - self._longest)), fold

    def _end(self, uow: UnitOfWork, fold: _Fold | None) -> tuple[int, _Fold | None]:
        if fold is not None:
            fold.changed |= fold.board.tick(fold.until + self._longest + timedelta(seconds=1))
            self._keep(uow, fold)
        return 0, None

    def _keep(self, uow: UnitOfWork, fold: _Fold) -> None:
        """Writes down the calls that have changed, and when to draw conclusions from them."""
        if not fold.changed:
            return
        ids = tuple(sorted(fold.changed))
        kept = uow.ask(CallsById(ids))
        found = {call_id: fold.board.call(call_id) for call_id in ids}
        calls = [call for call in found.values() if call is not None and _better(call, kept.get(call.id))]
        gone = tuple(call_id for call_id, call in found.items() if call is None and call_id in kept)
        self._know_lines(uow, calls)
        uow.apply(PutCalls(tuple(calls)))
        uow.apply(DropCalls(gone))
        self._set_timers(uow, calls, gone)
        fold.changed.clear()

    def _set_timers(self, uow: UnitOfWork, calls: Sequence[Call], gone: tuple[str, ...]) -> None:
        """A timer for each call that may mean something: a fresh miss, a talk somebody waits for, a corrected miss."""
        ended = [call for call in calls if not call.open]
        alerted = uow.ask(AlertIds((*(call.id for call in ended), *gone)))
        numbers = {call.external_number for call in ended if spoke(call)} - {None}
        awaited = {alert.number for alert in uow.ask(UnresolvedAlerts(tuple(filter(None, numbers))))}
        for call in ended:
            fresh = call.missed and call.ended_at is not None and abs(uow.now - call.ended_at) <= RECENT
            talk = call.external_number in awaited and spoke(call)
            if fresh or talk or call.id in alerted:
                at = max(uow.now, (call.ended_at or uow.now) + self._grace)
                uow.apply(SetTimer(f"call:{call.id}", at, CallEnded(call.id)))
        for call_id in gone:
            if call_id in alerted:
                uow.apply(SetTimer(f"call:{call_id}", uow.now, CallEnded(call_id)))

    def _know_lines(self, uow: UnitOfWork, calls: Iterable[Call]) -> None:
        seen = {call.line for call in calls if call.line is not None and call.direction is Direction.INBOUND}
        new = tuple(sorted(seen - self._lines))
        if new:
            uow.apply(KnowLines(new, self._timezone))
            self._lines |= seen


_Work = Callable[[UnitOfWork, _Fold | None], tuple[int, _Fold | None]]


def _better(call: Call, kept: Call | None) -> bool:
    """Whether a fold is to be kept: it differs, and does not lose an end that is known from later events."""
    return kept is None or (call != kept and (kept.ended_at is None or call.ended_at is not None))
