"""The ledger: what is planned, and how copies follow their message."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core.access import Roles
from core.chat.messenger import Receipt
from core.delivery import AddRecipients, DeliveryState, Recipients, Resend, Tally, ToAudience, ToChat, ToPerson
from core.people.audience import Audience
from core.people.person import Account, Department
from core.people.roles import HR
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.tables.delivery import messages
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import became, employ, saying, sent, settle, states, work
from tests.contract.storage.ledger import (
    SECONDS,
    account_at,
    counters_are_right,
    plan,
    revise,
    tally,
    withdraw,
)
from tests.support.clock import MovableClock

__all__ = ["counters_are_right"]


async def test_an_answer_goes_to_its_chat(store: Database) -> None:
    message_id = await plan(store)
    (copy,) = await work(store)
    assert (copy.message_id, copy.chat, copy.revision, copy.shown) == (message_id, "chat-1", 1, 0)
    assert (copy.content, copy.receipt, copy.roles, copy.withdrawn) == (saying("hello"), None, None, False)
    await settle(store, sent(copy))
    assert await work(store) == []
    assert await states(store, message_id) == ["sent"]


async def test_a_copy_knows_its_reader(store: Database) -> None:
    person = await employ(store, "Orlova", "red:1", language="ru", timezone="Asia/Omsk", roles=Roles.of(HR))
    await plan(store, to=ToPerson(person))
    (copy,) = await work(store)
    assert (copy.person_id, copy.language, copy.timezone) == (person, "ru", "Asia/Omsk")
    assert copy.roles == Roles.of(HR).text


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
    cook = await employ(store, "Cook", "red:1", department_id=kitchen, roles=Roles.of(HR))
    hr = await employ(store, "Hr", "red:2", roles=Roles.of(HR))
    named = await employ(store, "Named", "red:3")
    await employ(store, "Other", "red:4")
    audience = Audience(departments=(kitchen,), roles=(HR.name,), people=(named, cook))
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
