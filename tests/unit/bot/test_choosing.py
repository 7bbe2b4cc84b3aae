"""Menus without buttons: chosen by sign, number, label and word, by the right person, and only once where it counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select

from bot.rooms import open_house
from bot.talk.choosing import word
from bot.talk.language import Languages
from bot.talk.menu import OpenMenu
from core.chat.events import Attached, Chosen, Said
from core.chat.files import Attachment, Media
from core.unit_of_work import UnitOfWork
from storage.files import FileStore
from storage.tables.people import departments
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import MovableClock
from tests.support.plain import Shown
from tests.support.plain_wire import PlainPerson, PlainWire
from tests.support.world import World, a_world
from tests.unit.bot.conftest import small_house

GROUP = "room"


@pytest.fixture
async def world(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> AsyncIterator[World]:
    """The cast on a messenger whose options have signs."""
    file, wire = tmp_path / "kollega.db", PlainWire(FileStore(tmp_path), choice_keys=8)
    async with a_world(file, sqlite_template, wire, clock, small_house()) as opened:
        yield opened


@pytest.fixture
async def anna(world: World) -> PlainPerson:
    return cast(PlainPerson, await world.joins("employee"))


@pytest.fixture
async def boris(world: World) -> PlainPerson:
    return cast(PlainPerson, await world.joins("colleague"))


def lines(world: World, chat: str) -> list[Shown]:
    wire = world.wire
    assert isinstance(wire, PlainWire)
    return wire.messenger.chats[chat].lines


async def burnt(world: World) -> int:
    def count(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        ashes = select(func.count()).where(departments.c.name.startswith("ashes"))
        return uow.session.execute(ashes).scalar_one()

    return await world.store.transact(count)


async def test_an_option_is_chosen_by_its_sign(anna: PlainPerson) -> None:
    await anna.says("!count")
    anna.sees_last("0\n\n1. More\n\nAnswer with a number or press a reaction.")
    await anna.reacts("1️⃣", of="Count")
    anna.sees_last("Count\n1\n")
    await anna.reacts("1\N{COMBINING ENCLOSING KEYCAP}", of="Count")
    anna.sees_last("Count\n2\n")
    assert len(anna.messages()) == 1


async def test_signs_that_mean_nothing_are_left_alone(anna: PlainPerson) -> None:
    await anna.says("!count")
    before = anna.messages()
    await anna.reacts("👍", of="Count")
    await anna.reacts("7️⃣", of="Count")
    await anna.does(Chosen, sign="1️⃣", message="not the bot's")
    assert anna.messages() == before


async def test_a_sign_for_what_is_not_shown_any_more_is_told_once(anna: PlainPerson, world: World) -> None:
    await anna.says("!count")
    shown = f"v{lines(world, anna.key)[-1].id}"
    await anna.reacts("1️⃣", of="Count", version=shown)
    await anna.reacts("1️⃣", of="Count", version=shown)
    await anna.reacts("1️⃣", of="Count", version=shown)
    assert anna.count("Count\n1\n") == 1
    assert anna.count("This menu has just changed. Please choose again.") == 1
    assert lines(world, anna.key)[-1].quiet


async def test_a_sign_that_is_faster_than_the_receipt_is_not_lost(anna: PlainPerson, world: World) -> None:
    await anna.says("!count")
    menu = lines(world, anna.key)[-1].id
    early = [
        Said(**anna._origin(), text="!count"),
        Chosen(**anna._origin(), sign="1️⃣", message=str(int(menu) + 1)),
        Chosen(**anna._origin(), sign="1️⃣", message=menu, version="not settled yet"),
    ]
    await world.inbox.store(early, None)
    await world.settle()
    assert anna.count("Count\n0\n") == 2
    await world.passes(timedelta(seconds=1))
    assert anna.count("Count\n0\n") == 1
    assert anna.count("Count\n1\n") == 1
    await world.passes(timedelta(minutes=1))
    assert anna.count("This menu has just changed.") == 1
    assert await world.app.schedule.run_due() == 0


async def test_in_a_group_a_menu_is_for_the_asker(anna: PlainPerson, boris: PlainPerson, world: World) -> None:
    await anna.does(Said, text="!menu", chat=GROUP, private=False, place="thread:1")
    (menu,) = lines(world, GROUP)
    assert menu.place == "thread:1"
    for _ in range(2):
        await boris.does(Chosen, sign="1️⃣", message=menu.id, chat=GROUP, private=False)
        await boris.does(Said, text="1", reply_to=menu.id, chat=GROUP, private=False)
    assert [line.text for line in lines(world, GROUP)[1:]] == ["This menu is for somebody else."]
    await anna.does(Said, text="1", chat=GROUP, private=False)
    assert lines(world, GROUP)[0].text.startswith("Menu"), "what people say to each other presses nothing"
    await anna.does(Said, text="1", reply_to=menu.id, chat=GROUP, private=False)
    counted = lines(world, GROUP)[-1]
    assert counted.text.startswith("Count\n1")
    assert lines(world, GROUP)[0] == menu
    await anna.does(Chosen, sign="1️⃣", message=counted.id, chat=GROUP, private=False)
    assert lines(world, GROUP)[-1].text.startswith("Count\n2")
    assert len(lines(world, GROUP)) == 3


async def test_what_cannot_be_undone_has_a_menu_of_its_own_that_works_once(anna: PlainPerson, world: World) -> None:
    await anna.says("!letter")
    await anna.reacts("1️⃣", of="Letter")
    assert [line.text.split("\n")[0] for line in lines(world, anna.key)] == ["Letter", "Burn it?"]
    await anna.reacts("1️⃣", of="Letter")
    assert await burnt(world) == 0
    assert anna.count("Burn it?") == 2
    question = lines(world, anna.key)[-1].id
    twice = [
        Chosen(**anna._origin(), sign="1️⃣", message=question),
        Chosen(**anna._origin(), sign="1️⃣", message=question),
        Said(**anna._origin(), text="1"),
    ]
    await world.inbox.store(twice, None)
    await world.settle()
    assert await burnt(world) == 1
    assert anna.count("This was already answered.") == 1
    assert anna.count("Burnt") == 1


async def test_a_menu_that_was_spent_works_again_when_it_shows_something_else(anna: PlainPerson, world: World) -> None:
    await anna.says("!letter")
    await anna.reacts("1️⃣", of="Letter")
    anna.sees_last("1. Yes\n2. ↩️ Back")
    await anna.reacts("↩", of="Burn it?")
    anna.sees_last("Count\n0\n")
    await anna.reacts("1️⃣", of="Count")
    anna.sees_last("Count\n1\n")
    assert await burnt(world) == 0


async def test_words_choose_too(anna: PlainPerson, world: World) -> None:
    await anna.says("!letter")
    await anna.says("burn")
    anna.sees_last("Burn it?")
    await anna.says("back")
    anna.sees_last("Count\n0\n")


async def test_a_typed_choice_that_cannot_be_undone_works_once(anna: PlainPerson, world: World) -> None:
    await anna.says("!letter")
    await anna.says("1")
    question = lines(world, anna.key)[-1]
    await anna.says("yes")
    await anna.does(Said, text="1", reply_to=question.id)
    await anna.reacts("1️⃣", of="Burn it?")
    assert await burnt(world) == 1
    assert anna.count("This was already answered.") == 1
    titles = [line.text.split("\n")[0] for line in lines(world, anna.key)]
    assert titles == ["Letter", "Burn it?", "Burnt", "This was already answered."]


@pytest.mark.parametrize("text", ["Новости", "📰 новости", "news", "NEWS "])
async def test_a_place_of_the_menu_is_opened_by_its_words(anna: PlainPerson, world: World, text: str) -> None:
    await anna.says(text)
    anna.sees_last("Count\n7\n")
    await anna.does(Said, text=text, chat=GROUP, private=False)
    assert GROUP not in cast(PlainWire, world.wire).messenger.chats


def test_the_menu_itself_is_a_place_in_every_language() -> None:
    places = open_house(Languages("en")).places
    assert places[word("menu")] == places[word("меню")] == OpenMenu()
    assert places[word("help")] == places[word("помощь")]


async def test_a_place_opens_only_with_its_right_and_not_in_a_form(anna: PlainPerson, world: World) -> None:
    await anna.says("vault")
    anna.sees_last("heard Said")
    olga = await world.joins("admin")
    await olga.says("vault")
    olga.sees_last("the secret")
    await anna.says("!order")
    await anna.says("news")
    anna.sees_last("Which size?")


async def test_the_name_of_a_command_is_the_command(anna: PlainPerson, world: World) -> None:
    await anna.says("Menu")
    anna.sees_last("Menu")
    await anna.says("order")
    anna.sees_last("What?")
    await anna.says("menu")
    anna.sees_last("Which size?")
    await anna.does(Said, text="menu", chat=GROUP, private=False)
    assert GROUP not in cast(PlainWire, world.wire).messenger.chats


async def test_an_answer_stands_where_the_question_stood(anna: PlainPerson, world: World) -> None:
    file = Attachment(media=Media.DOCUMENT, name="a.txt", mime="text/plain", size=1, content="c")
    await anna.does(Attached, attachment=file, place="thread:2")
    await anna.does(Said, text="hm", place="thread:3")
    await anna.does(Said, text="hm")
    assert [line.place for line in lines(world, anna.key)] == ["thread:2", "thread:3", ""]


async def test_what_would_be_a_toast_makes_no_sound(anna: PlainPerson, world: World) -> None:
    await anna.says("!later")
    await anna.says("!count")
    assert [line.quiet for line in lines(world, anna.key)] == [True, False]


async def test_a_question_that_was_answered_has_no_signs_any_more(anna: PlainPerson) -> None:
    def signed() -> list[bool]:
        return [any(line.signs) for line in anna.lines()]

    await anna.says("!order")
    assert signed() == [True]
    await anna.says("Tea")
    assert signed() == [False, True]
    await anna.says("1")
    assert signed() == [False, False, True]
    await anna.reacts("1️⃣", of="Extras?")
    assert signed() == [False, False, True], "a question that was pressed turned in its place"
    await anna.says("!cancel")
    assert signed() == [False, False, False, True], "the last one is what came of it"
    assert anna.lines()[0].options == ("✕ Cancel",)
