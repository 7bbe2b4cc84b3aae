"""Updates reach one poller or one webhook, are kept until confirmed, and lost when not allowed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import web

from tests.support.botapi import BotApiServer, TelegramUser
from tests.support.clock import MovableClock


class Hook:
    """A webhook that accepts what its test lets it accept."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.secrets: set[str | None] = set()
        self.refuses: set[int] = set()
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        message = (await request.json())["message"]
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if message["chat"]["id"] in self.refuses:
            return web.Response(status=500)
        self.got.append(message["text"])
        return web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_stay_until_an_offset_confirms_them(bot: Bot, anna: TelegramUser) -> None:
    for text in ("a", "b", "c"):
        await anna.says(text)
    first, second, third = await bot.get_updates()
    assert (second.update_id, third.update_id) == (first.update_id + 1, first.update_id + 2)
    assert [update.update_id for update in await bot.get_updates(limit=1)] == [first.update_id]
    left = await bot.get_updates(offset=second.update_id)
    assert [update.message.text for update in left if update.message] == ["b", "c"]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == [third.update_id]
    assert await bot.get_updates(offset=third.update_id + 1) == []


async def test_a_long_poll_waits_for_an_update(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.journal.of("getUpdates"))
    await anna.says("hello")
    [update] = await poll
    assert update.message
    assert update.message.text == "hello"
    await bot.get_updates(offset=update.update_id + 1)
    await server.drained()


async def test_updates_get_too_old(bot: Bot, anna: TelegramUser, clock: MovableClock) -> None:
    await anna.says("yesterday")
    clock.move(timedelta(hours=24))
    await anna.says("today")
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.text == "today"


async def test_of_two_pollers_the_first_is_refused(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.journal.of("getUpdates"))
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await anna.says("x")
    assert len(await second) == 1
    assert [call.code for call in server.mistakes] == [409]


async def test_a_poller_that_went_away_is_no_conflict(bot: Bot, server: BotApiServer, anna: TelegramUser) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.journal.of("getUpdates"))
    poll.cancel()
    await asyncio.wait([poll])
    await anna.says("x")
    assert len(await bot.get_updates()) == 1
    assert not server.refusals


async def test_updates_not_allowed_are_lost(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    await bot.send_message(anna.id, "x")
    await anna.reacts(anna.messages[-1], "👍")
    assert await bot.get_updates(allowed_updates=["message", "message_reaction"]) == []
    await anna.reacts(anna.messages[-1], "🔥")
    said = await anna.says("y")
    await anna.edits(said, "z")
    reaction, message = await bot.get_updates()
    assert reaction.message_reaction
    assert message.message
    assert [update.kind for update in server.world.updates.lost] == ["message_reaction", "edited_message"]


async def test_people_edit_their_messages(bot: Bot, anna: TelegramUser) -> None:
    said = await anna.says("frist")
    await anna.edits(said, "first")
    _, edited = await bot.get_updates()
    assert edited.edited_message
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("first", said.id)


async def test_members_are_told_to_an_administrator_who_asks(
    bot: Bot, anna: TelegramUser, boris: TelegramUser, server: BotApiServer
) -> None:
    group = server.group("Team", members=[anna], bot_status="administrator")
    await bot.get_updates(allowed_updates=["chat_member", "message"])
    await group.adds(boris)
    await group.removes(boris)
    joined, welcome, farewell, left = await bot.get_updates()
    assert joined.chat_member
    assert joined.chat_member.new_chat_member.status == "member"
    assert welcome.message
    assert welcome.message.new_chat_members
    assert farewell.message
    assert farewell.message.left_chat_member
    assert left.chat_member
    assert left.chat_member.new_chat_member.status == "left"


async def test_a_webhook_gets_updates_with_the_secret(
    bot: Bot, anna: TelegramUser, server: BotApiServer, hook: Hook
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.journal.of("getUpdates"))
    await bot.set_webhook(hook.url, secret_token="s3cret_-")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await anna.says("hello")
    await server.drained()
    assert (hook.got, hook.secrets) == (["hello"], {"s3cret_-"})
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_failing_webhook_blocks_later_updates_of_that_chat(
    bot: Bot, anna: TelegramUser, boris: TelegramUser, server: BotApiServer, hook: Hook
) -> None:
    hook.refuses.add(anna.id)
    await bot.set_webhook(hook.url)
    await anna.says("a1")
    await anna.says("a2")
    await boris.says("b1")
    await server.until(lambda: hook.got == ["b1"] and "last_error_message" in server.world.webhook)
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 2
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    hook.refuses.clear()
    await server.drained()
    assert hook.got == ["b1", "a1", "a2"]


@pytest.mark.parametrize(
    ("url", "secret", "complaint"),
    [
        ("ftp://example.com/hook", None, "bad webhook: An HTTPS URL must be provided"),
        ("https://example.com/hook", "with space", "secret token contains unallowed characters"),
        ("https://example.com/hook", "x" * 257, "secret token is too long"),
    ],
)
async def test_wrong_webhooks_are_refused(bot: Bot, url: str, secret: str | None, complaint: str) -> None:
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.set_webhook(url, secret_token=secret)


async def test_pending_updates_can_be_dropped(bot: Bot, anna: TelegramUser) -> None:
    await anna.says("x")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


async def test_a_revoked_token_ends_the_poll(bot: Bot, server: BotApiServer) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.journal.of("getUpdates"))
    await server.revoke_token()
    with pytest.raises(TelegramUnauthorizedError):
        await poll
    assert not server.mistakes


async def test_a_bot_leaves_its_server(bot: Bot, clock: MovableClock) -> None:
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.close()
    assert refused.value.retry_after == 600
    clock.move(timedelta(minutes=10))
    await bot.close()
    with pytest.raises(TelegramBadRequest, match="Logged out"):
        await bot.get_updates()
