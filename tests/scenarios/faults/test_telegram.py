"""What goes wrong between the bot and Telegram, and what people see of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from tests.scenarios.news.writing import prepares, publishes
from tests.support.botapi.faults import Fault, FloodWait, ResetAfter, ResetBefore, ServerError
from tests.support.botapi.model import Message
from tests.support.botapi.server import BotApiServer
from tests.support.people import TestPerson
from tests.support.telegram_wire import TelegramPerson, TelegramWire
from tests.support.world import World

pytestmark = pytest.mark.parametrize("messenger", ["telegram"])

UNKNOWN = "I do not know this command"
OUTDATED = "This menu is out of date"


@pytest.fixture
def server(world: World) -> BotApiServer:
    assert isinstance(world.wire, TelegramWire)
    return world.wire.server


def phone(person: TestPerson) -> TelegramPerson:
    assert isinstance(person, TelegramPerson)
    return person


def menu(person: TestPerson, label: str) -> Message:
    """The latest message with a button."""
    return next(one for one in reversed(phone(person).user.messages) if any(label in text for text in one.labels))


async def at_once(world: World, server: BotApiServer, *acts: Awaitable[object]) -> None:
    """Several things happen before the bot answers any of them."""
    await asyncio.gather(*acts)
    await server.drained()
    await world.settle()


async def test_two_messages_at_once_are_answered_in_order(world: World, server: BotApiServer, hr: TestPerson) -> None:
    user = phone(hr).user
    await hr.says("/publish")
    await hr.presses("News item")
    await user.says("Picnic")
    await at_once(world, server, user.says("On Friday"))
    hr.sees_last("step 4 of")


async def test_a_button_pressed_twice_acts_once(
    world: World, server: BotApiServer, hr: TestPerson, employee: TestPerson
) -> None:
    await prepares(hr, "Picnic", "On Friday")
    message, user = menu(hr, "✅ Publish"), phone(hr).user
    label = next(text for text in message.labels if "✅ Publish" in text)
    await at_once(world, server, user.presses(message, label), user.presses(message, label))
    assert employee.count("Picnic") == 1
    assert all(press.answer is not None for press in user.presses_made)
    assert hr.toasts()[-1] == "You have answered this already. ✅ Published"


async def test_a_question_that_was_cancelled_says_so_to_a_late_press(
    world: World, server: BotApiServer, hr: TestPerson, employee: TestPerson
) -> None:
    await prepares(hr, "Picnic", "On Friday")
    message, user = menu(hr, "✅ Publish"), phone(hr).user
    publish = next(one.data for one in message.buttons if "✅ Publish" in one.text)
    await hr.presses("Cancel")
    asked = menu(hr, "🗑 Discard")
    await at_once(world, server, user.presses(asked, "🗑 Discard"), user.presses(message, "✅ Publish", data=publish))
    employee.sees_not("Picnic")
    assert hr.toasts()[-1] == "You have answered this already. Cancelled: News publication."


async def test_cancel_under_an_older_question_cancels(hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")
    await hr.presses("Cancel", of="step 2 of")
    assert hr.toasts() == []
    await hr.presses("🗑 Discard")
    hr.sees("Cancelled: News publication.")


async def test_a_press_that_the_client_repeats_later_acts_once(
    world: World, server: BotApiServer, hr: TestPerson, employee: TestPerson
) -> None:
    await prepares(hr, "Picnic", "On Friday")
    user = phone(hr).user
    message = menu(hr, "✅ Publish")
    press = await user.presses(message, next(text for text in message.labels if "✅ Publish" in text))
    await at_once(world, server)
    await world.after(user.redelivers(press))
    assert employee.count("Picnic") == 1
    hr.sees_not("went wrong")


@pytest.mark.parametrize("data", ["nosuch:1", "", "\x00", "ns" * 32, "o:99999999999999999999", "{}"])
async def test_a_button_of_an_older_version_gives_a_fresh_menu(world: World, employee: TestPerson, data: str) -> None:
    await employee.says("/menu")
    user = phone(employee).user
    message = menu(employee, "")
    before = len(employee.messages())
    await world.after(user.presses(message, data=data))
    assert OUTDATED in employee.toasts()[-1]
    assert len(employee.messages()) >= before
    assert employee.messages()[-1].buttons


async def test_a_button_of_a_deleted_message_is_acknowledged(
    world: World, server: BotApiServer, employee: TestPerson
) -> None:
    await employee.says("/menu")
    user, message = phone(employee).user, menu(employee, "News")
    await user.deletes(message)
    await world.after(user.presses(message, next(text for text in message.labels if "News" in text)))
    assert user.presses_made[-1].answer is not None
    # The bot is not told of a deletion, so it cannot know better.
    assert [call.description for call in server.mistakes] == ["Bad Request: message to edit not found"]
    server.journal.calls.clear()


async def test_another_person_presses_with_their_own_rights_in_their_own_chat(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    await prepares(hr, "Picnic", "On Friday")
    message = menu(hr, "✅ Publish")
    shown = [(seen.text, seen.buttons) for seen in hr.messages()]
    thief = phone(employee).user
    for label in message.labels:
        await world.after(thief.presses(message, label))
        assert thief.presses_made[-1].answer is not None
    assert [(seen.text, seen.buttons) for seen in hr.messages()] == shown
    employee.sees_not("Picnic")
    await employee.says("/news")
    employee.sees_last("There is no news yet.")
    await hr.presses("✅ Publish")
    employee.sees("Picnic")


async def test_a_stranger_who_presses_gets_only_the_door(world: World, hr: TestPerson, stranger: TestPerson) -> None:
    await hr.says("/menu")
    message = menu(hr, "News")
    await stranger.says("hello")
    await world.after(phone(stranger).user.presses(message, message.labels[0]))
    assert all(set(seen.buttons) <= {"Request access", "📱 Share my number"} for seen in stranger.messages())


async def test_a_flood_limit_delays_an_answer(world: World, server: BotApiServer, employee: TestPerson) -> None:
    server.fails(FloodWait(7, enforced=False), method="sendMessage", chat_id=1001)
    await employee.says("/nosuch")
    assert employee.messages() == []
    await world.passes(timedelta(seconds=6))
    assert employee.messages() == []
    await world.passes(timedelta(seconds=1))
    assert employee.count(UNKNOWN) == 1


@pytest.mark.parametrize(
    "fault",
    [ServerError(), ServerError(502, html=True), ServerError(500, "Internal Server Error"), ResetBefore()],
    ids=["502", "502 of a proxy", "500", "reset"],
)
async def test_a_failure_of_telegram_delays_an_answer(
    world: World, server: BotApiServer, employee: TestPerson, fault: Fault
) -> None:
    server.fails(fault, times=3, method="sendMessage")
    await employee.says("/nosuch")
    assert employee.messages() == []
    for _ in range(4):
        await world.passes(timedelta(seconds=30))
    assert employee.count(UNKNOWN) == 1


async def test_an_answer_whose_fate_is_unknown_is_sent_again(
    world: World, server: BotApiServer, employee: TestPerson
) -> None:
    server.fails(ResetAfter(), method="sendMessage")
    await employee.says("/nosuch")
    await world.passes(timedelta(seconds=30))
    await world.passes(timedelta(hours=1))
    assert employee.count(UNKNOWN) == 2


async def test_a_news_copy_whose_fate_is_unknown_is_counted_and_not_sent_again(
    world: World, server: BotApiServer, hr: TestPerson, employee: TestPerson
) -> None:
    server.fails(ResetAfter(), method="sendMessage", chat_id=1001)
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(hours=1))
    assert employee.count("Picnic") == 1
    hr.sees("Uncertain: 1")


async def test_who_blocked_the_bot_is_counted_and_holds_up_nobody(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await phone(employee).leaves()
    phone(colleague).user.account.blocked = True  # Telegram has not said so yet
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(seconds=5))
    hr.sees("Sent: 3")
    hr.sees("Unreachable: 2")
    await phone(employee).user.unblocks()
    await employee.says("/news")
    employee.sees("News", button="Picnic")


async def test_a_file_that_is_too_large_says_so(hr: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")
    await hr.attaches("film.bin", b"x" * (20 * 2**20 + 1), "application/octet-stream")
    hr.sees_last("20 MB")
    hr.sees_last("step 4 of")
    await hr.attaches("plan.txt", b"small", "text/plain")
    hr.sees_last("plan.txt")


async def test_a_lost_acknowledgement_harms_nobody(world: World, server: BotApiServer, employee: TestPerson) -> None:
    await employee.says("/menu")
    server.fails(ServerError(), method="answerCallbackQuery")
    await employee.presses("People")
    employee.sees("Write a name")
    assert phone(employee).user.presses_made[-1].answer is not None
