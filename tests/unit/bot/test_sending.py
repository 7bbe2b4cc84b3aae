"""What leaves when: the pace, what is urgent, quiet hours, and a sender that another one has replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.run.leases import Tenure
from core.chat.capabilities import Pace
from core.chat.leaving import may_leave
from core.chat.messenger import Later, Outcome, Receipt, Refused, Sent, Uncertain, Unreachable
from core.chat.pages import Page
from core.chat.screens import screen
from core.copies import WantedCopies
from core.delivery import DeliveryState, Priority, Send, ToChat, ToPerson
from core.leases import Fenced, Lease, TakeLease
from core.people.quiet import QuietHours, when_over
from core.timers import DueTimers
from core.unit_of_work import Query, UnitOfWork
from storage.schema import AnyRow
from storage.tables.delivery import deliveries
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ
from tests.support.notices import WORD
from tests.unit.bot.post import Post
from tests.unit.bot.scripted import ScriptedMessenger

QUICK = Pace(overall=10_000, chat=10_000, burst=10_000, in_flight=4)


def use(post: Post, pace: Pace) -> None:
    post.red = ScriptedMessenger(pace=pace)
    post.sender = post.sender_of(post.red)


async def rows(post: Post) -> Sequence[AnyRow]:
    def look(uow: UnitOfWork) -> Sequence[AnyRow]:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(deliveries).order_by(deliveries.c.id)).all()

    return await post.store.transact(look)


async def plan(post: Post, message: Send) -> None:
    await post.store.transact(lambda uow: uow.apply(message))


async def tenure(post: Post, owner: str = "one") -> Tenure:
    lease = await post.store.transact(lambda uow: uow.apply(TakeLease("send:red", owner, 9)))
    assert lease is not None
    return Tenure(lease, post.store, post.steady.now + 7, post.steady)


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not what():
            await asyncio.sleep(0.001)


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_chat_whose_pace_is_used_up_is_put_off_and_not_read_again_and_again(post: Post) -> None:
    use(post, Pace(overall=1000, chat=1, burst=2))
    anna = await post.person("anna")
    for number in range(4):
        await post.send(anna, str(number))
    await post.sender.drain()
    assert post.red.texts() == ["0", "1"]
    third = (await rows(post))[2]
    assert (third.state, third.attempts) == (DeliveryState.WAITING.value, 0)
    assert third.due_at == post.clock.now() + timedelta(seconds=1)
    await post.passes(0.5)
    assert post.red.texts() == ["0", "1"]
    for _ in range(2):
        await post.passes(1)
    assert post.red.texts() == ["0", "1", "2", "3"]


async def test_a_group_has_a_pace_of_its_own(post: Post) -> None:
    use(post, Pace(overall=1000, chat=100, burst=2, group=0.1))
    post.red.capabilities = replace(post.red.capabilities, group=lambda chat: chat.startswith("-"))
    post.sender = post.sender_of(post.red)
    for number in range(3):
        for chat in ("-7", "7"):
            await plan(
                post, Send(kind=WORD, content=screen(f"{number}"), to=ToChat("red", chat), priority=Priority.REPLY)
            )
    await post.sender.drain()
    await post.passes(9)
    assert (post.red.texts("7"), post.red.texts("-7")) == (["0", "1", "2"], ["0", "1"])
    await post.passes(1)
    assert post.red.texts("-7") == ["0", "1", "2"]


async def test_an_alert_leaves_at_once_whatever_is_being_sent(post: Post) -> None:
    use(post, QUICK)
    people = [await post.person(f"p{number}") for number in range(10)]
    post.red.open.clear()
    await post.send(None, "News", Priority.BROADCAST)
    task = asyncio.create_task(post.sender.run())
    await post.red.in_flight(4)
    await post.send(people[-1], "Alert!", Priority.ALERT)
    await post.red.in_flight(5)
    assert post.red.texts() == ["News"] * 4 + ["Alert!"]
    post.red.open.set()
    await until(lambda: len(post.red.answered) == 11)
    await end(task)


async def test_the_last_of_the_pace_is_kept_for_an_alert(post: Post) -> None:
    use(post, Pace(overall=9, chat=10, burst=10, in_flight=50))
    people = [await post.person(f"p{number}") for number in range(20)]
    await post.send(None, "News", Priority.BROADCAST)
    await post.sender.drain()
    assert post.red.texts() == ["News"] * 2
    await post.send(people[-1], "Alert!", Priority.ALERT)
    await post.send(people[-1], "Another!", Priority.ALERT)
    await post.sender.drain()
    assert post.red.texts()[2:] == ["Alert!"]


async def test_alerts_that_stream_leave_answers_a_part_of_the_pace(post: Post) -> None:
    use(post, Pace(overall=4, chat=100, burst=100, in_flight=50))
    for number in range(20):
        await post.send(await post.person(f"a{number}"), "Alert!", Priority.ALERT)
    await post.send(await post.person("anna"), "Your answer")
    await post.sender.drain()
    for _ in range(4):
        await post.passes(0.25)
    assert "Your answer" in post.red.texts()
    assert post.red.texts().count("Alert!") >= 4


async def test_refusals_cost_no_attempt(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", *[Later(1)] * 5)
    await post.send(anna, "Hello")
    for _ in range(5):
        await post.passes(1)
        assert (await rows(post))[0].attempts == 0
    await post.passes(1)
    assert (await rows(post))[0].state == DeliveryState.SENT.value


async def test_quiet_hours_hold_a_notice_and_set_one_timer(post: Post) -> None:
    night = {"quiet": QuietHours(time(22), time(7)), "timezone": "Europe/Moscow"}
    anna = await employ(post.store, "anna", "red:anna", **night)
    post.clock.set(datetime(2026, 11, 25, 20, 30, tzinfo=UTC))
    for _ in range(2):
        await post.send(anna, "Notice", Priority.NOTICE)
    await post.send(None, "News", Priority.BROADCAST)
    await post.send(anna, "Answer")
    await plan(post, Send(kind=WORD, content=screen("Alert!"), to=ToPerson(anna), priority=Priority.ALERT, urgent=True))
    await post.sender.drain()
    assert sorted(post.red.texts()) == ["Alert!", "Answer"]
    held = [row.state for row in await rows(post)].count(DeliveryState.HELD.value)
    assert held == 3
    morning = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
    post.clock.set(morning)
    timers = await post.store.transact(lambda uow: uow.ask(DueTimers(10)))
    expected = when_over(anna, "Europe/Moscow", morning)
    assert [(timer.key, timer.at, timer.event) for timer in timers] == [(expected.key, morning, expected.event)]


async def test_by_day_nothing_is_held(post: Post) -> None:
    anna = await employ(post.store, "anna", "red:anna", quiet=QuietHours(time(22), time(7)))
    await post.send(anna, "Notice", Priority.NOTICE)
    await post.sender.drain()
    assert post.red.texts() == ["Notice"]


async def test_a_sender_whose_tenure_is_over_sends_nothing_more(post: Post) -> None:
    anna = await post.person("anna")
    mine = await tenure(post)
    task = asyncio.create_task(post.sender.run(mine))
    await post.send(anna, "one")
    await until(lambda: post.red.answered)
    post.steady.now += 8  # it was stopped for so long, and another may have taken over
    await post.send(anna, "two")
    with pytest.raises(Fenced):
        await asyncio.wait_for(task, 5)
    assert post.red.texts() == ["one"]
    assert await post.sender_of(post.red).drain() == 1
    assert post.red.texts() == ["one", "two"]


async def test_what_was_ready_when_the_tenure_ended_stays_waiting(post: Post) -> None:
    use(post, Pace(overall=10_000, chat=100, burst=100, in_flight=1))
    mine = await tenure(post)
    for name in ("anna", "boris", "clara"):
        await post.send(await post.person(name), name)
    post.red.open.clear()
    task = asyncio.create_task(post.sender.run(mine))
    await post.red.in_flight(1)
    post.steady.now += 8
    post.red.open.set()
    with pytest.raises(Fenced):
        await asyncio.wait_for(task, 5)
    assert post.red.texts() == ["anna"]
    # Nobody else had taken over, so what had arrived could be written down.
    assert [row.state for row in await rows(post)] == ["sent", "waiting", "waiting"]


async def test_outcomes_of_one_who_was_replaced_are_not_written(post: Post) -> None:
    mine = await tenure(post)
    anna = await post.person("anna")
    await post.send(anna, "one")
    post.red.open.clear()
    task = asyncio.create_task(post.sender.run(mine))
    await post.red.in_flight(1)
    post.clock.move(timedelta(seconds=10))
    other = await post.store.transact(lambda uow: uow.apply(TakeLease("send:red", "two", 9)))
    assert other == Lease("send:red", 2)
    with capture_logs() as logs:
        post.red.open.set()
        with pytest.raises(Fenced):
            await asyncio.wait_for(task, 5)
    assert [(entry["event"], entry["number"]) for entry in logs if entry["event"] == "outcomes_lost"] == [
        ("outcomes_lost", 1)
    ]
    assert (await rows(post))[0].state == DeliveryState.WAITING.value


async def test_an_adapter_can_ask_in_the_last_moment(post: Post) -> None:
    asked: list[bool] = []

    class Slow(ScriptedMessenger):
        async def send(self, chat: str, page: Page, key: str) -> Outcome:
            asked.append(may_leave())
            post.steady.now += 8
            asked.append(may_leave())
            return Sent(Receipt(("m1",)))

    post.red = Slow()
    post.sender = post.sender_of(post.red)
    await post.send(await post.person("anna"), "one")
    with pytest.raises(Fenced):
        await asyncio.wait_for(post.sender.run(await tenure(post)), 5)
    assert asked == [True, False]
    assert may_leave()


async def test_what_does_not_answer_before_the_end_is_uncertain(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.send.delivery.LAST_WAIT", 0.01)
    await post.send(await post.person("anna"), "answer")
    await post.person("boris")
    message = await post.send(None, "News", Priority.BROADCAST)
    post.red.open.clear()
    task = asyncio.create_task(post.sender.run())
    await post.red.in_flight(2)
    await end(task)
    assert (await post.tally(message)).uncertain >= 1
    assert (await rows(post))[0].state == DeliveryState.WAITING.value


async def test_one_line_a_request_without_words_or_addresses(post: Post) -> None:
    anna = await post.person("anna")
    post.red.will("chat-anna", Refused("too long"), Uncertain("reset"))
    with capture_logs() as logs:
        first = await post.send(anna, "private words")
        await post.sender.drain()
        await post.send(anna, "private words")
        await post.sender.drain()
        await post.send(None, "private news", Priority.BROADCAST)
        await post.passes(2)
    lines = [entry for entry in logs if entry["event"] == "delivery"]
    assert [(line["log_level"], line["outcome"], line["priority"], line["reason"]) for line in lines] == [
        ("error", "refused", "reply", "too long"),
        ("info", "uncertain", "reply", "reset"),
        ("debug", "sent", "reply", ""),
        ("debug", "sent", "broadcast", ""),
    ]
    assert (lines[0]["message"], lines[0]["messenger"]) == (first, "red")
    assert set(lines[0]) == {
        *("event", "log_level", "cause", "delivery", "message", "messenger", "priority", "outcome", "reason", "ms")
    }
    assert "private" not in str(logs)
    assert "anna" not in str(logs)


async def test_what_is_counted(post: Post) -> None:
    anna, boris = await post.person("anna"), await post.person("boris")
    post.red.will("chat-anna", Unreachable("bot was blocked by the user"))
    post.red.will("chat-boris", Later(1))
    await post.send(anna, "one")
    await post.send(boris, "two", Priority.NOTICE)
    await post.sender.drain()
    await post.passes(1)
    assert post.sender.sends == {
        ("Unreachable", Priority.REPLY): 1,
        ("Later", Priority.NOTICE): 1,
        ("Sent", Priority.NOTICE): 1,
    }
    assert post.sender.refusals == {"blocked": 1, "too_fast": 1}
    assert post.sender.outcomes == {"Unreachable": 1, "Later": 1, "Sent": 1}
    assert post.sender.seconds.count == 3


async def test_one_alert_is_looked_up_alone_and_of_a_stream_many_together(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.send.delivery.STREAM", 60.0)
    hurried: list[bool] = []
    ask = SqlUnitOfWork.ask

    def watched(uow: SqlUnitOfWork, query: Query[Any]) -> Any:
        if isinstance(query, WantedCopies):
            hurried.append(not query.broadcasts)
        return ask(uow, query)

    people = [await post.person(f"p{number}") for number in range(20)]
    monkeypatch.setattr(SqlUnitOfWork, "ask", watched)
    task = asyncio.create_task(post.sender.run())
    for person in people:
        await post.send(person, "Alert!", Priority.ALERT)
    await until(lambda: len(post.red.answered) == 20)
    await end(task)
    assert hurried.count(True) == 1
    assert [row.state for row in await rows(post)] == ["sent"] * 20
