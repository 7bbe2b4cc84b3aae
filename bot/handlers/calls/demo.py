"""The telephone of the demo company: a day of calls, and buttons that let it ring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import cycle
from typing import ClassVar

from bot.handlers.calls import demo_telephone as telephone
from bot.kit.demo import DemoContext, Scene, company
from core.calls.alert import Alert, AlertState, UnresolvedAlerts
from core.calls.journal import CallsSince
from core.calls.telephony import FOLDER, reader_of
from core.chat.adapter import Chip, Step, Tool
from core.chat.phrases import Phrase, phrase
from core.phones import pretty
from core.unit_of_work import UnitOfWork

SALES_LINE = "line-ads"
_SALESPERSON = "101"
"""The telephone that rings in vain, and that calls back."""
_ON_DUTY = "lebedeva"
_MISSES = ("inbound-no-answer", "inbound-caller-hangs-up-ringing", "queue-abandoned")


class Demo(Scene):
    """Lines, clients and calls."""

    chips: ClassVar = {
        "lebedeva": (Chip("/missed", phrase("See who was missed")),),
        "sinitsyna": (Chip("/missed", phrase("See who was missed")),),
        "skvortsov": (Chip("/missed", phrase("See who was missed")),),
        "voronov": (Chip("/lines", phrase("Say who answers a line")),),
    }

    def __init__(self, context: DemoContext) -> None:
        super().__init__(context)
        self._read = reader_of(context.adapters(FOLDER))
        self._lines, self._clients = telephone.lines(context.language), telephone.clients(context.language)
        self._intake = telephone.intake_for(context.store, context.zone.key, self._lines)
        self._misses, self._callers = cycle(_MISSES), cycle(self._clients)
        self._missed: str | None = None
        self._called_back = False

    async def fill(self) -> None:
        """Connects the lines; the calls of yesterday and today are told once."""
        zone, language = self.context.zone, self.context.language

        def connect(uow: UnitOfWork) -> tuple[datetime, bool]:
            telephone.connect(uow, company(uow), zone.key, language)
            return uow.now, not uow.ask(CallsSince())

        now, quiet = await self.context.store.transact(connect)
        if quiet:
            await self._intake.feed(telephone.a_day(self._read, now, zone, language))

    @property
    def tools(self) -> Sequence[Tool]:
        """Two calls: one that nobody answers, and one back to its client."""
        return (
            Tool(code="miss", label=phrase("Simulate a missed call"), run=self.miss, account=_ON_DUTY),
            Tool(code="call-back", label=phrase("Call the missed client back"), run=self.call_back, account=_ON_DUTY),
        )

    async def guide(self) -> Sequence[Step]:
        """A client is missed, the alert taken, the client called back, the alert green."""
        open_ = await self.context.store.transact(self._alert)
        settled = self._called_back and open_ is None
        taken = open_ is not None and open_.state is AlertState.CLAIMED
        return (
            Step(text=phrase("Let a client call in vain"), done=self._missed is not None, tool="miss"),
            Step(text=phrase("Press “🙋 Take” under the alert"), done=taken or self._called_back, account=_ON_DUTY),
            Step(text=phrase("Call the client back"), done=self._called_back, tool="call-back"),
            Step(text=phrase("See the alert turn green"), done=settled, account=_ON_DUTY),
        )

    async def miss(self) -> Phrase:
        """A client calls the sales line in vain."""
        name, client = next(self._misses), next(self._callers)
        await self._play(name, client.number)
        self._missed, self._called_back = client.number, False
        return phrase(
            "{client} called the line “{line}”, and nobody answered. In two seconds the people on duty will know.",
            client=self._name(client.number),
            line=self._lines[SALES_LINE].title,
        )

    async def call_back(self) -> Phrase:
        """The last client who was missed is called back, and answers."""
        number = await self.context.store.transact(self._waiting)
        if number is None:
            return phrase("Nobody waits for a call back. Simulate a missed call first, and give the alert two seconds.")
        await self._play("outbound-answered", number)
        self._called_back = number == self._missed
        return phrase(
            "{client} was called back and answered. In two seconds the alert will show it.",
            client=self._name(number),
        )

    async def _play(self, name: str, client: str) -> None:
        until, line = self.context.clock.now(), self._lines[SALES_LINE]
        events = telephone.told(self._read, name, line=line, client=client, telephone=_SALESPERSON, until=until)
        await self._intake.feed(events)

    def _name(self, number: str) -> str:
        """A client's name, or the number where it has none."""
        return next((client.name for client in self._clients if client.number == number), "") or pretty(number)

    def _alert(self, uow: UnitOfWork) -> Alert | None:
        """What is still open of the client who was missed last."""
        found = () if self._missed is None else uow.ask(UnresolvedAlerts((self._missed,)))
        return max(found, key=_when, default=None)

    def _waiting(self, uow: UnitOfWork) -> str | None:
        """The number of the client who was missed last and whom people are told of."""
        found = uow.ask(UnresolvedAlerts(tuple(client.number for client in self._clients)))
        last = max(found, key=_when, default=None)
        return None if last is None else last.number


def _when(alert: Alert) -> datetime:
    return alert.missed_at
