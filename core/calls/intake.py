"""The one way of call events into the house, live or replayed: stored, folded, and what changed is kept.

A batch is one transaction, so a stored event is always a folded one. Known events are ignored; events that come
late, or after a restart, fold a window of the stored ones anew, because a call is the fold of its events in order.
What a call means for people is decided by a timer, which survives a crash: at its end and a short grace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from core.calendar import WorkingCalendar
from core.calls.alert import AlertIds, AlertsEndedBy, CallAnswered, CallEnded, UnresolvedAlerts
from core.calls.call import Call, Direction
from core.calls.contacts import answered, slipped, spoke
from core.calls.events import CallEvent, ClockStepped
from core.calls.fold import Switchboard
from core.calls.journal import (
    CallsById,
    DropCalls,
    EarliestUnfinished,
    GiveUpCalls,
    KeepCallEvents,
    KeptCallEvents,
    LatestCallEvent,
    PutCalls,
)
from core.calls.lines import KnowLines, Lines, working_calendar
from core.calls.moments import Onward
from core.calls.outage import do_tell_of_clock
from core.calls.settling import LONGEST_CALL
from core.phones import PLAIN, Dialling
from core.timers import SetTimer
from core.unit_of_work import Transactions, UnitOfWork

RECENT = timedelta(minutes=15)
"""A call that ended longer before it became known (or so far ahead of the clock) is history and raises no alert."""

WATCH_SECONDS = 60.0
_STEP = timedelta(seconds=2)  # a clock that is set back by less is being kept right
_TICK = timedelta(minutes=10)
_STILL_TALKED_OF = timedelta(minutes=10)  # what may follow the end of a call: billing, children that hang up late
_MARGIN = timedelta(minutes=2)  # telephones that were picked up before the call was made


@dataclass(slots=True)
class _Fold:
    """The exchange as far as its events are folded. `changed` are the calls that are not kept yet."""

    board: Switchboard
    until: datetime
    ticked: datetime
    onward: Onward
    changed: set[str] = field(default_factory=set)


class CallIntake:
    """`feed` batches of events, in their order; `run` watches for calls whose end never comes.

    `trunks` are the names of the outside lines, `machines` those of what is no person's telephone; `dialling` is how
    numbers are written there; `grace` is how long after its end a call is decided; `timezone` an IANA name. `live`:
    events are fed as they arrive, so that they are in order even where their times are not; otherwise they may be fed
    late, and find their place by their times.
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
        live: bool = False,
    ) -> None:
        self._at, self._source, self._live = at, source, live
        self._trunks = tuple(name.rpartition("/")[2] for name in trunks)
        self._timezone, self._grace = timezone, grace
        self._empty_board = partial(
            Switchboard,
            self._trunks,
            machines=tuple(machines),
            dialling=dialling,
            closed=self._closed,
            source=source,
            longest=LONGEST_CALL,
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
        onward = self._onward(uow, fold)
        if self._live:
            batch = tuple(self._in_order(uow, onward, batch))
        new = uow.apply(KeepCallEvents(self._source, batch))
        if not new:
            return 0, fold
        first = min(event.at for event in new)
        if fold is None or first < fold.until:
            fold = self._fold_anew(uow, onward, first, max(event.at for event in new))
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

    def _onward(self, uow: UnitOfWork, fold: _Fold | None) -> Onward:
        """What keeps events in the order of their arrival, after a restart as well."""
        if fold is None:
            latest = LatestCallEvent(source=self._source, until=uow.now + RECENT) if self._live else None
            return Onward(None if latest is None else uow.ask(latest))
        if fold.board.quiet:
            fold.onward.rest()
        return fold.onward

    def _in_order(self, uow: UnitOfWork, onward: Onward, batch: Iterable[CallEvent]) -> Iterator[CallEvent]:
        for event in batch:
            before = onward.ahead
            if isinstance(event, ClockStepped):
                onward.step(timedelta(seconds=event.seconds))
            at = onward(event.at)
            if onward.ahead - before >= _STEP:
                do_tell_of_clock(uow, self._source, onward.ahead - before)
            yield event if at == event.at else replace(event, at=at)

    def _fold_anew(self, uow: UnitOfWork, onward: Onward, first: datetime, last: datetime) -> _Fold:
        """Folds what is stored around new events. What they cannot have touched is left as it is kept."""
        self._look_at_clocks(uow)
        bound = first - LONGEST_CALL
        begun = uow.ask(EarliestUnfinished(source=self._source, since=bound, at=first - _STILL_TALKED_OF))
        since = min(begun or first, first) - _MARGIN
        window = uow.ask(KeptCallEvents(source=self._source, since=since, until=last + LONGEST_CALL))
        fold = _Fold(self._empty_board(), since, last, onward)
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
        return uow.apply(GiveUpCalls(self._source, uow.now - LONGEST_CALL)), fold

    def _end(self, uow: UnitOfWork, fold: _Fold | None) -> tuple[int, _Fold | None]:
        if fold is not None:
            fold.changed |= fold.board.tick(fold.until + LONGEST_CALL + timedelta(seconds=1))
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
        self._set_timers(uow, fold.until if self._live else uow.now, calls, gone)
        fold.changed.clear()

    def _set_timers(self, uow: UnitOfWork, until: datetime, calls: Sequence[Call], gone: tuple[str, ...]) -> None:
        """A timer for each call that may mean something: a fresh miss, a talk somebody waits for, a corrected miss, and
        a talk that has counted from its beginning. `until`: the time of the latest event, which may be ahead of the
        clock."""
        alerted = uow.ask(AlertIds((*(call.id for call in calls if not call.open), *gone)))
        numbers = {call.external_number for call in calls if spoke(call)} - {None}
        awaited = {alert.number for alert in uow.ask(UnresolvedAlerts(tuple(filter(None, numbers))))}
        known = self._ended_alerts(uow, calls)
        for call in calls:
            talk = call.external_number in awaited and spoke(call)
            if call.open:
                if talk:
                    uow.apply(SetTimer(f"talk:{call.id}", uow.now, CallAnswered(call.id)))
                continue
            ended = call.ended_at or uow.now
            fresh = call.ended_at is not None and min(abs(uow.now - ended), abs(until - ended)) <= RECENT
            if (fresh and (call.lost or slipped(call))) or talk or call.id in alerted or call.id in known:
                at = max(uow.now, (min(ended, uow.now) if self._live else ended) + self._grace)
                uow.apply(SetTimer(f"call:{call.id}", at, CallEnded(call.id)))
        for call_id in gone:
            if call_id in alerted:
                uow.apply(SetTimer(f"call:{call_id}", uow.now, CallEnded(call_id)))

    @staticmethod
    def _ended_alerts(uow: UnitOfWork, calls: Sequence[Call]) -> set[str | None]:
        """Which of these calls have ended alerts while they went on, and are over now."""
        talks = {call.id: call.external_number for call in calls if answered(call) and not call.open}
        numbers = tuple(number for number in set(talks.values()) if number is not None)
        return {alert.contact_id for alert in uow.ask(AlertsEndedBy(numbers, tuple(talks)))}

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
