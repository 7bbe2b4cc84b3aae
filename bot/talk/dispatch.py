"""From a stored event to committed changes and planned answers, together with others or, if need be, alone."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog
from structlog.contextvars import bound_contextvars

from bot.talk import respond
from bot.talk.announce import Announcer
from bot.talk.house import House
from bot.talk.request import Reply, Request, Toast, roles_of
from core.access import Roles
from core.chat.events import Chosen, Pressed
from core.chat.messenger import Messenger
from core.chat.networks import network_of
from core.chat.phrases import Text, phrase
from core.inbox import ClaimEvents, EventFailed, Pending, WhoIs
from core.measuring import Histogram
from core.people.arrival import do_arrive
from core.unit_of_work import Acting, Busy, Full, Refused, Store, UnitOfWork

log = structlog.get_logger()

TOGETHER = 50
"""Events handled in one transaction when there is a crowd: one commit for all of them."""
ATTEMPTS = 3
LAST_WORDS = 5.0
"""Seconds that the acknowledgements of presses have when the process ends."""
POLL = 1.0
"""Seconds between looks at the inbox when nothing woke it."""
POLL_SHARED = 0.25
"""The same when other processes store events, whose hints may be missed."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""The bounds between which the times of handling are counted."""
_SORRY = phrase("Sorry, something went wrong here. It has been noted; please try again, or tell an admin.")


@dataclass(frozen=True, slots=True)
class Handled:
    """What is left to do after the commit: a press is acknowledged, with a toast where there is one."""

    toast: Text | None = None
    language: str | None = None
    roles: Roles | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class _Batch:
    """The events of one transaction, and what became of those that went through. Begun anew when it is run again."""

    items: Sequence[Pending] = ()
    done: list[Handled] = field(default_factory=list)


