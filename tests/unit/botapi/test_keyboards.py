"""Buttons Telegram does not take are refused, the rest are shown."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from tests.support.botapi import BotApiServer, TelegramUser


def inline(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(buttons)])


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        (InlineKeyboardButton(text="x", callback_data="ё" * 33), "Bad Request: BUTTON_DATA_INVALID"),
        (InlineKeyboardButton(text="x"), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton(text="x", callback_data=""), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton(text="x", url="http://localhost:8080/"), "is invalid: Wrong HTTP URL"),
        (InlineKeyboardButton(text="x", url="https://intranet/news"), "is invalid: Wrong HTTP URL"),
        (InlineKeyboardButton(text="x", url="tel:+79160000001"), "Wrong port number specified in the URL"),
        (InlineKeyboardButton(text="x", url="ftp://example.com"), "Unsupported URL protocol"),
        (
            InlineKeyboardButton(text="x", web_app=WebAppInfo(url="http://example.com")),
            "Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed",
        ),
        (InlineKeyboardButton(text="x", copy_text=CopyTextButton(text="x" * 257)), "BUTTON_COPY_TEXT_INVALID"),
        (InlineKeyboardButton(text=" ", callback_data="x"), "text must be non-empty"),
    ],
)
async def test_wrong_buttons_are_refused(
    bot: Bot, anna: TelegramUser, button: InlineKeyboardButton, complaint: str
) -> None:
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(anna.id, "x", reply_markup=inline(button))
    assert complaint in refused.value.message
    assert not anna.messages


async def test_a_message_has_at_most_100_buttons(bot: Bot, anna: TelegramUser) -> None:
    button = [InlineKeyboardButton(text="x", callback_data="x")]
    await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[button] * 100))
    with pytest.raises(TelegramBadRequest, match="reply markup is too long"):
        await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[button] * 101))


async def test_good_buttons_are_shown(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    sent = await bot.send_message(
        anna.id,
        "x",
        reply_markup=inline(
            InlineKeyboardButton(text="data", callback_data="ё" * 32),
            InlineKeyboardButton(text="link", url="https://example.com/?q=1"),
            InlineKeyboardButton(text="copy", copy_text=CopyTextButton(text="+79160000001")),
            InlineKeyboardButton(text="app", web_app=WebAppInfo(url="https://example.com/app")),
        ),
    )
    assert sent.reply_markup
    assert len(sent.reply_markup.inline_keyboard[0]) == 4
    data, link, copied, app = anna.messages[-1].buttons
    assert (data.data, link.url, copied.copy_text) == ("ё" * 32, "https://example.com/?q=1", "+79160000001")
    assert app.web_app == "https://example.com/app"
    assert not server.refusals


async def test_a_contact_can_be_requested_in_private_only(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    keyboard = ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text="My number", request_contact=True)]], one_time_keyboard=True
    )
    await bot.send_message(anna.id, "Who are you?", reply_markup=keyboard)
    assert anna.keyboard
    assert anna.keyboard.rows[0][0].request_contact
    shared = await anna.taps("My number")
    assert anna.keyboard is None
    assert shared.contact
    assert (shared.contact.phone_number, shared.contact.user_id) == (anna.account.phone, anna.id)
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.contact
    assert update.message.contact.user_id == anna.id
    group = server.group("Team", members=[anna])
    with pytest.raises(TelegramBadRequest, match="phone number can be requested in private chats only"):
        await bot.send_message(group.id, "x", reply_markup=keyboard)


async def test_a_reply_keyboard_stays_until_removed(bot: Bot, anna: TelegramUser) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Menu")]])
    await bot.send_message(anna.id, "x", reply_markup=keyboard)
    await bot.send_message(anna.id, "y")
    assert (await anna.taps("Menu")).plain == "Menu"
    await bot.send_message(anna.id, "z", reply_markup=ReplyKeyboardRemove())
    assert anna.keyboard is None
