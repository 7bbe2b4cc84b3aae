"""The ledger: copies that are found again by what a messenger calls them, and their choices."""

from __future__ import annotations

from core.chat.messenger import Receipt
from core.chat.pages import Choice
from core.copies import AskedMenu, OnTheWay, Settled, SpendChoices, UnaskedMenus, Wanted
from core.delivery import DeliveryState, Priority, Respond, Revise, Send, ToAudience, ToChat, Withdraw
from core.people.audience import Audience
from storage.database import Database
from tests.contract.storage.company import became, employ, saying, sent, settle, work
from tests.contract.storage.ledger import (
    HERE,
    SECONDS,
    apply,
    copy_at,
    counters_are_right,
    plan,
    revise,
)
from tests.support.clock import MovableClock
from tests.support.notices import WORD

__all__ = ["counters_are_right"]


async def test_a_press_finds_its_copy_by_any_of_its_messages(store: Database, clock: MovableClock) -> None:
    choices = (Choice("Yes", "y"), Choice("No", "n"))
    await plan(store, "menu")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", "11", choices=choices))

    async def at(native: str) -> tuple[int, tuple[Choice, ...]] | None:
        found = await copy_at(store, native)
        return None if found is None else (found.delivery_id, found.choices)

    assert await at("10") == await at("11") == (copy.delivery_id, choices)
    assert await at("12") is None
    assert await copy_at(store, "10", "blue") is None


async def test_an_outcome_is_written_down_whatever_its_labels_hold(store: Database) -> None:
    """One of them that the database cannot hold would keep a whole batch from being known as sent."""
    await plan(store, "menu")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", choices=(Choice("a\x00b", "y"), Choice("a\\u0000b", "n"))))
    found = await copy_at(store, "10")
    assert found is not None
    assert [choice.label.replace("\x00", "") for choice in found.choices] == ["ab", "a\\u0000b"]


async def test_the_menu_asked_for_last_is_known_whatever_arrives_when(store: Database, clock: MovableClock) -> None:
    async def menus() -> tuple[str | None, list[str]]:
        asked = await store.transact(lambda uow: uow.ask(AskedMenu("red", "chat-1")))
        unasked = await store.transact(lambda uow: uow.ask(UnaskedMenus("red", "chat-1", 2)))
        return None if asked is None else asked.native, [copy.native for copy in unasked]

    async def arrives(copy: Wanted, native: str) -> None:
        clock.move(SECONDS)
        await settle(store, sent(copy, native, choices=(Choice("Yes", "y"),)))

    assert await menus() == (None, [])
    answers = [Respond(content=saying(text), to=HERE) for text in ("first", "second")]
    await store.transact(lambda uow: [uow.apply(answer) for answer in answers])
    first = (await work(store))[0]
    assert first.asked
    await arrives(first, "1st")
    await arrives((await work(store))[0], "2nd")
    for native in ("alert", "poll", "progress"):
        await plan(store, native)
        (copy,) = await work(store)
        assert not copy.asked
        await arrives(copy, native)
    assert await menus() == ("2nd", ["progress", "poll"])
    await apply(store, Revise(first.message_id, saying("by itself")))
    await arrives((await work(store))[0], "1st")
    assert await menus() == ("2nd", ["progress", "poll"])
    await apply(store, Revise(first.message_id, saying("as an answer"), asked=True))
    (copy,) = await work(store)
    await arrives(copy, "1st")
    assert await menus() == ("1st", ["progress", "poll"])
    await apply(store, Withdraw(first.message_id, saying("gone")))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.REMOVED))
    assert await menus() == ("2nd", ["progress", "poll"])


async def test_a_copy_tells_what_it_is_about(store: Database) -> None:
    send = Send(kind=WORD, about=7, content=saying("Picnic"), to=HERE, priority=Priority.NOTICE)
    respond = Respond(content=saying("an answer"), to=HERE)
    for change, native in ((send, "10"), (respond, "11")):
        await apply(store, change)
        (copy,) = await work(store)
        await settle(store, sent(copy, native))
    told, answered = await copy_at(store, "10"), await copy_at(store, "11")
    assert told is not None
    assert answered is not None
    assert ((told.kind, told.about), (answered.kind, answered.about)) == (("tests.word", 7), (None, None))


async def test_a_menu_of_one_messenger_is_none_of_another(store: Database) -> None:
    for messenger in ("red", "blue"):
        await apply(store, Respond(content=saying("menu"), to=ToChat(messenger, "chat-1")))
        (copy,) = await work(store, messenger)
        await settle(store, sent(copy, "10", choices=(Choice(messenger, messenger),)))
    for messenger in ("red", "blue"):
        found = await copy_at(store, "10", messenger)
        menu = await store.transact(lambda uow, name=messenger: uow.ask(AskedMenu(name, "chat-1")))  # type: ignore[misc]
        assert found is not None
        assert menu is not None
        assert found.choices == menu.choices == (Choice(messenger, messenger),)
        assert found.delivery_id == menu.delivery_id


async def test_choices_are_spent_until_something_else_is_shown(store: Database) -> None:
    choices = (Choice("Yes", "y", "1️⃣"), Choice("No", "n"))
    await apply(store, Respond(content=saying("one"), to=ToChat("red", "chat-1", None, 7)))
    (copy,) = await work(store)
    receipt = Receipt(("10",), version="v1")
    shown = Settled(delivery_id=copy.delivery_id, state=DeliveryState.SENT, shown=1, receipt=receipt, choices=choices)
    await settle(store, shown)
    await store.transact(lambda uow: uow.apply(SpendChoices(copy.delivery_id)))
    spent = await copy_at(store, "10")
    assert spent is not None
    assert (spent.person_id, spent.version) == (7, "v1")
    assert spent.choices == (Choice("Yes", "", "1️⃣"), Choice("No", ""))
    menu = await store.transact(lambda uow: uow.ask(AskedMenu("red", "chat-1")))
    assert menu == spent, "what is spent still takes the numbers that are meant for it"
    await revise(store, copy.message_id, "two")
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


async def test_an_edit_that_became_other_messages_is_found_by_them(store: Database) -> None:
    message_id = await plan(store, "one")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", "11", choices=(Choice("Yes", "y"),)))
    await revise(store, message_id, "two")
    (copy,) = await work(store)
    await settle(store, sent(copy, "10", "12"))
    found = [await copy_at(store, native) for native in ("10", "11", "12")]
    assert [copy is not None for copy in found] == [True, False, True]
    assert await store.transact(lambda uow: uow.ask(AskedMenu("red", "chat-1"))) is None


async def test_a_message_to_many_is_shared(store: Database) -> None:
    await employ(store, "Orlova", "red:1")
    await plan(store, to=ToAudience(Audience(everybody=True)))
    (copy,) = await work(store)
    await settle(store, sent(copy, "10"))
    found = await copy_at(store, "10")
    assert found is not None
    assert found.shared
