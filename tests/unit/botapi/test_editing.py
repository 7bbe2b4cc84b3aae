"""Edits and deletions follow Telegram's rules about whose message it is, what it holds and how old it is."""

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)

from tests.support.botapi import PNG, BotApiServer, TelegramUser
from tests.support.clock import MovableClock

MENU = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


class CarelessEdit(TelegramMethod[bool]):
    """An edit as a library without types would let one write it."""

    __returning__ = bool
    __api_method__ = "editMessageText"
    chat_id: int
    message_id: int
    text: str
    reply_markup: ReplyKeyboardMarkup


def photo() -> BufferedInputFile:
    return BufferedInputFile(PNG, "p.png")


async def test_an_identical_edit_is_refused_and_no_mistake(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    sent = await bot.send_message(anna.id, "<b>x</b>", parse_mode="HTML", reply_markup=MENU)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(
            "<strong>x</strong>", chat_id=anna.id, message_id=sent.message_id, parse_mode="HTML", reply_markup=MENU
        )
    assert len(server.refusals) == 1
    assert not server.mistakes


async def test_an_edit_without_a_keyboard_removes_it(bot: Bot, anna: TelegramUser) -> None:
    sent = await bot.send_message(anna.id, "x", reply_markup=MENU)
    await bot.edit_message_text("y", chat_id=anna.id, message_id=sent.message_id)
    shown = anna.messages[-1]
    assert (shown.plain, shown.labels, shown.edits) == ("y", [], 1)
    await bot.edit_message_reply_markup(chat_id=anna.id, message_id=sent.message_id, reply_markup=MENU)
    assert shown.labels == ["Go"]
    assert anna.notifications == [shown]


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot, anna: TelegramUser) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="x")]])
    sent = await bot.send_message(anna.id, "x", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("y", chat_id=anna.id, message_id=sent.message_id)


async def test_an_edit_takes_no_reply_keyboard(bot: Bot, anna: TelegramUser) -> None:
    sent = await bot.send_message(anna.id, "x")
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="x")]])
    with pytest.raises(TelegramBadRequest, match="inline keyboard expected"):
        await bot(CarelessEdit(chat_id=anna.id, message_id=sent.message_id, text="y", reply_markup=keyboard))


async def test_another_senders_message_cannot_be_edited(bot: Bot, anna: TelegramUser) -> None:
    said = await anna.says("hello")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("y", chat_id=anna.id, message_id=said.id)


async def test_text_and_caption_have_their_own_methods(bot: Bot, anna: TelegramUser) -> None:
    picture = await bot.send_photo(anna.id, photo(), caption="x")
    text = await bot.send_message(anna.id, "x")
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("y", chat_id=anna.id, message_id=picture.message_id)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=anna.id, message_id=text.message_id, caption="y")
    await bot.edit_message_caption(chat_id=anna.id, message_id=picture.message_id, caption="y")
    assert [message.plain for message in anna.messages] == ["y", "x"]
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.edit_message_caption(chat_id=anna.id, message_id=picture.message_id, caption="y" * 1025)


async def test_media_can_be_exchanged(bot: Bot, anna: TelegramUser) -> None:
    picture = await bot.send_photo(anna.id, photo(), caption="x")
    document = InputMediaDocument(media=BufferedInputFile(b"minutes", "m.txt"), caption="z")
    edited = await bot.edit_message_media(document, chat_id=anna.id, message_id=picture.message_id)
    assert isinstance(edited, Message)
    assert edited.document
    assert edited.document.file_name == "m.txt"
    assert (anna.messages[-1].plain, len(anna.messages)) == ("z", 1)
    album = await bot.send_media_group(anna.id, [InputMediaPhoto(media=photo()), InputMediaPhoto(media=photo())])
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_media(document, chat_id=anna.id, message_id=album[0].message_id)


async def test_what_is_gone_cannot_be_edited(bot: Bot, anna: TelegramUser) -> None:
    sent = await bot.send_message(anna.id, "x")
    await bot.delete_message(anna.id, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("y", chat_id=anna.id, message_id=sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(anna.id, sent.message_id)
    assert not anna.messages
    assert anna.chat.history[0].deleted


async def test_a_message_can_be_deleted_for_48_hours(bot: Bot, anna: TelegramUser, clock: MovableClock) -> None:
    old = await bot.send_message(anna.id, "old")
    clock.move(timedelta(hours=1))
    new = await bot.send_message(anna.id, "new")
    clock.move(timedelta(hours=47, seconds=1))
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(anna.id, old.message_id)
    await bot.delete_message(anna.id, new.message_id)
    await bot.edit_message_text("withdrawn", chat_id=anna.id, message_id=old.message_id)
    assert [message.plain for message in anna.messages] == ["withdrawn"]


async def test_many_are_deleted_at_once(bot: Bot, anna: TelegramUser) -> None:
    sent = [(await bot.send_message(anna.id, "x")).message_id for _ in range(3)]
    await bot.delete_messages(anna.id, [*sent, 999_999])
    assert not anna.messages
    with pytest.raises(TelegramBadRequest, match="too many message identifiers"):
        await bot.delete_messages(anna.id, list(range(1, 102)))


async def test_message_ids_are_shared_by_private_chats_and_groups(
    bot: Bot, anna: TelegramUser, boris: TelegramUser, server: BotApiServer
) -> None:
    group, supergroup = server.group("Team"), server.group("Company", supergroup=True)
    chats = [anna.id, boris.id, group.id, anna.id, supergroup.id, supergroup.id]
    assert [(await bot.send_message(chat, "x")).message_id for chat in chats] == [1, 2, 3, 4, 1, 2]
