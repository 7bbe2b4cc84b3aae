"""What Telegram lists of the bot by itself, and what it says in groups."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

import bot.talk.announce
from bot.talk.announce import Announcer
from core.people.bots import Locate
from core.people.grants import GrantsOf, refresh, take
from core.unit_of_work import UnitOfWork
from tests.support.botapi.faults import ServerError
from tests.support.botapi.groups import TelegramGroup
from tests.support.botapi.server import BotApiServer
from tests.support.people import TestPerson
from tests.support.telegram_wire import TelegramPerson, TelegramWire
from tests.support.world import World

pytestmark = pytest.mark.parametrize("messenger", ["telegram"])


@pytest.fixture
def server(world: World) -> BotApiServer:
    assert isinstance(world.wire, TelegramWire)
    return world.wire.server


@pytest.fixture
async def announcer(world: World) -> Announcer:
    return begun(world)


def begun(world: World) -> Announcer:
    world.app.announcer.begin(world.wire.messenger)
    return world.app.announcer


def user(person: TestPerson) -> TelegramPerson:
    assert isinstance(person, TelegramPerson)
    return person


def listed(person: TestPerson) -> set[str]:
    return {str(command["command"]) for command in user(person).user.commands}


def take_all(person_id: int, uow: UnitOfWork) -> None:
    """Somebody loses every role that was given."""
    take(uow, uow.ask(GrantsOf(person_id)))
    uow.flush()
    refresh(uow, (person_id,))


async def test_commands_come_with_a_role_and_go_with_it(
    world: World, announcer: Announcer, hr: TestPerson, employee: TestPerson
) -> None:
    await announcer.told()
    assert "publish" in listed(hr), "without a word from her"
    assert listed(employee) > {"news", "who", "help"}
    assert "publish" not in listed(employee)
    await world.store.transact(partial(take_all, world.ids["hr"]))
    await world.settle()
    await announcer.told()
    assert listed(hr) == listed(employee)


async def test_commands_go_also_with_a_role_that_ended_while_no_bot_ran(
    world: World, announcer: Announcer, hr: TestPerson, employee: TestPerson
) -> None:
    await announcer.told()
    await announcer.close()
    await world.store.transact(partial(take_all, world.ids["hr"]))
    await world.restarts()
    assert "publish" in listed(hr)
    await begun(world).told()
    assert listed(hr) == listed(employee)


async def test_a_list_that_failed_at_the_start_is_tried_again_and_holds_nobody_up(
    world: World, server: BotApiServer, hr: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.talk.announce, "FIRST_DELAY", 0.01)
    server.fails(ServerError(), times=10, method="setMyCommands")
    server.fails(ServerError(), times=1, method="setMyDescription")
    announcer = begun(world)
    await hr.says("/news")
    hr.sees("There is no news yet.")
    await announcer.told()
    assert "publish" in listed(hr)
    before = len(server.requests)
    announcer.roles_changed()
    await announcer.told()
    assert len(server.requests) == before, "what is listed already is not listed anew"


async def test_who_opens_the_bot_reads_what_it_is(world: World, server: BotApiServer, announcer: Announcer) -> None:
    await announcer.told()
    assert "Press Start" in server.world.profile["description", "en"]
    assert "Нажмите «Запустить»" in server.world.profile["description", "ru"]
    assert server.world.profile["description", ""] == server.world.profile["description", "en"]
    assert server.world.profile["short_description", "ru"]
    server.world.profile["description", ""] = "The company's own words."
    server.world.profile["description", "en"] = ""
    await begun(world).told()
    assert server.world.profile["description", "en"] == ""


@pytest.fixture
async def group(server: BotApiServer, announcer: Announcer, world: World, hr: TestPerson) -> TelegramGroup:
    await announcer.told()
    await world.app.introduce()
    located = Locate("telegram", f"https://t.me/{server.world.bot.username}")
    await world.store.transact(lambda uow: uow.apply(located))
    return server.group("All", members=[user(hr).user], supergroup=True)


async def says(world: World, group: TelegramGroup, person: TestPerson, text: str, topic: int | None = None) -> str:
    """What the bot answers in the group; empty for nothing."""
    before = len(group.messages)
    await user(person).user.says(text, where=group, topic=topic)
    assert isinstance(world.wire, TelegramWire)
    await world.wire.server.drained()
    await world.settle()
    return "\n".join(message.plain for message in group.messages[before:] if message.sender.is_bot)


async def test_a_group_is_offered_no_private_commands(group: TelegramGroup, hr: TestPerson) -> None:
    assert listed(hr)
    assert group.commands_for(user(hr).user) == []


async def test_a_group_reads_where_to_go_and_nothing_of_rights(
    world: World, group: TelegramGroup, hr: TestPerson, employee: TestPerson, stranger: TestPerson
) -> None:
    for person, text in ((hr, "/publish"), (employee, "/publish"), (employee, "/people@telegram_bot")):
        assert await says(world, group, person, text) == "Please write to me in a private chat."
        answer = group.messages[-1]
        assert answer.reply_to is not None
        assert answer.reply_to.plain == text
    (button,) = answer.buttons
    assert button.url == "https://t.me/telegram_bot?start=do-people"
    assert await says(world, group, stranger, "/publish") == ""
    await employee.says("/start do-publish")
    employee.sees_last("You are not allowed to do this")
    await hr.says("/start do-news")
    hr.sees_last("There is no news yet.")


async def test_the_command_of_another_bot_is_left_to_it(world: World, group: TelegramGroup, hr: TestPerson) -> None:
    for text in ("/news@other_bot", "/weather", "/weather@other_bot Moscow"):
        assert await says(world, group, hr, text) == "", text
    assert await says(world, group, hr, "/weather@telegram_bot") == "Please write to me in a private chat."


async def test_the_answer_stays_in_its_topic(
    world: World, server: BotApiServer, group: TelegramGroup, hr: TestPerson
) -> None:
    topic = group.opens_topic()
    assert await says(world, group, hr, "/news", topic)
    assert group.messages[-1].topic == topic
    server.fails(ServerError(), times=1, method="sendMessage")
    assert await says(world, group, hr, "/news", topic) == ""
    group.chat.topics.clear()
    await world.passes(timedelta(seconds=30))
    assert group.messages[-1].topic is None
    assert group.messages[-1].sender.is_bot
    server.journal.calls.clear()  # nobody told the bot that the topic is gone
