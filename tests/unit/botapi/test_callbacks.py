"""Presses: answered once and in time, pressed again, stale, by a stranger, on a deleted message."""

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup

from tests.support.botapi import BotApiServer, Message, TelegramUser
from tests.support.clock import MovableClock

MENU = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go:1")]])
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def menu(bot: Bot, anna: TelegramUser) -> Message:
    await bot.send_message(anna.id, "Menu", reply_markup=MENU)
    return anna.chat.with_button("Go")


async def test_a_press_is_answered_once(bot: Bot, anna: TelegramUser, menu: Message) -> None:
    press = await anna.presses(menu, "Go")
    [update] = await bot.get_updates()
    query = update.callback_query
    assert query
    assert (query.data, query.from_user.id, query.id) == ("go:1", anna.id, press.id)
    assert query.message
    assert query.message.message_id == menu.id
    await bot.answer_callback_query(query.id, text="Done", show_alert=True)
    answer = await anna.expect_answer(press)
    assert (answer.text, answer.alert) == ("Done", True)
    assert anna.callback_answers == [answer]
    with pytest.raises(TelegramBadRequest, match=TOO_OLD):
        await bot.answer_callback_query(query.id)


async def test_a_press_is_answered_within_15_seconds(
    bot: Bot, anna: TelegramUser, menu: Message, clock: MovableClock, server: BotApiServer
) -> None:
    in_time, late = await anna.presses(menu, "Go"), await anna.presses(menu, "go:1")
    clock.move(timedelta(seconds=15))
    await bot.answer_callback_query(in_time.id)
    assert not server.unanswered
    clock.move(timedelta(seconds=1))
    with pytest.raises(TelegramBadRequest, match=TOO_OLD):
        await bot.answer_callback_query(late.id)
    assert server.unanswered == [late]


async def test_an_answer_is_short(bot: Bot, anna: TelegramUser, menu: Message) -> None:
    press = await anna.presses(menu, "Go")
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(press.id, text="x" * 201)
    await bot.answer_callback_query(press.id, text="x" * 200)


async def test_a_client_presses_again_after_a_reconnect(bot: Bot, anna: TelegramUser, menu: Message) -> None:
    press = await anna.presses(menu, "Go")
    again = await anna.redelivers(press)
    queries = [update.callback_query for update in await bot.get_updates()]
    assert [query.id for query in queries if query] == [press.id, again.id]
    assert {query.data for query in queries if query} == {"go:1"}


async def test_strangers_and_outdated_clients_press_too(
    bot: Bot, anna: TelegramUser, boris: TelegramUser, menu: Message
) -> None:
    await boris.presses(menu, "Go")
    await anna.presses(menu, data="gone:7")
    await bot.delete_message(anna.id, menu.id)
    await anna.presses(menu, "Go")
    foreign, outdated, deleted = [update.callback_query for update in await bot.get_updates()]
    assert foreign
    assert outdated
    assert deleted
    assert foreign.from_user.id == boris.id
    assert outdated.data == "gone:7"
    assert isinstance(deleted.message, InaccessibleMessage)


async def test_only_buttons_that_ask_the_bot_are_pressed(bot: Bot, anna: TelegramUser, menu: Message) -> None:
    with pytest.raises(AssertionError, match="no button 'Stop' among"):
        await anna.presses(menu, "Stop")
