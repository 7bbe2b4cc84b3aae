"""Several bot accounts of one network: who is written to through which, and where newcomers are sent."""

from __future__ import annotations

from collections.abc import Callable

from core.copies import Release
from core.delivery import DeliveryState, Priority, Send, ToAudience
from core.people.audience import Audience
from core.people.bots import Bot, Entrance, Entrances, Introduce, Locate, SpreadAccounts
from core.people.importing import AddAccounts
from core.people.person import Account
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.contract.storage.company import became, employ, saying, sent, settle, work
from tests.support.notices import WORD

RED, RED_2, BLUE = Bot("red", writes_first=True), Bot("red.2", writes_first=True), Bot("blue", writes_first=False)


async def introduce(store: Database, *bots: Bot) -> None:
    await store.transact(lambda uow: uow.apply(Introduce(bots)))


async def tell_everybody(store: Database) -> None:
    to = ToAudience(Audience(everybody=True))
    await store.transact(
        lambda uow: uow.apply(Send(kind=WORD, content=saying("Hello"), to=to, priority=Priority.BROADCAST))
    )


async def listed(store: Database, number: int) -> None:
    """People of whom a file tells the address in red, and who never wrote."""
    rows: list[tuple[str, str, int]] = []
    for one in range(number):
        rows.append(("red", f"p{one}", await employ(store, f"Listed{one}")))
    await store.transact(lambda uow: uow.apply(AddAccounts(tuple(rows))))


async def places(store: Database) -> dict[str, str]:
    """The messenger of each account, by address."""
    return await store.transact(lambda uow: {one.address: one.messenger for one in _accounts(uow)})


def _accounts(uow: UnitOfWork) -> list[Account]:
    found = (uow.get(Account, number) for number in range(1, 50))
    return [one for one in found if one is not None]


def change(address: str, act: Callable[[Account], None]) -> Callable[[UnitOfWork], None]:
    """Changes the account of an address."""

    def work(uow: UnitOfWork) -> None:
        for one in _accounts(uow):
            if one.address == address:
                act(one)

    return work


async def test_who_never_wrote_is_spread_evenly_and_whoever_did_stays(store: Database) -> None:
    await employ(store, "Talking", "red:t")
    await listed(store, 6)
    await introduce(store, RED, RED_2)
    at = await places(store)
    assert at.pop("t") == "red"
    assert sorted(at.values()) == ["red"] * 3 + ["red.2"] * 3
    await introduce(store, RED, RED_2)
    assert await places(store) == {"t": "red"} | at


async def test_whom_a_bot_has_written_to_stays_with_it(store: Database) -> None:
    await listed(store, 4)
    await introduce(store, RED)
    await tell_everybody(store)
    first, *_ = await work(store)
    await settle(store, sent(first))
    await introduce(store, RED, RED_2)
    at = await places(store)
    assert at[first.chat] == "red"
    assert "red.2" in at.values()


async def test_who_never_wrote_leaves_a_bot_that_is_gone_with_what_waits(store: Database) -> None:
    await introduce(store, RED, RED_2)
    await listed(store, 4)
    await store.transact(lambda uow: uow.apply(SpreadAccounts()))
    await tell_everybody(store)
    there = {copy.chat for copy in await work(store, "red.2")}
    await introduce(store, RED)
    assert set((await places(store)).values()) == {"red"}
    assert await work(store, "red.2") == []
    assert there < {copy.chat for copy in await work(store, "red")}


async def test_nobody_is_written_to_through_a_bot_that_is_gone(store: Database) -> None:
    await introduce(store, RED, BLUE)
    both = await employ(store, "Both", "red:b", "blue:b")
    await employ(store, "Red", "red:r")
    await introduce(store, BLUE)
    await tell_everybody(store)
    assert [copy.person_id for copy in await work(store, "blue")] == [both]
    assert await work(store, "red") == []


async def test_what_waits_for_a_bot_that_is_gone_takes_another_way(store: Database) -> None:
    await introduce(store, RED, BLUE)
    both = await employ(store, "Both", "red:b", "blue:b")
    only = await employ(store, "Red", "red:r")
    await tell_everybody(store)
    assert {copy.person_id for copy in await work(store, "red")} == {both, only}
    await introduce(store, BLUE)
    (copy,) = await work(store, "blue")
    assert (copy.person_id, copy.chat) == (both, "chat-b")
    assert [copy.person_id for copy in await work(store, "red")] == [only], "it goes on when the bot is back"


async def test_what_is_held_for_a_person_leaves_a_bot_that_is_gone_too(store: Database) -> None:
    await introduce(store, RED, BLUE)
    both = await employ(store, "Both", "red:b", "blue:b")
    await tell_everybody(store)
    await settle(store, became((await work(store, "red"))[0], DeliveryState.HELD))
    await introduce(store, BLUE)
    assert await work(store, "blue") == []
    await store.transact(lambda uow: uow.apply(Release(both)))
    assert [copy.person_id for copy in await work(store, "blue")] == [both]


async def test_the_account_that_was_written_from_last_is_used_as_long_as_it_can_be(store: Database) -> None:
    await introduce(store, BLUE, Bot("blue.2", writes_first=False))
    await employ(store, "Anna", "blue:a", "blue.2:a", preferred="blue")
    await store.transact(change("a", lambda one: setattr(one, "superseded", one.messenger == "blue")))
    await tell_everybody(store)
    (copy,) = await work(store, "blue.2")
    assert await work(store, "blue") == []
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="blocked"))
    assert [one.chat for one in await work(store, "blue")] == ["chat-a"]


async def test_the_preferred_network_counts_in_each_of_its_bots(store: Database) -> None:
    await employ(store, "Anna", "blue:a", "red.2:a", preferred="red")
    await tell_everybody(store)
    assert len(await work(store, "red.2")) == 1


async def test_newcomers_are_sent_to_the_bot_with_the_fewest_people(store: Database) -> None:
    green, green_2, green_10 = (Bot(name, writes_first=False) for name in ("green", "green.2", "green.10"))

    async def entrances() -> tuple[Entrance, ...]:
        return await store.transact(lambda uow: uow.ask(Entrances()))

    await introduce(store, BLUE)
    assert await entrances() == ()
    await store.transact(lambda uow: uow.apply(Locate("blue", "https://blue.example.org")))
    await introduce(store, BLUE, green, green_2, green_10)
    await store.transact(lambda uow: uow.apply(Locate("green.2", "@two")))
    blue = Entrance("blue", "https://blue.example.org")
    assert await entrances() == (blue, Entrance("green", None))
    await employ(store, "Anna", "green:a")
    assert await entrances() == (blue, Entrance("green.10", None))
    await employ(store, "Boris", "green.10:b")
    assert await entrances() == (blue, Entrance("green.2", "@two"))
    await introduce(store, green)
    assert await entrances() == ()
