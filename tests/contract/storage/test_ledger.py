"""The ledger: what is planned, what is due, and how copies follow their message."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import time
from functools import partial

import pytest
from sqlalchemy import update

from core.access import Role
from core.chat.messenger import Receipt
from core.delivery import (
    AddRecipients,
    Backlog,
    DeliveryState,
    Pause,
    Priority,
    Queue,
    Recipients,
    Resend,
    Revise,
    Send,
    Tally,
    ToAudience,
    ToChat,
    ToPerson,
    WantedCopies,
)
from core.people.audience import Audience
from core.people.person import Account, Department
from core.people.quiet import QuietHours
from core.unit_of_work import Change, UnitOfWork
from storage.database import Database
from storage.queue import RUNNING
from storage.tables.delivery import messages
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import became, employ, saying, sent, settle, states, work
from tests.contract.storage.ledger import (
    HERE,
    SECONDS,
    account_at,
    apply,
    ask,
    counters_are_right,
    plan,
    revise,
    said,
    tally,
    withdraw,
)
from tests.support.clock import MovableClock

__all__ = ["counters_are_right"]


async def test_an_answer_goes_to_its_chat(store: Database) -> None:
    message_id = await plan(store)
    (copy,) = await work(store)
    assert (copy.message_id, copy.chat, copy.revision, copy.shown) == (message_id, "chat-1", 1, 0)
    assert (copy.content, copy.receipt, copy.roles, copy.withdrawn) == (saying("hello"), None, 0, False)
    await settle(store, sent(copy))
    assert await work(store) == []
    assert await states(store, message_id) == ["sent"]


async def test_a_copy_knows_its_reader(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", language="ru", timezone="Asia/Omsk", roles=Role.HR | Role.EMPLOYEE)
    await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    assert (copy.person_id, copy.language, copy.timezone) == (person, "ru", "Asia/Omsk")
    assert copy.roles == Role.HR | Role.EMPLOYEE


async def test_the_same_key_plans_nothing(store: Database) -> None:
    first = await plan(store, "one", key="call 7")
    assert await plan(store, "two", key="call 7") == first
    (copy,) = await work(store)
    assert copy.content == saying("one")


@pytest.mark.parametrize(
    ("preferred", "messenger"), [(None, "red"), ("red", "red"), ("blue", "blue"), ("green", "red")]
)
async def test_a_person_is_written_to_where_it_prefers(store: Database, preferred: str | None, messenger: str) -> None:
    person = await employ(store, "Orlova", "red:1", "blue:2", preferred=preferred)
    await plan(store, to=ToPerson(person))
    assert {name: len(await work(store, name)) for name in ("red", "blue")} == {
        "red": int(messenger == "red"),
        "blue": int(messenger == "blue"),
    }


async def test_an_account_that_cannot_be_reached_is_passed_over(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", "blue:2", preferred="red")
    blocked = await account_at(store, "1")

    def block(uow: UnitOfWork) -> None:
        account = uow.get(Account, blocked.id)
        assert account is not None
        account.unreachable = "blocked"

    await store.transact(block)
    await plan(store, to=ToPerson(person))
    assert len(await work(store, "blue")) == 1


async def test_who_has_no_account_is_counted(store: Database) -> None:
    await employ(store, "Orlova", "red:1")
    await employ(store, "Petrova")
    await employ(store, "Retired", "red:3", active=False)
    message_id = await plan(store, to=ToAudience(Audience(everybody=True)))
    assert await tally(store, message_id) == Tally(
        total=2, waiting=1, held=0, sent=0, stale=0, unreachable=1, uncertain=0, failed=0
    )
    gone = await plan(store, to=ToPerson(3))
    assert (await tally(store, gone)).unreachable == 1


async def test_an_audience_is_departments_roles_and_names_without_repeats(store: Database) -> None:
    async def department(name: str) -> int:
        def make(uow: UnitOfWork) -> int:
            uow.add(made := Department(name=name))
            uow.flush()
            return made.id

        return await store.transact(make)

    kitchen = await department("Kitchen")
    cook = await employ(store, "Cook", "red:1", department_id=kitchen, roles=Role.EMPLOYEE | Role.HR)
    hr = await employ(store, "Hr", "red:2", roles=Role.HR)
    named = await employ(store, "Named", "red:3")
    await employ(store, "Other", "red:4")
    audience = Audience(departments=(kitchen,), roles=Role.HR, people=(named, cook))
    await plan(store, to=ToAudience(audience))
    assert [copy.person_id for copy in await work(store)] == [cook, hr, named]


async def test_more_recipients_get_one_copy_each(store: Database) -> None:
    first = await employ(store, "Orlova", "red:1")
    second = await employ(store, "Petrova", "red:2")
    message_id = await plan(store, to=ToPerson(first))

    async def add(to: Recipients) -> int:
        return await store.transact(lambda uow: uow.apply(AddRecipients(message_id, to)))

    assert await add(ToAudience(Audience(people=(first, second)))) == 1
    assert await add(ToChat("red", "chat-1")) == 0
    assert await add(ToChat("red", "group")) == 1
    assert (await tally(store, message_id)).total == 3
    await withdraw(store, message_id)
    assert await add(ToChat("red", "another group")) == 0


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


async def test_an_edit_before_the_send_replaces(store: Database) -> None:
    message_id = await plan(store, "one")
    await revise(store, message_id, "two")
    await revise(store, message_id, "three")
    (copy,) = await work(store)
    assert (copy.content, copy.revision, copy.shown) == (saying("three"), 3, 0)
    await settle(store, sent(copy))
    assert await work(store) == []


async def test_an_edit_after_the_send_makes_the_copy_follow(store: Database, clock: MovableClock) -> None:
    message_id = await plan(store, "one")
    (copy,) = await work(store)
    await settle(store, sent(copy, "a", "b"))
    clock.move(SECONDS)
    await revise(store, message_id, "two")
    assert (await tally(store, message_id)).stale == 1
    (copy,) = await work(store)
    assert (copy.shown, copy.revision, copy.receipt) == (1, 2, Receipt(("a", "b")))
    assert copy.sent_at == clock.now() - SECONDS
    await settle(store, sent(copy, "a", "b"))
    assert await states(store, message_id) == ["sent"]


async def test_an_edit_during_the_send_leaves_the_copy_stale(store: Database) -> None:
    message_id = await plan(store, "one")
    (copy,) = await work(store)
    await revise(store, message_id, "two")
    await settle(store, sent(copy))
    assert await states(store, message_id) == ["stale"]
    (copy,) = await work(store)
    assert (copy.shown, copy.revision) == (1, 2)


async def test_what_is_withdrawn_before_the_send_is_never_sent(store: Database) -> None:
    message_id = await plan(store)
    await withdraw(store, message_id)
    assert await work(store) == []
    assert await states(store, message_id) == ["cancelled"]


@pytest.mark.parametrize("end", [DeliveryState.REMOVED, DeliveryState.SENT])
async def test_what_arrived_is_deleted_or_replaced(store: Database, end: DeliveryState) -> None:
    message_id = await plan(store)
    (copy,) = await work(store)
    await settle(store, sent(copy))
    await withdraw(store, message_id)
    (copy,) = await work(store)
    assert copy.withdrawn
    assert copy.content == saying("withdrawn")
    await settle(store, became(copy, end) if end is DeliveryState.REMOVED else sent(copy))
    assert await states(store, message_id) == [end.value]
    await revise(store, message_id, "too late")
    assert await work(store) == []


async def test_what_is_withdrawn_during_the_send_is_deleted_if_it_arrived(store: Database) -> None:
    arrived, refused = await plan(store), await plan(store, to=ToChat("red", "chat-2"))
    first, second = await work(store)
    await withdraw(store, arrived)
    await withdraw(store, refused)
    await settle(store, sent(first), became(second, DeliveryState.FAILED, reason="no"))
    assert await states(store, arrived) == ["stale"]
    assert await states(store, refused) == ["cancelled"]


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


async def test_what_is_uncertain_is_sent_again_on_demand(store: Database) -> None:
    message_id = await plan(store)
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.UNCERTAIN, reason="reset"))
    assert await work(store) == []
    assert (await tally(store, message_id)).uncertain == 1
    assert await store.transact(lambda uow: uow.apply(Resend(message_id))) == 1
    assert await store.transact(lambda uow: uow.apply(Resend(message_id))) == 0
    assert len(await work(store)) == 1


async def test_a_refused_copy_is_tried_again_with_new_content(store: Database) -> None:
    message_id = await plan(store)
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.FAILED, reason="too long"))
    assert (await tally(store, message_id)).failed == 1
    await revise(store, message_id, "shorter")
    (copy,) = await work(store)
    assert (copy.content, copy.shown, copy.attempts) == (saying("shorter"), 0, 0)


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
    person = await employ(store, "Orlova", "red:1", quiet_from=hours.start, quiet_to=hours.end)
    for priority in Priority:
        await plan(store, priority.name, ToPerson(person), priority)
    quiet = {said([copy])[0]: copy.quiet for copy in await work(store)}
    assert quiet == {"ALERT": hours, "REPLY": None, "NOTICE": hours, "BROADCAST": hours}


async def test_what_is_urgent_or_was_seen_is_not_held(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", quiet_from=time(22, 0), quiet_to=time(7, 30))
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
        uow.apply(Send(content=saying("hello"), to=HERE, priority=Priority.REPLY))

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
        return Send(content=saying("hello"), to=HERE, priority=priority)

    assert await after(send(Priority.NOTICE)) == ["deliveries"]
    assert await after(send(Priority.BROADCAST)) == ["deliveries"]
    assert await after(send(Priority.ALERT)) == ["alerts", "deliveries"]
    assert await after(send(Priority.REPLY)) == ["alerts", "deliveries"]
    assert await after(Revise(4, saying("changed"))) == ["alerts", "deliveries"]


async def test_a_content_of_another_version_stops_nobody(store: Database) -> None:
    broken = await plan(store)
    await plan(store, "fine", ToChat("red", "chat-2"))

    def spoil(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.session.execute(update(messages).where(messages.c.id == broken).values(content={"_": "Hologram"}))

    await store.transact(spoil)
    assert [copy.content for copy in await work(store)] == [saying("fine")]
    assert await states(store, broken) == ["failed"]


async def test_progress_of_an_unknown_message_is_an_error(store: Database) -> None:
    with pytest.raises(LookupError):
        await tally(store, 12345)
