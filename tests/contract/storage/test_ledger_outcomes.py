"""The ledger: what becomes of copies that cannot go where they were to go."""

from __future__ import annotations

from core.copies import SendToPresent
from core.delivery import AddRecipients, Cancel, DeliveryState, Priority, ToAudience, ToChat, ToPerson
from core.people.audience import Audience
from core.people.bots import Bot, Introduce
from core.people.person import Account
from storage.database import Database
from tests.contract.storage.company import became, employ, sent, settle, states, work
from tests.contract.storage.ledger import (
    account_at,
    counters_are_right,
    plan,
    revise,
    tally,
)
from tests.support.clock import MovableClock

__all__ = ["counters_are_right"]


async def test_who_blocked_one_account_is_reached_at_another(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", "blue:2")
    message_id = await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="blocked"))
    assert (await account_at(store, "1")).unreachable == "blocked"
    assert await states(store, message_id) == ["waiting"]
    (copy,) = await work(store, "blue")
    assert (copy.person_id, copy.chat, copy.attempts) == (person, "chat-2", 0)
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="left"))
    assert await states(store, message_id) == ["unreachable"]


async def test_who_has_read_it_is_not_written_to_elsewhere(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", "blue:2")
    message_id = await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    await settle(store, sent(copy))
    await revise(store, message_id, "two")
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="blocked"))
    assert await work(store, "blue") == []
    assert await states(store, message_id) == ["unreachable"]


async def test_a_chat_that_has_the_message_does_not_get_it_twice(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", "blue:2")
    message_id = await plan(store, to=ToPerson(person))
    await store.transact(lambda uow: uow.apply(AddRecipients(message_id, ToChat("blue", "chat-2"))))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="blocked"))
    assert await states(store, message_id) == ["unreachable", "waiting"]


async def test_a_chat_that_moved_is_followed(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1")
    message_id = await plan(store, "one", ToPerson(person))
    later = await plan(store, "two", ToPerson(person))
    await store.transact(lambda uow: uow.apply(AddRecipients(later, ToChat("red", "new"))))
    first = (await work(store))[0]
    await settle(store, became(first, DeliveryState.WAITING, retry_at=None, attempted=False, chat="new"))
    assert (await account_at(store, "1")).chat == "new"
    (copy,) = await work(store)
    assert (copy.message_id, copy.chat) == (message_id, "new")
    assert await states(store, later) == ["cancelled", "waiting"]


async def test_who_never_wrote_is_written_to_where_one_can_write_first(store: Database) -> None:
    person = await employ(store, "Petrova")
    await store.transact(lambda uow: uow.add(Account(messenger="red", address="@anna:example.org", person_id=person)))
    await store.transact(lambda uow: uow.apply(Introduce((Bot("red", False), Bot("blue", True)))))
    assert (await tally(store, await plan(store, to=ToPerson(person)))).unreachable == 1
    await store.transact(lambda uow: uow.apply(Introduce((Bot("red", True), Bot("blue", False)))))
    message_id = await plan(store, to=ToAudience(Audience(everybody=True)))
    (copy,) = await work(store)
    assert (copy.message_id, copy.chat) == (message_id, "@anna:example.org")
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="no such account"))
    assert (await tally(store, await plan(store, to=ToPerson(person)))).unreachable == 1


async def test_a_copy_moves_to_an_account_that_never_wrote(store: Database) -> None:
    person = await employ(store, "Petrova", "red:1", preferred="red")
    await store.transact(lambda uow: uow.add(Account(messenger="blue", address="@anna:example.org", person_id=person)))
    await store.transact(lambda uow: uow.apply(Introduce((Bot("red", False), Bot("blue", True)))))
    await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="blocked"))
    assert [copy.chat for copy in await work(store, "blue")] == ["@anna:example.org"]


async def test_who_cannot_read_yet_is_written_to_elsewhere(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", "blue:2")
    message_id = await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.ABSENT, reason="no device"))
    assert await states(store, message_id) == ["waiting"]
    assert [copy.chat for copy in await work(store, "blue")] == ["chat-2"]
    await plan(store, to=ToPerson(person))
    assert [copy.chat for copy in await work(store, "blue")] == ["chat-2"]
    assert (await account_at(store, "1")).absent


async def test_what_waits_for_somebody_is_sent_in_its_order_when_she_comes(
    store: Database, clock: MovableClock
) -> None:
    person = await employ(store, "Orlova", "red:1")
    other = await employ(store, "Petrova", "red:2")
    both = ToAudience(Audience(everybody=True))
    first = await plan(store, "one", both, priority=Priority.BROADCAST)
    await settle(store, *(became(copy, DeliveryState.ABSENT) for copy in await work(store) if copy.person_id == person))
    second = await plan(store, "two", both, priority=Priority.ALERT)
    third = await plan(store, "three", both)
    assert {copy.person_id for copy in await work(store)} == {other}
    assert await states(store, second) == ["absent", "waiting"]
    await store.transact(lambda uow: uow.apply(Cancel(third)))
    account = (await account_at(store, "1")).id
    assert await store.transact(lambda uow: uow.apply(SendToPresent(account, clock.now()))) == 2
    found = [copy.message_id for copy in await work(store) if copy.person_id == person]
    assert found == [first]
    (copy,) = (copy for copy in await work(store) if copy.person_id == person)
    await settle(store, sent(copy))
    assert [copy.message_id for copy in await work(store) if copy.person_id == person] == [second]
