"""A running bot: a part that fails is started again and takes no other with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from unittest.mock import AsyncMock

import pytest

import bot.app
from bot.app import App
from bot.run.leases import Tenant
from core.chat.events import Said
from core.chat.messenger import Health, Reception
from core.inbox import StoreEvents
from core.leases import FreeLease, Lease, Standings, TakeLease
from core.parts import Figure, Owned, Part
from core.people.person import Account, Department
from core.unit_of_work import Transactions
from tests.unit.bot.post import Post


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.app, "RESTART_AFTER", 0.05)
    monkeypatch.setattr(bot.app, "LOOK_AGAIN", 0.01)
    monkeypatch.setattr(bot.app, "CHECK_EVERY", 0.01)
    monkeypatch.setattr(bot.app, "CHECK_AGAIN", 0.01)


FIGURE = Figure(name="bridge_open", text="Whether it is open.", label=("bridge", "pbx"), value=1)


def owned(name: str, run: Callable[[Transactions], Awaitable[None]], faults: Sequence[str] = ("",)) -> Owned:
    """A part that one process runs; the first of `faults` is what is wrong with it."""

    async def check() -> Health | None:
        return None

    part = Part(name=name, run=run, fault=lambda: faults[0], check=check, figures=lambda: (FIGURE,))
    return Owned(part=part, lease=f"bridge:{name}")


async def greet(post: Post, number: int) -> None:
    event = Said(messenger="red", id=f"e{number}", at=post.clock.now(), account="anna", chat="chat-anna", text="hello")
    await post.store.transact(lambda uow: uow.apply(StoreEvents("red", (event,), None)))


async def test_a_failing_part_is_named_and_the_others_go_on(post: Post) -> None:
    await post.person("anna")
    starts = 0
    mended = asyncio.Event()

    async def run(at: Transactions) -> None:
        nonlocal starts
        starts += 1
        if not mended.is_set():
            raise ZeroDivisionError
        await asyncio.Event().wait()

    parts = [owned("pbx", run)]
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock, parts=parts)
    app.readiness.parts.clear()
    async with app.running():
        await until(lambda: starts > 2)
        await greet(post, 1)
        await until(lambda: post.red.texts() == ["heard Said"])
        await until(lambda: app.readiness.faults() == {"pbx": "failed: ZeroDivisionError"})
        mended.set()
        await until(lambda: app.readiness.faults() == {})
    assert post.red.closed


async def test_a_part_writes_as_the_owner_of_its_lease_and_its_fault_is_told_to_all(post: Post) -> None:
    faults = [""]

    async def run(at: Transactions) -> None:
        await at.transact(lambda uow: uow.add(Department(name="of the part")))
        await asyncio.Event().wait()

    async def told() -> list[tuple[str, bool, str]]:
        found = await post.store.transact(lambda uow: uow.ask(Standings()))
        return [(one.name, bool(one.owner), one.fault) for one in found if one.name.startswith("bridge")]

    parts = [owned("pbx", run, faults=faults)]
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock, parts=parts)
    assert "bridge:pbx" in app.leases()
    assert app.figures() == []
    async with app.running():
        await until(lambda: app.figures() == [FIGURE])
        for faults[0] in ("lost: no answer", ""):
            await until(lambda: app.readiness.parts.get("pbx") == faults[0])
            async with asyncio.timeout(10):
                while await told() != [("bridge:pbx", True, faults[0])]:
                    await asyncio.sleep(0.01)
        department = await post.store.transact(lambda uow: uow.get(Department, 1))
        assert department is not None
        assert department.name == "of the part"
    assert await told() == [("bridge:pbx", False, "")]


async def test_who_never_wrote_is_reached_where_the_messenger_writes_first(post: Post) -> None:
    person = await post.person("anna", "blue:anna", preferred="red")
    post.red.capabilities = replace(post.red.capabilities, writes_first=True)
    account = Account(messenger="red", address="@anna:example.org", person_id=person)
    await post.store.transact(lambda uow: uow.add(account))
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock)
    async with app.running():
        await post.send(person, "Hello")
        await until(lambda: post.red.texts("@anna:example.org") == ["Hello"])


@pytest.mark.parametrize("victim", ["dispatcher", "schedule", "sender"])
async def test_no_part_of_the_engine_stays_down(post: Post, victim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await post.person("anna")
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock)
    part, step = {
        "dispatcher": (app.dispatcher, "drain"),
        "schedule": (app.schedule, "run_due"),
        "sender": (app.senders["red"], "_round"),
    }[victim]
    real, failures = getattr(part, step), iter(range(2))

    async def failing_at_first(*args: object, **options: object) -> object:
        for _ in failures:
            raise ZeroDivisionError
        return await real(*args, **options)

    monkeypatch.setattr(part, step, failing_at_first)
    async with app.running():
        await greet(post, 1)
        await until(lambda: post.red.texts() == ["heard Said"])
        await until(lambda: next(failures, None) is None)


async def test_a_messenger_that_is_not_well_is_named_with_its_remedy(post: Post) -> None:
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock)
    post.red.health = Health(False, "The token is not accepted", "Set another one.")
    async with app.running():
        await until(lambda: app.readiness.faults().get("red") == "The token is not accepted. Set another one.")
        post.red.health = Health(True, "works")
        await until(lambda: "red" not in app.readiness.faults())


async def test_it_is_not_ready_before_it_knows_who_receives(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.red.reception = Reception.TOGETHER
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock)
    asked, ask = asyncio.Event(), Tenant._ask

    async def later(tenant: Tenant) -> Lease | None:
        await asked.wait()
        return await ask(tenant)

    monkeypatch.setattr(Tenant, "_ask", later)
    async with app.running():
        assert app.readiness.parts["red"] == "starting"
        await asyncio.sleep(0.05)
        assert app.readiness.parts["red"] == "starting"
        asked.set()
        await until(lambda: app.readiness.parts["red"] == "")


async def test_a_standby_is_ready(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.red.reception = Reception.TOGETHER
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock)
    await app.introduce()
    monkeypatch.setattr(app, "introduce", AsyncMock())  # on SQLite it frees what nobody else could have
    other = await post.store.transact(lambda uow: uow.apply(TakeLease("send:red", "another", 60)))
    assert other is not None
    async with app.running():
        await until(lambda: app.readiness.faults() == {"start": "starting"})
        await post.store.transact(lambda uow: uow.apply(FreeLease(other)))
        await until(lambda: app.readiness.parts.get("red") == "")


async def test_the_end_waits_for_what_is_being_sent(post: Post) -> None:
    await post.person("anna")
    app = App(store=post.store, house=post.house, messengers={"red": post.red}, clock=post.clock)
    post.red.open.clear()
    async with app.running():
        await greet(post, 1)
        await post.red.in_flight(1)
        asyncio.get_running_loop().call_later(0.05, post.red.open.set)
    assert len(post.red.answered) == 1
    await post.sender.drain()
    assert len(post.red.asked) == 1
