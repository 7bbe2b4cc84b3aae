"""Scripted failures of the wire, the pace of sending, and what a person can wait for."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, ReplyParameters

from tests.support.botapi import (
    BotApiServer,
    FloodWait,
    Hang,
    ResetAfter,
    ResetBefore,
    ServerError,
    TelegramUser,
)
from tests.support.clock import MovableClock


async def test_a_scripted_429_lasts_as_long_as_it_says(
    bot: Bot, anna: TelegramUser, server: BotApiServer, clock: MovableClock
) -> None:
    server.fails(FloodWait(retry_after=3), method="sendMessage", chat_id=anna.id)
    with pytest.raises(TelegramRetryAfter) as first:
        await bot.send_message(anna.id, "x")
    assert first.value.retry_after == 3
    assert not server.refusals
    clock.move(timedelta(seconds=1))
    with pytest.raises(TelegramRetryAfter) as second:
        await bot.send_message(anna.id, "x")
    assert second.value.retry_after == 2
    assert (len(server.mistakes), server.world.flood.impatience) == (1, 1)
    clock.move(timedelta(seconds=2))
    await bot.send_message(anna.id, "x")


async def test_server_errors(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    server.fails(ServerError(), times=2)
    server.fails(ServerError(html=True))
    for expected in (TelegramServerError, TelegramServerError, ClientDecodeError):
        with pytest.raises(expected):
            await bot.send_message(anna.id, "x")
    assert not server.faults.left
    await bot.send_message(anna.id, "x")
    assert (len(anna.messages), server.refusals) == (1, [])


async def test_a_reset_leaves_the_message_unsent_or_sent(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    server.fails(ResetBefore())
    server.fails(ResetAfter())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "lost")
    assert not anna.messages
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "arrived")
    assert [message.plain for message in anna.messages] == ["arrived"]
    assert [call.code for call in server.requests] == [0, 0]


async def test_a_hanging_request_goes_on_when_released(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    server.fails(Hang())
    sending = asyncio.create_task(bot.send_message(anna.id, "late"))
    await server.until(lambda: not server.faults.left)
    assert not anna.messages
    await server.release()
    await sending
    assert (await anna.expect("late")).plain == "late"


async def test_a_server_comes_back_with_its_memory(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    await anna.says("before")
    address = server.url
    await server.stop()
    with pytest.raises(TelegramNetworkError):
        await bot.get_updates()
    assert await server.start() == address
    assert len(await bot.get_updates()) == 1


async def test_faults_choose_their_requests(
    bot: Bot, anna: TelegramUser, boris: TelegramUser, server: BotApiServer
) -> None:
    server.fails(ServerError(), times=None, chat_id=anna.id)
    await bot.send_message(boris.id, "x")
    await bot.get_updates()
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(anna.id, "x")
    server.faults.clear()
    await bot.send_message(anna.id, "x")


async def test_a_person_gets_a_burst_then_one_a_second(bot: Bot, anna: TelegramUser, clock: MovableClock) -> None:
    for _ in range(5):
        await bot.send_message(anna.id, "x")
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(anna.id, "x")
    assert refused.value.retry_after == 1
    clock.move(timedelta(seconds=1))
    await bot.send_message(anna.id, "x")


async def test_a_group_gets_20_a_minute(bot: Bot, server: BotApiServer, clock: MovableClock) -> None:
    group = server.group("Team")
    for _ in range(20):
        await bot.send_message(group.id, "x")
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(group.id, "x")
    clock.move(timedelta(seconds=refused.value.retry_after))
    await bot.send_message(group.id, "x")


async def test_all_chats_together_get_30_a_second(bot: Bot, server: BotApiServer) -> None:
    people = [server.user(id=8000 + n, first_name="X", started=True) for n in range(31)]
    answers = await asyncio.gather(*(bot.send_message(p.id, "x") for p in people), return_exceptions=True)
    assert sum(isinstance(answer, TelegramRetryAfter) for answer in answers) == 1
    server.world.flood.limits = None
    assert len(server.mistakes) == 1


async def test_commands_are_checked_and_shown(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    menu = BotCommand(command="menu", description="Menu")
    await bot.set_my_commands([menu])
    await bot.set_my_commands(
        [BotCommand(command="menu", description="Меню")],
        scope=BotCommandScopeAllPrivateChats(),
        language_code="ru",
    )
    assert anna.commands == [{"command": "menu", "description": "Меню"}]
    await bot.set_my_commands([menu], scope=BotCommandScopeChat(chat_id=anna.id))
    assert anna.commands == [{"command": "menu", "description": "Menu"}]
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=anna.id))
    assert await bot.get_my_commands(scope=BotCommandScopeChat(chat_id=anna.id)) == []
    wrong = {
        "BOT_COMMAND_INVALID": BotCommand(command="Menu", description="x"),
        "BOT_COMMAND_DESCRIPTION_INVALID": BotCommand(command="menu", description="x" * 257),
        "description must be non-empty": BotCommand(command="menu", description=" "),
    }
    for complaint, command in wrong.items():
        with pytest.raises(TelegramBadRequest, match=complaint):
            await bot.set_my_commands([command])
    with pytest.raises(TelegramBadRequest, match="BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands([menu] * 101)
    with pytest.raises(TelegramBadRequest, match="LANG_CODE_INVALID"):
        await bot.set_my_commands([menu], language_code="rus")
    assert len(server.mistakes) == 5


async def test_the_bot_presents_itself(bot: Bot, server: BotApiServer) -> None:
    await bot.set_my_name("Kollega")
    await bot.set_my_description("Коллега", language_code="ru")
    await bot.set_my_short_description("x" * 120)
    with pytest.raises(TelegramBadRequest, match="bot description is too long"):
        await bot.set_my_description("x" * 513)
    assert server.world.profile["description", "ru"] == "Коллега"
    assert await bot.set_chat_menu_button()


async def test_replies_copies_and_forwards(bot: Bot, anna: TelegramUser, boris: TelegramUser) -> None:
    said = await anna.says("question")
    await bot.send_message(anna.id, "answer", reply_parameters=ReplyParameters(message_id=said.id))
    assert anna.messages[-1].reply_to is said
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(anna.id, "x", reply_parameters=ReplyParameters(message_id=999))
    lenient = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    await bot.send_message(anna.id, "x", reply_parameters=lenient)
    await bot.copy_message(boris.id, anna.id, said.id)
    await bot.forward_message(boris.id, anna.id, said.id)
    copied, forwarded = boris.messages
    assert (copied.plain, copied.forward_of) == ("question", None)
    assert forwarded.forward_of is said
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(boris.id, anna.id, 999)


async def test_a_contact_and_an_action(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    await bot.send_contact(anna.id, "+79160000009", "Дарья")
    await bot.send_chat_action(anna.id, "typing")
    assert anna.messages[-1].contact
    assert server.world.actions == [(anna.id, "typing")]
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await bot.send_chat_action(anna.id, "dancing")


async def test_a_person_waits_for_what_is_new(bot: Bot, anna: TelegramUser) -> None:
    sent = await bot.send_message(anna.id, "Menu: news")
    await anna.says("/menu")
    waiting = asyncio.create_task(anna.expect("Menu"))
    await bot.edit_message_text("Menu: news (2)", chat_id=anna.id, message_id=sent.message_id)
    assert (await waiting).plain == "Menu: news (2)"
    with pytest.raises(AssertionError, match="not seen: 'Alert'; the chat shows"):
        await anna.expect("Alert", within=0.01)
    gone = asyncio.create_task(anna.expect_gone(anna.messages[0]))
    await bot.delete_message(anna.id, sent.message_id)
    await gone
