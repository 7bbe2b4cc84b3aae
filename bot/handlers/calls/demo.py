"""The telephone of the demo company: a day of calls, and buttons that let it ring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import cycle

from bot.handlers.calls import demo_telephone as telephone
from bot.kit.demo import DemoContext, Scene, company
from core.calls.alert import UnresolvedAlerts
from core.calls.journal import CallsSince
from core.calls.telephony import FOLDER, reader_of
from core.chat.adapter import Tool
from core.chat.phrases import Phrase, phrase
from core.phones import pretty
from core.unit_of_work import UnitOfWork

SALES_LINE = "line-ads"
_SALESPERSON = "101"
"""The telephone that rings in vain, and that calls back."""
_MISSES = ("inbound-no-answer", "inbound-caller-hangs-up-ringing", "queue-abandoned")


class Demo(Scene):
    """Lines, clients and calls."""

    def __init__(self, context: DemoContext) -> None:
        super().__init__(context)
        self._read = reader_of(context.adapters(FOLDER))
        self._intake = telephone.intake_for(context.store, context.zone.key)
        self._misses, self._clients = cycle(_MISSES), cycle(telephone.clients())

    async def fill(self) -> None:
        """Connects the lines; the calls of yesterday and today are told once."""

        def connect(uow: UnitOfWork) -> tuple[datetime, bool]:
            telephone.connect(uow, company(uow), self.context.zone.key)
            return uow.now, not uow.ask(CallsSince())

        now, quiet = await self.context.store.transact(connect)
        if quiet:
            await self._intake.feed(telephone.a_day(self._read, now, self.context.zone))

    @property
    def tools(self) -> Sequence[Tool]:
        """Two calls: one that nobody answers, and one back to its client."""
        return (
            Tool(code="miss", label=phrase("Simulate a missed call"), run=self.miss),
            Tool(code="call-back", label=phrase("Call the missed client back"), run=self.call_back),
        )

    async def miss(self) -> Phrase:
        """A client calls the sales line in vain."""
        name, client = next(self._misses), next(self._clients)
        await self._play(name, client.number)
        return phrase(
            "{client} called the line “{line}”, and nobody answered. In two seconds the people on duty will know.",
            client=_called(client.number),
            line=telephone.lines()[SALES_LINE].title,
        )

    async def call_back(self) -> Phrase:
        """The last client who was missed is called back, and answers."""
        number = await self.context.store.transact(_waiting)
        if number is None:
            return phrase("Nobody waits for a call back. Simulate a missed call first, and give the alert two seconds.")
        await self._play("outbound-answered", number)
        return phrase(
            "{client} was called back and answered. In two seconds the alert will show it.",
            client=_called(number),
        )

    async def _play(self, name: str, client: str) -> None:
        until = self.context.clock.now()
        events = telephone.told(self._read, name, line=SALES_LINE, client=client, telephone=_SALESPERSON, until=until)
        await self._intake.feed(events)


def _called(number: str) -> str:
    """A client's name, or the number where it has none."""
    return next((client.name for client in telephone.clients() if client.number == number), "") or pretty(number)


def _waiting(uow: UnitOfWork) -> str | None:
    """The number of the client who was missed last and whom people are told of."""
    numbers = tuple(client.number for client in telephone.clients())
    last = max(uow.ask(UnresolvedAlerts(numbers)), key=lambda alert: alert.missed_at, default=None)
    return None if last is None else last.number
