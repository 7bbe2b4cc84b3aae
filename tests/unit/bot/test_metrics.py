"""What /metrics shows is true, complete, and there when the database is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App
from bot.run import metrics
from core.calls.events import CallEvent
from core.calls.exchange import Deliver, Link
from core.calls.telephony import exchanges
from core.chat.clock import Clock
from core.chat.events import Said
from core.chat.messenger import Health, Unreachable
from core.chat.phrases import Phrase
from core.delivery import Priority
from core.inbox import StoreEvents
from core.leases import FreeLease, TakeLease
from core.parts import Adapter, Owned, PartContext, PartKind, parts_of
from core.phones import PLAIN
from core.unit_of_work import Busy, UnitOfWork
from tests.unit.bot.post import Post

T = TypeVar("T")
Samples = dict[tuple[str, ...], float]
HEARD = datetime(2026, 11, 25, 8, 59, tzinfo=UTC)


class Exchange:
    """A telephone exchange that was heard a minute ago."""

    heard_at = HEARD
    link = Link(up=True, since=HEARD)

    async def run(self) -> None:
        await asyncio.Event().wait()

    def fault(self) -> str:
        return ""


class Package:
    def create(self, settings: object, deliver: Deliver, clock: Clock) -> Exchange:
        return Exchange()

    async def check(self, settings: object) -> Health:
        return Health(True, "works")

    def read_recording(self, path: Path) -> Iterator[CallEvent]:
        raise NotImplementedError


class ExchangeSettings:
    trunks = ("trunk",)
    machines = ()
    dialling = PLAIN
    grace_seconds = 2.0
    in_use = True


def parts_with_an_exchange(clock: Clock) -> Sequence[Owned]:
    """A room's parts, one of them a telephone exchange."""
    adapter = Adapter(name="asterisk", settings=ExchangeSettings(), package=Package())
    context = PartContext(clock=clock, timezone="Europe/Moscow", adapters=lambda kind: (adapter,))
    return parts_of([PartKind(kind="exchange", title=Phrase, make=exchanges)], context)


def bot_of(post: Post) -> App:
    return App(
        store=post.store,
        house=post.house,
        messengers={"red": post.red},
        clock=post.clock,
        parts=parts_with_an_exchange(post.clock),
    )


async def scrape(app: App) -> dict[str, Samples]:
    """Samples by their names, each by the values of its labels, which come in the order of the labels' names."""
    text = (await app.measures()).decode()
    seen: dict[str, Samples] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            seen.setdefault(sample.name, {})[tuple(value for _, value in sorted(sample.labels.items()))] = sample.value
    return seen


async def test_sends_and_what_waits(post: Post) -> None:
    app, anna = bot_of(post), await post.person("anna")
    await post.person("boris")
    await post.send(anna, "one")
    await app.senders["red"].drain()
    post.red.will("chat-boris", Unreachable("Forbidden: bot was blocked by the user"))
    await post.send(None, "to all", Priority.BROADCAST)
    await app.senders["red"].drain()
    await post.send(anna, "two", Priority.ALERT)
    post.clock.move(timedelta(seconds=7))
    seen = await scrape(app)
    assert seen["kollega_sends_total"] == {
        ("red", "sent", "reply"): 1,
        ("red", "sent", "broadcast"): 1,
        ("red", "unreachable", "broadcast"): 1,
    }
    assert seen["kollega_refusals_total"] == {("red", "blocked"): 1}
    assert seen["kollega_send_seconds_count"] == {("red",): 3}
    assert seen["kollega_send_seconds_bucket"]["+Inf", "red"] == 3
    assert seen["kollega_deliveries_waiting"]["red", "alert"] == 1
    assert seen["kollega_queue_age_seconds"]["red", "alert"] == 7


async def test_events(post: Post) -> None:
    app, at = bot_of(post), post.clock.now()
    await post.person("anna")
    said = Said(messenger="red", id="1", at=at, account="anna", chat="chat-anna", text="hello")
    await post.store.transact(lambda uow: uow.apply(StoreEvents("red", (said,), None)))
    await app.dispatcher.drain()
    seen = await scrape(app)
    assert seen["kollega_events_handled_total"] == {("Said", "red"): 1}
    assert seen["kollega_handling_seconds_count"] == {(): 1}
    assert seen["kollega_handling_seconds_sum"][()] > 0
    assert seen["kollega_handling_seconds_bucket"]["+Inf",] == 1


async def test_leases(post: Post) -> None:
    app = bot_of(post)
    lease = await post.store.transact(lambda uow: uow.apply(TakeLease("send:red", "host:1:a", 9)))
    other = await post.store.transact(lambda uow: uow.apply(TakeLease("schedule", "host:1:a", 9)))
    former = await post.store.transact(lambda uow: uow.apply(TakeLease("send:gone", "host:1:a", 9)))
    assert lease is not None
    assert other is not None
    assert former is not None
    await post.store.transact(lambda uow: uow.apply(FreeLease(other)))
    seen = await scrape(app)
    assert seen["kollega_lease_held"] == {
        ("send:red",): 1,
        ("listen:red",): 0,
        ("schedule",): 0,
        ("housekeeping",): 0,
        ("exchange:asterisk",): 0,
    }
    assert seen["kollega_lease_epoch"] == {("send:red", "host:1:a"): lease.epoch}


async def test_the_parts_and_the_exchange_that_is_read_here(post: Post) -> None:
    app = bot_of(post)
    app.readiness.parts = {"red": "Telegram does not answer"}
    elsewhere = await scrape(app)
    assert elsewhere["kollega_part_ready"] == {("red",): 0}
    assert "kollega_exchange_connected" not in elsewhere
    async with app.running():
        async with asyncio.timeout(10):
            while "asterisk" not in app.readiness.parts:
                await asyncio.sleep(0.01)
        app.readiness.parts = {"red": "Telegram does not answer", "asterisk": ""}
        here = await scrape(app)
    assert here["kollega_part_ready"] == {("red",): 0, ("asterisk",): 1}
    assert here["kollega_exchange_connected"] == {("asterisk",): 1}
    assert here["kollega_exchange_heard_timestamp_seconds"] == {("asterisk",): HEARD.timestamp()}


async def test_the_process_and_its_database(post: Post) -> None:
    seen = await scrape(bot_of(post))
    assert list(seen["kollega_info"].values()) == [1]
    assert seen["kollega_database_up"] == {(): 1}
    assert seen["kollega_database_transactions_total"][()] > 0
    assert seen["kollega_database_seconds_total"][()] > 0
    assert seen["kollega_database_reruns_total"] == {(): 0}
    assert seen["process_resident_memory_bytes"][()] > 2**20
    assert seen["process_cpu_seconds_total"][()] > 0


async def test_a_busy_database_hides_nothing_else(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    app, anna = bot_of(post), await post.person("anna")
    await post.send(anna, "one")
    await app.senders["red"].drain()

    async def busy(work: Callable[[UnitOfWork], T]) -> T:
        raise Busy("locked")

    async def hanging(work: Callable[[UnitOfWork], T]) -> T:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(metrics, "PATIENCE", 0.01)
    for trouble in (busy, hanging):
        monkeypatch.setattr(post.store, "transact", trouble)
        seen = await scrape(app)
        assert seen["kollega_database_up"] == {(): 0}
        assert seen["kollega_sends_total"] == {("red", "sent", "reply"): 1}
        assert "kollega_deliveries_waiting" not in seen
