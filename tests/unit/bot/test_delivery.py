"""The sender against a messenger that fails in every way it can."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.chat.capabilities import Pace
from core.chat.messenger import Gone, Later, NotSent, Receipt, Refused, Relocated, Sent, Uncertain, Unreachable
from core.delivery import Priority, Resend
from core.unit_of_work import Busy
from tests.unit.bot.post import Post
from tests.unit.bot.scripted import ScriptedMessenger


async def running(post: Post) -> asyncio.Task[None]:
    return asyncio.create_task(post.sender.run())


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_message_is_sent_once(post: Post) -> None:
    anna = await post.person("anna")
    message = await post.send(anna, "Hello")
    assert await post.sender.drain() == 1
    assert await post.sender.drain() == 0
    assert post.red.texts("chat-anna") == ["Hello"]
    assert (await post.tally(message)).sent == 1


async def test_a_chat_told_to_wait_holds_up_no_other(post: Post) -> None:
    anna, boris = await post.person("anna"), await post.person("boris")
    post.red.will("chat-anna", Later(30))
    await post.send(anna, "one")
    await post.send(anna, "two")
    await post.send(boris, "three")
    await post.sender.drain()
    assert post.red.texts() == ["one", "three"]
    await post.passes(29)
    assert post.red.texts("chat-anna") == ["one"]
    await post.passes(1)
    assert post.red.texts("chat-anna") == ["one", "one", "two"]


async def test_a_wait_for_the_whole_bot_holds_everybody(post: Post) -> None:
    anna, boris = await post.person("anna"), await post.person("boris")
    post.red.will("chat-anna", Later(30, everywhere=True))
    await post.send(anna, "one")
    await post.sender.drain()
    await post.send(boris, "two")
    await post.passes(29)
    assert post.red.texts() == ["one"]
    await post.passes(1)
    assert sorted(post.red.texts()) == ["one", "one", "two"]


async def test_after_a_wait_for_the_whole_bot_one_goes_ahead(post: Post) -> None:
    for number in range(20):
        person = await post.person(f"p{number}")
        await post.send(person, "Hello")
        post.red.will(f"chat-p{number}", Later(30, everywhere=True))
    await post.sender.drain()
    refused = len(post.red.asked)
    assert refused > 1
    post.red.open.clear()
    sending = asyncio.create_task(post.passes(31))
    await post.red.in_flight(1)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(post.red.asked) - refused == 1
    post.red.open.set()
    await sending
    for _ in range(20):
        await post.passes(31)
    assert len({asked.chat for asked in post.red.answered}) == 20


async def test_while_the_messenger_asks_to_wait_what_only_follows_yields_to_what_is_new(post: Post) -> None:
    anna, boris = await post.person("anna"), await post.person("boris")
    progress = await post.send(anna, "0 %", Priority.NOTICE)
    await post.sender.drain()
    post.red.will("chat-boris", Later(5, everywhere=True))
    await post.send(boris, "Hello")
    await post.passes(1)
    for seconds in range(10, 60, 10):
        await post.revise(progress, f"{seconds} %")
        await post.passes(10)
    assert post.red.texts("chat-anna") == ["0 %", "10 %"]
    await post.send(anna, "An answer")
    await post.passes(1)
    assert post.red.texts("chat-anna") == ["0 %", "10 %", "An answer"]
    await post.passes(20)
    assert post.red.texts("chat-anna") == ["0 %", "10 %", "An answer", "50 %"]
    await post.revise(progress, "100 %")
    await post.passes(1)
    assert post.red.texts("chat-anna")[-1] == "100 %"


async def test_an_outage_is_waited_for_with_growing_patience_and_loses_nothing(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", *[NotSent("down")] * 4)
    message = await post.send(anna, "Hello")
    await post.sender.drain()
    for seconds in (1, 2, 4):
        await post.passes(seconds - 0.5)
        before = len(post.red.asked)
        await post.passes(0.5)
        assert len(post.red.asked) == before + 1
    await post.passes(8)
    assert (await post.tally(message)).sent == 1


async def test_many_failures_at_once_are_one_outage(post: Post) -> None:
    people = [await post.person(f"p{number}") for number in range(20)]
    for number in range(20):
        post.red.will(f"chat-p{number}", NotSent("down"))
    for person in people:
        await post.send(person, "Hello")
    await post.sender.drain()
    await post.passes(1)
    assert len(post.red.asked) == 40


async def test_one_copy_that_always_fails_slows_the_others_less_and_less(post: Post) -> None:
    anna, boris = await post.person("anna"), await post.person("boris")
    post.red.will("chat-anna", *[NotSent("HTTP 500")] * 100)
    await post.send(anna, "poison")
    for number in range(60):
        await post.send(boris, str(number))
        await post.passes(1)
    await post.passes(1)
    assert len(post.red.texts("chat-anna")) < 10
    assert post.red.texts("chat-boris") == [str(number) for number in range(60)]


async def test_a_broadcast_of_unknown_fate_is_marked_and_sent_again_only_on_demand(post: Post) -> None:
    await post.person("anna")
    post.red.will("chat-anna", Uncertain("reset"))
    message = await post.send(None, "News", Priority.BROADCAST)
    await post.sender.drain()
    await post.passes(3600)
    assert (await post.tally(message)).uncertain == 1
    assert len(post.red.asked) == 1
    await post.store.transact(lambda uow: uow.apply(Resend(message)))
    await post.sender.drain()
    assert (await post.tally(message)).sent == 1


async def test_an_answer_of_unknown_fate_is_sent_again_under_the_same_key(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", Uncertain("reset"))
    await post.send(anna, "Hello")
    await post.sender.drain()
    await post.passes(1)
    assert post.red.texts() == ["Hello", "Hello"]
    assert len({asked.key for asked in post.red.asked}) == 1


async def test_who_cannot_be_reached_here_is_reached_at_the_other_account(post: Post) -> None:
    blue = ScriptedMessenger("blue")
    other = post.sender_of(blue)
    anna = await post.person("anna", "red:anna", "blue:anna2", preferred="red")
    post.red.will("chat-anna", Unreachable("blocked"))
    message = await post.send(anna, "Hello")
    await post.sender.drain()
    await other.drain()
    assert blue.texts() == ["Hello"]
    assert (await post.tally(message)).sent == 1
    assert await post.unreachable() == ["blocked"]


async def test_who_cannot_be_reached_at_all_is_counted(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", Unreachable("blocked"))
    message = await post.send(anna, "Hello")
    await post.sender.drain()
    await post.passes(3600)
    assert (await post.tally(message)).unreachable == 1
    assert len(post.red.asked) == 1


async def test_a_chat_that_moved_is_followed(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", Relocated("chat-new"))
    await post.send(anna, "one")
    await post.send(anna, "two")
    await post.sender.drain()
    await post.passes(1)
    assert post.red.texts("chat-new") == ["one", "two"]


async def test_a_refused_message_stops_nothing_behind_it(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", Refused("too long"))
    bad, good = await post.send(anna, "bad"), await post.send(anna, "good")
    await post.sender.drain()
    assert (await post.tally(bad)).failed == 1
    assert (await post.tally(good)).sent == 1


async def test_a_messenger_that_raises_stops_nothing_behind_it(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", ZeroDivisionError("a defect"))
    bad, good = await post.send(anna, "bad"), await post.send(anna, "good")
    await post.sender.drain()
    assert (await post.tally(bad)).failed == 1
    assert (await post.tally(good)).sent == 1


async def test_an_edit_of_what_is_gone_is_forgotten(post: Post) -> None:
    anna = await post.person("anna")
    message = await post.send(anna, "one")
    await post.sender.drain()
    post.red.will("chat-anna", Gone("deleted by the reader"))
    await post.revise(message, "two")
    await post.sender.drain()
    await post.passes(3600)
    assert [asked.verb for asked in post.red.asked] == ["send", "edit"]
    assert (await post.tally(message)).stale == 0


async def test_what_is_too_old_to_be_deleted_becomes_a_tombstone(post: Post) -> None:
    anna = await post.person("anna")
    message = await post.send(anna, "one")
    await post.sender.drain()
    post.red.will("chat-anna", Gone("too old"))
    await post.withdraw(message)
    await post.sender.drain()
    assert [(asked.verb, asked.text) for asked in post.red.asked] == [
        ("send", "one"),
        ("delete", ""),
        ("edit", "Withdrawn"),
    ]


async def test_a_copy_of_which_something_can_still_be_seen_is_counted_and_whom_it_never_reached_is_not(
    post: Post,
) -> None:
    anna, _ = await post.person("anna"), await post.person("boris")
    message = await post.send(None, "one")
    post.red.will("chat-boris", Unreachable("blocked"))
    await post.sender.drain()
    assert (await post.tally(message)).unreachable == 1
    post.red.will("chat-anna", Gone("too old"), Sent(Receipt(("1",)), remain=2))
    await post.withdraw(message)
    await post.sender.drain()
    tally = await post.tally(message)
    assert (tally.uncertain, tally.unreachable, tally.stale) == (1, 0, 0)
    assert anna


async def test_what_is_known_to_be_too_old_is_not_even_tried_to_be_deleted(post: Post) -> None:
    post.red.capabilities = replace(post.red.capabilities, delete_within=timedelta(hours=48))
    anna = await post.person("anna")
    message = await post.send(anna, "one")
    await post.sender.drain()
    post.clock.move(timedelta(hours=48))
    await post.withdraw(message)
    await post.sender.drain()
    assert [(asked.verb, asked.text) for asked in post.red.asked] == [("send", "one"), ("edit", "Withdrawn")]


async def test_several_edits_become_one(post: Post) -> None:
    anna = await post.person("anna")
    message = await post.send(anna, "one")
    await post.sender.drain()
    for text in ("two", "three", "four"):
        await post.revise(message, text)
    await post.sender.drain()
    assert post.red.texts() == ["one", "four"]


async def test_an_edit_while_the_first_is_under_way_follows_it(post: Post) -> None:
    anna = await post.person("anna")
    post.red.open.clear()
    message = await post.send(anna, "one")
    drain = asyncio.create_task(post.sender.drain())
    await post.red.in_flight(1)
    await post.revise(message, "two")
    post.red.open.set()
    await drain
    await post.sender.drain()
    assert [(asked.verb, asked.text) for asked in post.red.asked] == [("send", "one"), ("edit", "two")]


async def test_an_alert_overtakes_a_broadcast(post: Post) -> None:
    post.red = ScriptedMessenger(pace=Pace(overall=10, chat=10, burst=10, in_flight=5))
    post.sender = post.sender_of(post.red)
    people = [await post.person(f"p{number:02}") for number in range(50)]
    await post.send(None, "News", Priority.BROADCAST)
    await post.passes(1)
    before = len(post.red.asked)
    assert 0 < before < 50
    await post.send(people[-1], "Alert!", Priority.ALERT)
    await post.passes(0.1)
    assert post.red.texts()[before] == "Alert!"


async def test_messages_of_one_chat_keep_their_order_with_one_under_way_at_a_time(post: Post) -> None:
    anna = await post.person("anna")
    post.red.open.clear()
    for number in range(5):
        await post.send(anna, str(number))
    drain = asyncio.create_task(post.sender.drain())
    await post.red.in_flight(1)
    assert post.red.texts() == ["0"]
    post.red.open.set()
    await drain
    assert post.red.texts() == list("01234")


async def test_after_a_kill_only_what_was_under_way_is_sent_again(post: Post) -> None:
    post.red = ScriptedMessenger(pace=Pace(overall=10_000, chat=100, burst=100, in_flight=4))
    post.sender = post.sender_of(post.red)
    people = [await post.person(f"p{number}") for number in range(12)]
    for person in people[:6]:
        await post.send(person, "Hello")
    await post.sender.drain()
    post.red.open.clear()
    for person in people[6:]:
        await post.send(person, "Hello")
    drain = asyncio.create_task(post.sender.drain())
    await post.red.in_flight(5)
    flying = {asked.key for asked in post.red.asked[6:]}
    # The process dies here: nothing of the old sender runs on, and its answers never come.
    post.sender._ending = True
    drain.cancel()
    for task in list(post.sender._flying.values()):
        task.cancel()
    await asyncio.gather(drain, *post.sender._flying.values(), return_exceptions=True)
    post.red.open.set()
    await post.sender_of(post.red).drain()
    keys = [asked.key for asked in post.red.asked]
    twice = {key for key in keys if keys.count(key) > 1}
    assert twice == flying
    assert len(set(keys)) == 12


async def test_a_graceful_stop_waits_for_what_is_under_way_and_writes_it_down(post: Post) -> None:
    anna = await post.person("anna")
    post.red.open.clear()
    message = await post.send(anna, "Hello")
    task = await running(post)
    await post.red.in_flight(1)
    task.cancel()
    await asyncio.sleep(0)
    post.red.open.set()
    await asyncio.gather(task, return_exceptions=True)
    assert (await post.tally(message)).sent == 1
    assert await post.sender_of(post.red).drain() == 0


async def test_the_running_sender_is_woken_by_a_commit(post: Post) -> None:
    anna = await post.person("anna")
    task = await running(post)
    await post.send(anna, "Hello")
    await post.red.in_flight(0)
    async with post.red.reached:
        await asyncio.wait_for(post.red.reached.wait_for(lambda: post.red.texts() == ["Hello"]), 5)
    await stop(task)


async def test_a_locked_database_is_waited_for(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = await post.person("anna")
    message = await post.send(anna, "Hello")
    transact = post.store.transact

    async def locked(work: object) -> object:
        raise Busy("locked")

    monkeypatch.setattr(post.store, "transact", locked)
    assert await post.sender.drain() == 0
    monkeypatch.setattr(post.store, "transact", transact)
    assert await post.sender.drain() == 1
    assert (await post.tally(message)).sent == 1


async def test_an_outcome_that_cannot_be_written_yet_is_kept_and_nothing_is_sent_twice(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await post.person("anna")
    message = await post.send(anna, "Hello")
    post.red.open.clear()
    drain = asyncio.create_task(post.sender.drain())
    await post.red.in_flight(1)
    transact, failures = post.store.transact, iter([Busy("locked")] * 3)

    async def locked_at_first(work: object) -> object:
        for failure in failures:
            raise failure
        return await transact(work)  # type: ignore[arg-type]

    monkeypatch.setattr(post.store, "transact", locked_at_first)
    post.red.open.set()
    await drain
    await post.sender.drain()
    assert post.red.texts() == ["Hello"]
    assert (await post.tally(message)).sent == 1
