"""The live source of call events: stays connected to an Asterisk, and after each return asks what was missed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog

from adapters.pbx.asterisk.read import translate
from adapters.pbx.asterisk.session import Broken, Rejected, Session
from adapters.pbx.asterisk.settings import SECTION, Settings
from adapters.pbx.asterisk.version import REMEDY as UPGRADE
from adapters.pbx.asterisk.version import TooOld, check_message
from adapters.pbx.asterisk.wire import Message
from core.calls.events import CallEvent, ClockStepped, link_lost
from core.calls.exchange import Deliver, Link
from core.calls.moments import Steps
from core.chat.messenger import Health
from core.chat.phrases import Text, in_english, phrase

log = structlog.get_logger()

PING_SECONDS = 20.0
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 30.0
REJECTED_RETRY_SECONDS = 120.0  # more often would look like guessing where failed sign-ins are counted
REFUSED = "the account was refused"
REMEDY = "Check KOLLEGA_ASTERISK__USERNAME and KOLLEGA_ASTERISK__SECRET, and manager.conf there."


class LinkState(StrEnum):
    CONNECTING = "connecting"
    CONNECTED = "connected"
    LOST = "lost"
    REJECTED = "rejected"
    TOO_OLD = "too old"

    @property
    def lasting(self) -> bool:
        """Whether only a person can change it."""
        return self in (LinkState.REJECTED, LinkState.TOO_OLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """`since`: of this state. `fault`: why it is not connected, or what the account may not do."""

    state: LinkState
    since: datetime
    last_event_at: datetime | None = None
    fault: str | None = None


class Source:
    """`run` until cancelled; `status` may be read at any time.

    `deliver` gets each batch in order, before more is read. When it raises, the batch is kept, the connection is
    dropped, and the batch is delivered again before the next connection.
    """

    def __init__(
        self,
        settings: Settings,
        deliver: Deliver,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings, self._deliver = settings, deliver
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._undelivered: list[CallEvent] = []
        self._list_id: str | None = None
        self._steps = Steps()
        self.status = LinkStatus(state=LinkState.CONNECTING, since=clock())
        self.link = Link(up=False, since=self.status.since)

    @property
    def heard_at(self) -> datetime | None:
        """When it told of a call the last time."""
        return self.status.last_event_at

    def fault(self) -> str:
        """What is wrong with the connection; empty when it works."""
        if self.status.state is LinkState.CONNECTED:
            return self.status.fault or ""
        if self.status.state is LinkState.REJECTED:
            return f"{REFUSED}: {self.status.fault}. {REMEDY}"
        if self.status.state is LinkState.TOO_OLD:
            return self.status.fault or in_english(UPGRADE)
        return f"{self.status.state}: {self.status.fault or 'no connection yet'}"

    async def run(self) -> None:
        wait = FIRST_RETRY_SECONDS
        while True:
            try:
                await self._hand_over(())
                await self._listen()
            except Rejected as refused:
                self._turn(LinkState.REJECTED, str(refused))
            except TooOld as old:
                self._turn(LinkState.TOO_OLD, str(old))
            except (Broken, OSError) as broken:  # TimeoutError is an OSError
                if self.status.state is LinkState.CONNECTED:
                    wait = FIRST_RETRY_SECONDS
                self._turn(LinkState.LOST, str(broken) or "no answer in time")
            lasting = self.status.state.lasting
            await self._sleep((REJECTED_RETRY_SECONDS if lasting else wait) * (0.5 + self._jitter() / 2))
            wait = min(wait * 2, LONGEST_RETRY_SECONDS)

    async def _listen(self) -> None:
        session = await Session.open(self._settings)
        try:
            await session.sign_in(self._settings)
            self._turn(LinkState.CONNECTED)
            self._list_id = session.send("CoreShowChannels")
            await self._follow(session)
        finally:
            await session.close()

    async def _follow(self, session: Session) -> None:
        pings = asyncio.create_task(self._ping(session))
        try:
            while True:
                await self._take(await session.messages())
        except (Broken, OSError, TooOld):
            self._undelivered.append(link_lost(self._clock()))
            raise
        finally:
            pings.cancel()

    async def _ping(self, session: Session) -> None:
        while True:
            heard = session.chunks
            session.send("Ping")
            await self._sleep(PING_SECONDS)
            if session.chunks == heard:
                session.abandon()
                return

    async def _take(self, messages: list[Message]) -> None:
        at = self._clock()
        back = self._steps.back(at)
        if back:
            stepped = ClockStepped(key=f"clock:{at.isoformat()}", at=at, seconds=back.total_seconds())
            await self._hand_over((stepped,))
        for message in messages:
            check_message(message)
            self._heed(message)
        events = [event for event in (translate(message, at) for message in messages) if event is not None]
        if events:
            self.status = replace(self.status, last_event_at=at)
            await self._hand_over(events)

    def _heed(self, message: Message) -> None:
        """A refused list is not fatal, but calls that end in a gap then stay open until the watchdog."""
        if message.raw.startswith(b"Response: Error"):
            answer = message.headers()
            if answer.get("ActionID") == self._list_id:
                fault = f"CoreShowChannels refused ({answer.get('Message', '')}): the account needs write=reporting"
                self.status = replace(self.status, fault=fault)

    async def _hand_over(self, events: Sequence[CallEvent]) -> None:
        self._undelivered += events
        if not self._undelivered:
            return
        try:
            await self._deliver(tuple(self._undelivered))
        except Exception as failed:
            raise Broken(f"call events could not be stored: {type(failed).__name__}") from failed
        self._undelivered.clear()

    def _turn(self, state: LinkState, fault: str | None = None) -> None:
        up = state is LinkState.CONNECTED
        if up is not self.link.up:
            self.link = Link(up=up, since=self._clock())
        if state is not self.status.state:
            self.status = replace(self.status, since=self._clock())
            tell = log.info if state is LinkState.CONNECTED else log.warning
            tell("asterisk_link", state=state.value, fault=fault)
        self.status = replace(self.status, state=state, fault=fault)


async def _probe(settings: Settings) -> Health | None:
    """Sign in once and leave: None when all is well, else what is wrong and what to do."""
    address, prefix = f"{settings.host}:{settings.port}", f"KOLLEGA_{SECTION.upper()}__"
    fault: Text
    try:
        session = await Session.open(settings)
        try:
            await session.sign_in(settings)
        finally:
            await session.close()
    except Rejected as refused:
        fault = phrase("the account was refused: {reason}", reason=str(refused))
    except TooOld as old:
        return Health(False, phrase("{address}: {fault}", address=address, fault=old.text))
    except Broken as broken:
        fault = broken.text
    except OSError as broken:
        fault = str(broken) or phrase("no answer in time")
    else:
        return None
    remedy = phrase(
        "Check {host}, {port}, {username} and {secret}, and manager.conf there.",
        **{name: f"{prefix}{name.upper()}" for name in ("host", "port", "username", "secret")},
    )
    return Health(False, phrase("{address}: {fault}", address=address, fault=fault), remedy)


async def check(settings: Settings) -> Health:
    """Whether it can be listened to, and what to do if not."""
    fault = await _probe(settings)
    if fault is not None:
        return fault
    address = f"{settings.host}:{settings.port}"
    if not settings.trunks:
        remedy = phrase(
            "List the endpoints or peers that are outside lines in {setting}.",
            setting=f"KOLLEGA_{SECTION.upper()}__TRUNKS",
        )
        return Health(False, phrase("{address} works, but no outside lines are named", address=address), remedy)
    trunks = ", ".join(settings.trunks)
    return Health(True, phrase("{address} works; outside lines: {trunks}", address=address, trunks=trunks))
