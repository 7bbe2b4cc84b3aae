"""Telephone exchanges as parts that run: each with what folds its events, read by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from core.calls.events import CallEvent
from core.calls.exchange import ExchangeAdapter, ExchangeSettings, Link, ReadRecording
from core.calls.intake import CallIntake
from core.calls.outage import PATIENCE, SETTLED, do_find_again, do_lose
from core.chat.messenger import Health
from core.parts import Adapter, Figure, Part, PartContext
from core.unit_of_work import Busy, Full, Transactions

LOOK_SECONDS = 5.0

FOLDER = "pbx"
"""Where the adapters of exchanges are."""


def exchanges(context: PartContext) -> Iterator[Part]:
    """Every telephone exchange that the settings know. Raises TypeError for an adapter that is not one."""
    for adapter in context.adapters(FOLDER):
        settings, package = adapter.settings, adapter.package
        if not isinstance(settings, ExchangeSettings) or not isinstance(package, ExchangeAdapter):
            raise TypeError(f"{adapter.name} is no telephone exchange")
        if not settings.in_use:
            yield Part(name=adapter.name, run=None, fault=str, check=_not_in_use)
            continue
        one = Telephony(adapter.name, settings, package, context)
        check = partial(package.check, settings)
        yield Part(name=adapter.name, run=one.run, fault=one.exchange.fault, check=check, figures=one.figures)


def settings_of(adapters: Sequence[Adapter]) -> ExchangeSettings:
    """What the settings say of the exchange; there is one kind of exchange so far."""
    settings = adapters[0].settings
    if not isinstance(settings, ExchangeSettings):
        raise TypeError(f"{adapters[0].name} is no telephone exchange")
    return settings


def reader_of(adapters: Sequence[Adapter]) -> ReadRecording:
    """Reads what an exchange recorded; there is one kind of exchange so far."""
    package = adapters[0].package
    if not isinstance(package, ExchangeAdapter):
        raise TypeError(f"{adapters[0].name} is no telephone exchange")
    return package.read_recording


async def _not_in_use() -> Health | None:
    return None


class Telephony:
    """An exchange and the intake of its events, which are ended together."""

    def __init__(self, name: str, settings: ExchangeSettings, package: ExchangeAdapter, context: PartContext) -> None:
        self.exchange = package.create(settings, self._deliver, context.clock)
        self._name = name
        self._intake_at = partial(
            CallIntake,
            trunks=settings.trunks,
            machines=settings.machines,
            dialling=settings.dialling,
            timezone=context.timezone,
            grace=timedelta(seconds=settings.grace_seconds),
            source=name,
            live=True,
        )
        self._intake: CallIntake | None = None
        self._clock = context.clock
        self._told: datetime | None = None
        self._looked_at: Link | None = None

    async def run(self, at: Transactions) -> None:
        """Reads and folds until cancelled."""
        self._intake = intake = self._intake_at(at)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.exchange.run())
            group.create_task(intake.run())
            group.create_task(self._watch(at))

    async def _watch(self, at: Transactions) -> None:
        while True:
            await self.look(at)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, at: Transactions) -> None:
        """Has admins told when the exchange has not been heard for a minute, and once when it is back."""
        link = self.exchange.link
        lasts = self._clock.now() - link.since
        if link == self._looked_at or lasts < (SETTLED if link.up else PATIENCE):
            return
        with suppress(Busy, Full):  # the next look tells it
            if link.up:
                await at.transact(lambda uow: do_find_again(uow, self._name, self._told, link.since))
                self._told = None
            else:
                self._told = await at.transact(lambda uow: do_lose(uow, self._name, link.since, self.exchange.fault()))
            self._looked_at = link

    def figures(self) -> Sequence[Figure]:
        """Whether it is read, and since when nothing was heard."""
        label, heard_at = ("exchange", self._name), self.exchange.heard_at
        connected = Figure(
            name="kollega_exchange_connected",
            text="Whether an exchange is read.",
            label=label,
            value=not self.exchange.fault(),
        )
        if heard_at is None:
            return (connected,)
        heard = Figure(
            name="kollega_exchange_heard_timestamp_seconds",
            text="When an event came last.",
            label=label,
            value=heard_at.timestamp(),
        )
        return (connected, heard)

    async def _deliver(self, events: Sequence[CallEvent]) -> None:
        if self._intake is None:
            raise LookupError("nobody takes the events yet")
        await self._intake.feed(events)
