"""The ledger: what is due, in which order, and what the sender is told of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import time
from functools import partial

from core.copies import Backlog, Queue, WantedCopies
from core.delivery import AddRecipients, DeliveryState, Pause, Priority, Revise, Send, ToChat, ToPerson
from core.people.quiet import QuietHours
from core.unit_of_work import Change, UnitOfWork
from storage.database import Database
from storage.ledger.queue import MISSES, RUNNING
from tests.contract.storage.company import became, employ, saying, sent, settle, work
from tests.contract.storage.ledger import (
    HERE,
    SECONDS,
    apply,
    ask,
    counters_are_right,
    plan,
    revise,
    said,
)
from tests.support.clock import MovableClock
from tests.support.notices import WORD

__all__ = ["counters_are_right"]


async def test_priorities_overtake_and_a_chat_keeps_its_order(store: Database) -> None:
    await plan(store, "broadcast", priority=Priority.BROADCAST)
    await plan(store, "notice 1")
    await plan(store, "notice 2")
    await plan(store, "elsewhere", ToChat("red", "chat-2"))
    await plan(store, "alert", priority=Priority.ALERT)
    await plan(store, "not ours", ToChat("blue", "chat-1"), Priority.ALERT)
    due = await work(store)
    assert said(due) == ["alert", "notice 1", "elsewhere", "broadcast"]
    busy = frozenset(copy.delivery_id for copy in due[:2])
    assert said(await work(store, busy=busy)) == ["elsewhere", "broadcast"]
    await settle(store, *(sent(copy) for copy in due))
    assert said(await work(store)) == ["notice 2"]


async def test_the_limit_is_that_of_each_priority(store: Database) -> None:
    for number in range(3):
        for priority in Priority:
            await plan(store, f"{priority.name.lower()} {number}", ToChat("red", f"chat-{number}"), priority)
    due = await work(store, limit=2)
    assert said(due[:6]) == ["alert 0", "alert 1", "reply 0", "reply 1", "notice 0", "notice 1"]
    assert len(due) == 8
    urgent = await ask(store, WantedCopies("red", 1, frozenset({due[0].delivery_id}), broadcasts=False))
    assert said(urgent) == ["alert 1", "reply 0", "notice 0"]


async def test_broadcasts_share_the_limit(store: Database) -> None:
    for name in ("long", "short", "paused", "other"):
        number = 2 if name == "short" else 8
        message_id = await plan(store, name, ToChat("red", f"{name}-0"), Priority.BROADCAST)
        for place in range(1, number):
            await apply(store, AddRecipients(message_id, ToChat("red", f"{name}-{place}")))
        if name == "paused":
            await apply(store, Pause(message_id, True))
    assert Counter(said(await work(store, limit=10))) == {"long": 4, "short": 2, "other": 4}
    assert Counter(said(await work(store, limit=3))) == {"long": 1, "short": 1, "other": 1}
    turns = [said(await work(store, limit=1))[0] for _ in range(3)]
    assert sorted(turns) == ["long", "other", "short"], "who sends one at a time sends of each in turn"


async def test_what_was_put_off_takes_part_in_the_turns(store: Database, clock: MovableClock) -> None:
    for name in ("first", "second"):
        message_id = await plan(store, name, ToChat("red", f"{name}-0"), Priority.BROADCAST)
        for place in range(1, 6):
            await apply(store, AddRecipients(message_id, ToChat("red", f"{name}-{place}")))
    tried = [copy for copy in await work(store) if said([copy]) == ["first"]]
    await settle(store, *(became(copy, DeliveryState.WAITING, retry_at=clock.now()) for copy in tried[:4]))
    due = await work(store, limit=6)
    assert Counter(said(due)) == {"first": 3, "second": 3}
    assert {copy.delivery_id for copy in due if said([copy]) == ["first"]} <= {copy.delivery_id for copy in tried[:4]}


async def test_many_broadcasts_do_not_read_on_for_ever(store: Database) -> None:
    for number in range(RUNNING + 2):
        await plan(store, str(number), ToChat("red", f"chat-{number}"), Priority.BROADCAST)
    due = await work(store)
    assert sorted(said(due), key=int) == [str(number) for number in range(RUNNING)]
    await settle(store, *(sent(copy) for copy in due))
    assert sorted(said(await work(store)), key=int) == ["16", "17"]


async def test_a_long_row_of_one_chat_ends_the_look_and_holds_nobody_back(store: Database) -> None:
    for number in range(MISSES + 10):
        await plan(store, str(number), priority=Priority.REPLY)
    await plan(store, "elsewhere", ToChat("red", "chat-2"), Priority.REPLY)
    (first,) = await work(store)
    assert said([first]) == ["0"]
    assert said(await work(store, busy=frozenset({first.delivery_id}))) == ["elsewhere"]
    await settle(store, sent(first))
    assert said(await work(store)) == ["1"]


async def test_a_retry_holds_the_later_ones_of_its_chat_back(store: Database, clock: MovableClock) -> None:
    await plan(store, "first")
    await plan(store, "second")
    await plan(store, "alert", priority=Priority.ALERT)
    await plan(store, "elsewhere", ToChat("red", "chat-2"))
    alert, first, _ = await work(store)
    again = clock.now() + 5 * SECONDS
    await settle(store, sent(alert), became(first, DeliveryState.WAITING, retry_at=again, reason="later"))
    assert [copy.content for copy in await work(store)] == [saying("elsewhere")]
    clock.move(5 * SECONDS)
    due = await work(store)
    assert [copy.content for copy in due] == [saying("first"), saying("elsewhere")]
    assert due[0].attempts == 1
    await settle(store, became(due[0], DeliveryState.WAITING, retry_at=clock.now(), attempted=False))
    assert (await work(store))[0].attempts == 1


async def test_a_paused_message_waits_and_holds_nobody_back(store: Database) -> None:
    held = await plan(store, "held")
    await plan(store, "free")
    await store.transact(lambda uow: uow.apply(Pause(held, True)))
    assert [copy.content for copy in await work(store)] == [saying("free")]
    await store.transact(lambda uow: uow.apply(Pause(held, False)))
    assert [copy.content for copy in await work(store)] == [saying("held")]


async def test_a_paused_retry_waits_as_well(store: Database, clock: MovableClock) -> None:
    held = await plan(store, "held")
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.WAITING, retry_at=clock.now()))
    await store.transact(lambda uow: uow.apply(Pause(held, True)))
    assert await work(store) == []


async def test_the_backlog_is_counted_by_queue(store: Database, clock: MovableClock) -> None:
    retried = await plan(store, to=ToChat("red", "chat-0"))
    await plan(store)
    held = await plan(store, to=ToChat("red", "chat-2"))
    clock.move(SECONDS)
    (copy, *_) = await work(store)
    assert copy.message_id == retried
    await settle(store, became(copy, DeliveryState.WAITING, retry_at=clock.now() + 2 * SECONDS))
    await apply(store, Pause(held, True))
    await plan(store, to=ToChat("blue", "chat-2"), priority=Priority.ALERT)
    alert = Queue(messenger="blue", priority=Priority.ALERT, waiting=1, age=0.0)
    notices = Queue(messenger="red", priority=Priority.NOTICE, waiting=3, age=1.0)
    assert await ask(store, Backlog()) == (alert, notices)
    (copy,) = await work(store)
    await settle(store, sent(copy))
    clock.move(3 * SECONDS)
    notices = Queue(messenger="red", priority=Priority.NOTICE, waiting=2, age=1.0)
    assert (await ask(store, Backlog()))[1] == notices, "what was put off has waited since it was due"


async def test_what_may_be_held_has_its_readers_quiet_hours(store: Database) -> None:
    hours = QuietHours(time(22, 0), time(7, 30))
    person = await employ(store, "Orlova", "red:1", quiet=hours)
    for priority in Priority:
        await plan(store, priority.name, ToPerson(person), priority)
    quiet = {said([copy])[0]: copy.quiet for copy in await work(store)}
    assert quiet == {"ALERT": hours, "REPLY": None, "NOTICE": hours, "BROADCAST": hours}


async def test_what_is_urgent_or_was_seen_is_not_held(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", quiet=QuietHours(time(22), time(7, 30)))
    await plan(store, "urgent", ToPerson(person), Priority.ALERT, urgent=True)
    seen = await plan(store, "seen", ToPerson(person))
    urgent, notice = await work(store)
    assert urgent.quiet is None
    assert notice.quiet is not None
    await settle(store, sent(urgent), sent(notice))
    await revise(store, seen, "changed")
    (edit,) = await work(store)
    assert edit.quiet is None


async def test_a_copy_knows_what_it_was_planned_for(store: Database) -> None:
    def answer(uow: UnitOfWork) -> None:
        uow.cause = "event:7"
        uow.apply(Send(kind=WORD, content=saying("hello"), to=HERE, priority=Priority.REPLY))

    await store.transact(answer)
    assert [copy.cause for copy in await work(store)] == ["event:7"]


async def test_what_somebody_waits_for_wakes_at_once(store: Database) -> None:
    woken: list[str] = []
    for topic in ("deliveries", "alerts"):
        store.woken(topic, partial(woken.append, topic))

    async def after(change: Change[object]) -> list[str]:
        await apply(store, change)
        await asyncio.sleep(0)
        heard = sorted(woken)
        woken.clear()
        return heard

    def send(priority: Priority) -> Send:
        return Send(kind=WORD, content=saying("hello"), to=HERE, priority=priority)

    assert await after(send(Priority.NOTICE)) == ["deliveries"]
    assert await after(send(Priority.BROADCAST)) == ["deliveries"]
    assert await after(send(Priority.ALERT)) == ["alerts", "deliveries"]
    assert await after(send(Priority.REPLY)) == ["alerts", "deliveries"]
    assert await after(Revise(4, saying("changed"))) == ["alerts", "deliveries"]
