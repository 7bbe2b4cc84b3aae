"""Whom the bot may write to, and where a group has gone."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe, TelegramMethod

from tests.support.botapi import BotApiServer, TelegramUser


class PraiseEverybody(TelegramMethod[bool]):
    __returning__ = bool
    __api_method__ = "praiseEverybody"


async def test_a_person_who_never_started_is_out_of_reach(bot: Bot, server: BotApiServer) -> None:
    met = server.user(id=7010, first_name="Вера", username="vera_v")
    unknown = server.user(id=7011, first_name="Глеб", met=False)
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(met.id, "x")
    for chat_id in (unknown.id, 999, "@vera_v", "nobody"):
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(chat_id, "x")
    await met.starts("CODE7")
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.text == "/start CODE7"
    await bot.send_message(met.id, "x")


async def test_nobody_is_reached_by_username(bot: Bot, anna: TelegramUser) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message("@anna_t", "x")


async def test_blocking_and_deactivation(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    await anna.blocks()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "x")
    await anna.unblocks()
    await bot.send_message(anna.id, "x")
    statuses = [update.my_chat_member for update in await bot.get_updates()]
    assert [changed.new_chat_member.status for changed in statuses if changed] == ["kicked", "member"]
    await anna.deactivates()
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(anna.id, "x")
    assert len(server.refusals) == 2
    assert not server.mistakes


async def test_a_group_becomes_a_supergroup(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    group = server.group("Team", members=[anna])
    old = group.id
    await bot.send_message(old, "x")
    new = await group.migrates()
    assert group.id == new < -1_000_000_000_000
    with pytest.raises(TelegramMigrateToChat) as moved:
        await bot.send_message(old, "x")
    assert moved.value.migrate_to_chat_id == new
    await bot.send_message(new, "x")
    messages = [update.message for update in await bot.get_updates()]
    assert [(m.chat.id, m.migrate_to_chat_id, m.migrate_from_chat_id) for m in messages if m] == [
        (old, new, None),
        (new, None, old),
    ]
    assert not server.mistakes


async def test_a_group_removes_the_bot(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    group = server.group("Team", members=[anna])
    await group.sets_bot("kicked", by=anna)
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the group chat"):
        await bot.send_message(group.id, "x")
    await anna.says("/menu", where=group)
    [update] = await bot.get_updates()
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_privacy_mode_hides_the_talk_of_a_group(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    group = server.group("Team", members=[anna])
    await bot.send_message(group.id, "hello")
    for text in ("nobody hears this", "/menu", f"well, @{server.world.bot.username}"):
        await anna.says(text, where=group)
    await anna.says("a reply", reply_to=await group.expect("hello"), where=group)
    messages = [update.message for update in await bot.get_updates()]
    assert [message.text for message in messages if message] == [
        "/menu",
        "well, @kollega_bot",
        "a reply",
    ]


async def test_chats_and_members_are_described(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    group = server.group("Team", members=[anna], bot_status="administrator")
    assert (await bot.get_chat(anna.id)).username == "anna_t"
    assert (await bot.get_chat(group.id)).title == "Team"
    assert (await bot.get_chat_member(group.id, anna.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
    assert await bot.get_chat_member_count(group.id) == 2


async def test_an_unknown_method_is_not_found(bot: Bot) -> None:
    with pytest.raises(TelegramNotFound, match="method not found"):
        await bot(PraiseEverybody())


async def test_a_wrong_or_revoked_token_is_unauthorized(bot: Bot, server: BotApiServer, anna: TelegramUser) -> None:
    stranger = Bot("424242:somebody_elses_token", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await stranger(GetMe())
    assert (await bot.me()).username == "kollega_bot"
    await server.revoke_token()
    with pytest.raises(TelegramUnauthorizedError):
        await bot.send_message(anna.id, "x")
    server.restore_token()
    await bot.send_message(anna.id, "x")
    assert [call.method for call in server.mistakes] == ["getMe"]