class Dispatcher:
    """Handles stored events, those of each person in the order of their arrival.

    Several processes may do this at once. `serves` tells of which accounts this one may handle events now, which are
    those whose presses it can acknowledge; all when it is None. `handled` and `failures` count events by messenger and
    kind, `seconds` the times of handling, without the commits.
    """

    def __init__(
        self,
        store: Store,
        house: House,
        messengers: Mapping[str, Messenger],
        announcer: Announcer,
        *,
        serves: Callable[[], Collection[str]] | None = None,
    ) -> None:
        self._store, self._house, self._messengers = store, house, messengers
        self._announcer, self._serves = announcer, serves
        self._together = TOGETHER
        self._woken = asyncio.Event()
        store.woken("inbox", self._woken.set)
        self._acknowledging: set[asyncio.Task[None]] = set()
        self.handled: Counter[tuple[str, str]] = Counter()
        self.failures: Counter[tuple[str, str]] = Counter()
        self.seconds = Histogram(SECONDS)

    async def run(self) -> None:
        """Handles events until cancelled; what is in hand is then finished, and its presses are acknowledged."""
        try:
            await self._go_on()
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS):
                    await self.acknowledged()

    async def _go_on(self) -> None:
        poll = POLL_SHARED if self._store.shared else POLL
        while True:
            self._woken.clear()
            try:
                busy = await _to_its_end(self.drain())
            except (Busy, Full) as error:
                log.warning("inbox_waits", reason=type(error).__name__)
                busy = 0
            if not busy:
                try:
                    async with asyncio.timeout(poll):  # wait_for may swallow the cancellation in Python 3.11
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def drain(self) -> int:
        """Handles some of what is waiting now; how many events there were."""
        try:
            seen = await self._attempt(self._together)
        except Busy:
            self._together = max(1, self._together // 4)  # less to be in the way of others with
            raise
        self._together = min(TOGETHER, self._together * 2)
        return seen

    async def acknowledged(self) -> None:
        """Waits until every press that was handled has been acknowledged."""
        if self._acknowledging:
            await asyncio.wait(self._acknowledging)

    async def _attempt(self, limit: int) -> int:
        """Handles at most so many events in one transaction, or when one of them does not go through, one by one."""
        batch, claim = _Batch(), self._claim(limit)
        try:
            await self._store.transact(lambda uow: self._handle(uow, claim, batch))
        except (Busy, Full):
            raise
        except Exception as error:
            if not batch.items:
                raise
            if len(batch.items) == 1:
                await self._resolve(batch.items[0], error)
            else:
                for _ in batch.items:
                    await self._attempt(1)
        else:
            for item, handled in zip(batch.items, batch.done, strict=True):
                self._conclude(item, handled)
        return len(batch.items)

    def _handle(self, uow: UnitOfWork, claim: ClaimEvents, batch: _Batch) -> None:
        batch.items, batch.done = (), []
        batch.items = uow.apply(claim)
        for item in batch.items:
            batch.done.append(self._carry_out(uow, item))

    def _claim(self, limit: int, only: int | None = None) -> ClaimEvents:
        return ClaimEvents(limit, None if self._serves is None else frozenset(self._serves()), only)

    async def _resolve(self, item: Pending, error: Exception) -> None:
        """What becomes of an event whose own transaction was undone."""
        if isinstance(error, Refused):
            refusal, claim = error, self._claim(1, item.id)
            try:
                handled = await self._store.transact(lambda uow: self._tell(uow, claim, item, refusal))
            except (Busy, Full):
                raise
            except Exception as worse:
                error = worse
            else:
                self._conclude(item, handled)
                return
        self._conclude(item, await self._failed(item, error))

    def _tell(self, uow: UnitOfWork, claim: ClaimEvents, item: Pending, refusal: Refused) -> Handled | None:
        """Answers what was refused, unless another process was first."""
        if not uow.apply(claim):
            return None
        return self._carry_out(uow, item, lambda request: respond.refuse(request, refusal))

    def _carry_out(self, uow: UnitOfWork, item: Pending, route: Callable[[Request], Reply] = respond.route) -> Handled:
        """Carries out an event, as its handler does or as `route` answers it."""
        uow.cause = f"event:{item.id}"
        started = time.perf_counter()
        with bound_contextvars(cause=uow.cause):
            request = self._request(uow, item)
            if request is None:
                return Handled()
            handled = self._answer(request, respond.answers(request, route(request)))
        return replace(handled, seconds=time.perf_counter() - started)

    def _answer(self, request: Request, answers: tuple[respond.Plain, ...]) -> Handled:
        toast = respond.plan(request, answers)
        self._house.carry_out(request.uow)
        request.uow.flush()
        person = request.visitor.person
        return Handled(toast, request.language, None if person is None else roles_of(person))

    def _request(self, uow: UnitOfWork, item: Pending) -> Request | None:
        messenger = self._messengers.get(item.event.messenger)
        if messenger is None:
            return None
        visitor = do_arrive(uow, item.event, uow.ask(WhoIs(item.event.messenger, item.event.account)))
        uow.acting = Acting(None if visitor.person is None else visitor.person.id, network_of(item.event.messenger))
        return Request(
            uow=uow,
            house=self._house.current(uow),
            event=item.event,
            visitor=visitor,
            capabilities=messenger.capabilities,
        )

    async def _failed(self, item: Pending, error: Exception) -> Handled | None:
        """A defect: tried again (None), and laid aside with an apology when it stays."""
        kind, name = type(item.event).__name__, type(error).__name__
        log.error(
            "event_failed",
            cause=f"event:{item.id}",
            kind=kind,
            error=name,
            attempt=item.attempts + 1,
            where=respond.place_of(error),
        )
        self.failures[item.event.messenger, kind] += 1
        for_good = item.attempts + 1 >= ATTEMPTS
        change = EventFailed(item.id, name, for_good)
        if for_good:
            try:
                return await self._store.transact(lambda uow: self._apologize(uow, item, change))
            except (Busy, Full):
                raise
            except Exception as again:
                log.error("apology_failed", cause=f"event:{item.id}", error=type(again).__name__)
        ended = await self._store.transact(lambda uow: uow.apply(change))
        return Handled() if for_good and ended else None  # a press of it waits no longer

    def _apologize(self, uow: UnitOfWork, item: Pending, change: EventFailed) -> Handled | None:
        """Lays an event aside and says so, unless another process has carried it out meanwhile."""
        if not uow.apply(change):
            return None
        return self._carry_out(uow, item, lambda _: Toast(_SORRY))

    def _conclude(self, item: Pending, done: Handled | None) -> None:
        """After the commit: counts, ends the waiting of a press, and lists the commands when the roles have changed."""
        event = item.event
        messenger = self._messengers.get(event.messenger)
        if messenger is None or done is None:
            return
        kind = type(event).__name__
        self.handled[event.messenger, kind] += 1
        self.seconds.observe(done.seconds)
        log.debug("event_handled", cause=f"event:{item.id}", kind=kind, ms=round(done.seconds * 1000, 1))
        if done.roles is not None:
            self._announcer.noticed(event, done.roles)
        if isinstance(event, Pressed | Chosen):
            language = self._house.languages(done.language, prefix=messenger.capabilities.command_prefix)
            toast = None if done.toast is None else language.say(done.toast)
            task = asyncio.create_task(messenger.acknowledge(event, toast))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)


async def _to_its_end(work: Coroutine[object, object, int]) -> int:
    """Does a piece of work, and the whole of it also when the caller is cancelled meanwhile: else what it has committed
    would be known to nobody."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
