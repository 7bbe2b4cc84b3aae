"""From a stored event to committed changes and planned answers, together with others or, if need be, alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot import respond
from bot.announce import Announcer
from bot.house import House
from bot.request import Request, Toast
from core.access import Role
from core.chat.events import Chosen, Pressed
from core.chat.messenger import Messenger
from core.chat.phrases import Text, phrase
from core.inbox import EventFailed, Pending, PendingEvents, TakeEvent, WhoIs
from core.people.arrival import arrive
from core.unit_of_work import Busy, Full, Refused, Store, UnitOfWork

log = structlog.get_logger()

BATCH = 100
TOGETHER = 50
"""Events handled in one transaction when there is a crowd: one commit for all of them."""
ATTEMPTS = 3
POLL = 1.0
"""Seconds between looks at the inbox when nothing woke it."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What is left to do after the commit: a press is acknowledged, with a toast where there is one."""

    toast: Text | None = None
    language: str | None = None
    roles: Role | None = None


class Dispatcher:
    """Handles stored events in the order of their arrival."""

    def __init__(self, store: Store, house: House, messengers: Mapping[str, Messenger], announcer: Announcer) -> None:
        self._store, self._house, self._messengers = store, house, messengers
        self._announcer = announcer
        self._woken = asyncio.Event()
        store.woken("inbox", self._woken.set)
        self._acknowledging: set[asyncio.Task[None]] = set()
        self.handled = 0
        self.seconds = 0.0

    async def run(self) -> None:
        """Handles events until cancelled."""
        while True:
            self._woken.clear()
            try:
                busy = await self.drain()
            except (Busy, Full) as error:
                log.warning("inbox_waits", reason=type(error).__name__)
                busy = 0
            if not busy:
                try:
                    async with asyncio.timeout(POLL):  # wait_for may swallow the cancellation in Python 3.11
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def drain(self) -> int:
        """Handles what is pending now; how many events there were."""
        pending = await self._store.transact(lambda uow: uow.ask(PendingEvents(BATCH)))
        started = time.perf_counter()
        for start in range(0, len(pending), TOGETHER):
            await self._handle(pending[start : start + TOGETHER])
        self.handled += len(pending)
        self.seconds += time.perf_counter() - started
        return len(pending)

    async def acknowledged(self) -> None:
        """Waits until every press that was handled has been acknowledged."""
        if self._acknowledging:
            await asyncio.wait(self._acknowledging)

    async def _handle(self, items: Sequence[Pending]) -> None:
        """Handles events in one transaction, or each in its own when one of them does not go through."""
        try:
            done = await self._store.transact(lambda uow: [self._carry_out(uow, item) for item in items])
        except (Busy, Full):
            raise
        except Exception:
            for item in items:
                self._acknowledge(item, await self._alone(item))
        else:
            for item, handled in zip(items, done, strict=True):
                self._acknowledge(item, handled)

    async def _alone(self, item: Pending) -> Handled | None:
        try:
            return await self._store.transact(lambda uow: self._carry_out(uow, item))
        except Refused as refused:
            reason = refused.reason
            return await self._store.transact(lambda uow: self._tell(uow, item, reason))
        except (Busy, Full):
            raise
        except Exception as error:
            return await self._failed(item, error)

    def _carry_out(self, uow: UnitOfWork, item: Pending) -> Handled:
        if not uow.apply(TakeEvent(item.id)):
            return Handled()
        request = self._request(uow, item)
        if request is None:
            return Handled()
        reply = respond.route(request)
        return self._answer(request, respond.answers(request, reply))

    def _tell(self, uow: UnitOfWork, item: Pending, reason: Text) -> Handled:
        """The answer to an event whose own transaction was refused and undone."""
        if not uow.apply(TakeEvent(item.id)):
            return Handled()
        request = self._request(uow, item)
        return Handled() if request is None else self._answer(request, (Toast(reason),))

    def _answer(self, request: Request, answers: tuple[respond.Plain, ...]) -> Handled:
        toast = respond.plan(request, answers)
        self._house.carry_out(request.uow)
        request.uow.flush()
        person = request.visitor.person
        roles = None if person is None else person.roles if person.active else Role.NONE
        return Handled(toast, request.language, roles)

    def _request(self, uow: UnitOfWork, item: Pending) -> Request | None:
        messenger = self._messengers.get(item.event.messenger)
        if messenger is None:
            return None
        visitor = arrive(uow, item.event, uow.ask(WhoIs(item.event.messenger, item.event.account)))
        return Request(
            uow=uow,
            house=self._house,
            event=item.event,
            visitor=visitor,
            capabilities=messenger.capabilities,
        )

    async def _failed(self, item: Pending, error: Exception) -> Handled | None:
        """A defect: tried again (None), and laid aside with an apology when it stays."""
        log.error(
            "event_failed",
            inbox=item.id,
            kind=type(item.event).__name__,
            error=type(error).__name__,
            attempt=item.attempts + 1,
            where=respond.place_of(error),
        )
        for_good = item.attempts + 1 >= ATTEMPTS
        await self._store.transact(lambda uow: uow.apply(EventFailed(item.id, type(error).__name__, for_good)))
        if not for_good:
            self._woken.set()
            return None
        sorry = phrase("Sorry, something went wrong here. It has been noted; please try again, or tell an admin.")

        def tell(uow: UnitOfWork) -> Handled:
            request = self._request(uow, item)
            return Handled() if request is None else self._answer(request, (Toast(sorry),))

        return await self._store.transact(tell)

    def _acknowledge(self, item: Pending, done: Handled | None) -> None:
        """After the commit: ends the waiting of a press, and lists the commands when the roles have changed."""
        event = item.event
        messenger = self._messengers.get(event.messenger)
        if messenger is None or done is None:
            return
        if done.roles is not None:
            self._announcer.noticed(event, done.roles)
        if isinstance(event, Pressed | Chosen):
            language = self._house.languages(done.language, prefix=messenger.capabilities.command_prefix)
            toast = None if done.toast is None else language.say(done.toast)
            task = asyncio.create_task(messenger.acknowledge(event, toast))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)
