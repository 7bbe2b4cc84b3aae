"""The ledger: what is planned, what is due, and what becomes of each copy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from core.chat.messenger import Receipt
from core.chat.pages import Choice
from core.chat.screens import Screen
from core.delivery import (
    AddRecipients,
    Backlog,
    Copy,
    CopyAt,
    DeliveryState,
    LatestMenu,
    OnTheWay,
    Pause,
    Priority,
    Progress,
    Recipients,
    Resend,
    Revise,
    Send,
    Settled,
    SpendChoices,
    Tally,
    ToAudience,
    ToChat,
    ToPerson,
    Wanted,
    Withdraw,
    WriteFirst,
)
from core.people.audience import Audience
from core.people.person import Account, Department
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.tables.delivery import messages
from storage.tables.people import accounts
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import became, employ, recounted, saying, sent, settle, states, work
from tests.support.clock import MovableClock

SECONDS = timedelta(seconds=1)
HERE = ToChat("red", "chat-1")


@pytest.fixture(autouse=True)
async def counters_are_right(store: Database) -> object:
    """After each test the counters are those of a recount."""
    yield
    await store.transact(recounted)


async def plan(
    store: Database,
    text: str = "hello",
    to: Recipients = HERE,
    priority: Priority = Priority.NOTICE,
    key: str | None = None,
) -> int:
    return await store.transact(lambda uow: uow.apply(Send(content=saying(text), to=to, priority=priority, key=key)))


async def revise(store: Database, message_id: int, text: str) -> None:
    await store.transact(lambda uow: uow.apply(Revise(message_id, saying(text))))


async def withdraw(store: Database, message_id: int) -> None:
    await store.transact(lambda uow: uow.apply(Withdraw(message_id, saying("withdrawn"))))


async def tally(store: Database, message_id: int) -> Tally:
    return await store.transact(lambda uow: uow.ask(Progress(message_id)))


async def account_at(store: Database, address: str) -> Account:
    def look(uow: UnitOfWork) -> Account:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(Account).where(accounts.c.address == address)).scalar_one()

    return await store.transact(look)


async def copy_at(store: Database, native: str, messenger: str = "red") -> Copy | None:
    return await store.transact(lambda uow: uow.ask(CopyAt(messenger, "chat-1", native)))


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
        total=2, waiting=1, sent=0, stale=0, unreachable=1, uncertain=0, failed=0
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

    def said(copies: list[Wanted]) -> list[Screen]:
        return [copy.content for copy in copies]

    due = await work(store)
    assert said(due) == [saying(text) for text in ("alert", "notice 1", "elsewhere", "broadcast")]
    assert said(await work(store, limit=2)) == [saying("alert"), saying("notice 1")]
    busy = frozenset(copy.delivery_id for copy in due[:2])
    assert said(await work(store, busy=busy)) == [saying("elsewhere"), saying("broadcast")]
    await settle(store, *(sent(copy) for copy in due))
    assert said(await work(store)) == [saying("notice 2")]


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


async def test_a_press_finds_its_copy_by_any_of_its_messages(store: Database, clock: MovableClock) -> None:
    choices = (Choice("Yes", "y"), Choice("No", "n"))
    await plan(store, "menu")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", "11", choices=choices))

    async def at(native: str) -> tuple[int, tuple[Choice, ...], bool] | None:
        found = await copy_at(store, native)
        return None if found is None else (found.delivery_id, found.choices, found.latest)

    assert await at("10") == await at("11") == (copy.delivery_id, choices, True)
    assert await at("12") is None
    assert await copy_at(store, "10", "blue") is None

    clock.move(SECONDS)
    await plan(store, "something else")
    (other,) = await work(store)
    await settle(store, sent(other, "20"))
    assert await at("11") == (copy.delivery_id, choices, False)
    menu = await store.transact(lambda uow: uow.ask(LatestMenu("red", "chat-1")))
    assert menu is not None
    assert (menu.delivery_id, menu.native, menu.shared, menu.shown) == (copy.delivery_id, "11", False, 1)


async def test_a_menu_of_one_messenger_is_none_of_another(store: Database) -> None:
    for messenger in ("red", "blue"):
        await plan(store, messenger, ToChat(messenger, "chat-1"))
        (copy,) = await work(store, messenger)
        await settle(store, sent(copy, "10", choices=(Choice(messenger, messenger),)))
    for messenger in ("red", "blue"):
        found = await copy_at(store, "10", messenger)
        menu = await store.transact(lambda uow, name=messenger: uow.ask(LatestMenu(name, "chat-1")))  # type: ignore[misc]
        assert found is not None
        assert menu is not None
        assert found.choices == menu.choices == (Choice(messenger, messenger),)
        assert found.delivery_id == menu.delivery_id


async def test_choices_are_spent_until_something_else_is_shown(store: Database) -> None:
    choices = (Choice("Yes", "y", "1️⃣"), Choice("No", "n"))
    message_id = await plan(store, to=ToChat("red", "chat-1", None, 7))
    (copy,) = await work(store)
    receipt = Receipt(("10",), version="v1")
    shown = Settled(delivery_id=copy.delivery_id, state=DeliveryState.SENT, shown=1, receipt=receipt, choices=choices)
    await settle(store, shown)
    await store.transact(lambda uow: uow.apply(SpendChoices(copy.delivery_id)))
    spent = await copy_at(store, "10")
    assert spent is not None
    assert (spent.person_id, spent.version) == (7, "v1")
    assert spent.choices == (Choice("Yes", "", "1️⃣"), Choice("No", ""))
    menu = await store.transact(lambda uow: uow.ask(LatestMenu("red", "chat-1")))
    assert menu == spent, "what is spent still takes the numbers that are meant for it"
    await revise(store, message_id, "two")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", choices=choices[1:]))
    again = await copy_at(store, "10")
    assert again is not None
    assert again.choices == choices[1:]


async def test_a_chat_has_something_on_the_way_until_all_is_shown(store: Database) -> None:
    async def on_the_way(chat: str) -> bool:
        return await store.transact(lambda uow: uow.ask(OnTheWay("red", chat)))

    message_id = await plan(store, to=ToChat("red", "chat-1"))
    assert [await on_the_way(chat) for chat in ("chat-1", "chat-2")] == [True, False]
    (copy,) = await work(store)
    await settle(store, sent(copy, "10"))
    assert not await on_the_way("chat-1")
    await revise(store, message_id, "two")
    assert await on_the_way("chat-1")


async def test_who_never_wrote_is_written_to_where_one_can_write_first(store: Database) -> None:
    person = await employ(store, "Petrova")
    await store.transact(lambda uow: uow.add(Account(messenger="red", address="@anna:example.org", person_id=person)))
    await store.transact(lambda uow: uow.apply(WriteFirst(("blue",))))
    assert (await tally(store, await plan(store, to=ToPerson(person)))).unreachable == 1
    await store.transact(lambda uow: uow.apply(WriteFirst(("red",))))
    message_id = await plan(store, to=ToAudience(Audience(everybody=True)))
    (copy,) = await work(store)
    assert (copy.message_id, copy.chat) == (message_id, "@anna:example.org")
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="no such account"))
    assert (await tally(store, await plan(store, to=ToPerson(person)))).unreachable == 1


async def test_a_copy_moves_to_an_account_that_never_wrote(store: Database) -> None:
    person = await employ(store, "Petrova", "red:1", preferred="red")
    await store.transact(lambda uow: uow.add(Account(messenger="blue", address="@anna:example.org", person_id=person)))
    await store.transact(lambda uow: uow.apply(WriteFirst(("blue",))))
    await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.UNREACHABLE, reason="blocked"))
    assert [copy.chat for copy in await work(store, "blue")] == ["@anna:example.org"]


async def test_an_edit_that_became_other_messages_is_found_by_them(store: Database) -> None:
    message_id = await plan(store, "one")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", "11", choices=(Choice("Yes", "y"),)))
    await revise(store, message_id, "two")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", "12"))
    found = [await copy_at(store, native) for native in ("10", "11", "12")]
    assert [copy is not None for copy in found] == [True, False, True]
    assert await store.transact(lambda uow: uow.ask(LatestMenu("red", "chat-1"))) is None


async def test_a_message_to_many_is_shared(store: Database) -> None:
    await employ(store, "Orlova", "red:1")
    await plan(store, to=ToAudience(Audience(everybody=True)))
    (copy,) = await work(store)
    await settle(store, sent(copy, "10"))
    found = await copy_at(store, "10")
    assert found is not None
    assert found.shared


async def test_the_backlog_is_counted_by_queue(store: Database) -> None:
    await plan(store)
    await plan(store, to=ToChat("red", "chat-2"))
    await plan(store, to=ToChat("blue", "chat-2"), priority=Priority.ALERT)
    assert await store.transact(lambda uow: uow.ask(Backlog())) == ((("blue", "alert"), 1), (("red", "notice"), 2))


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
