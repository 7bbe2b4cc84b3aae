"""Waiting for what the bot does, woken by the change itself."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from tests.support.botapi.model import Chat, Message
from tests.support.botapi.world import World

Wanted: TypeAlias = str | Callable[[Message], bool]


async def until(world: World, condition: Callable[[], object], within: float, complaint: Callable[[], str]) -> None:
    try:
        async with world.changed, asyncio.timeout(within):
            await world.changed.wait_for(lambda: bool(condition()))
    except TimeoutError:
        raise AssertionError(complaint()) from None


def matching(world: World, chat: Chat, wanted: Wanted, since: int) -> Message | None:
    """The newest visible message of the bot that contains the text, or satisfies the predicate."""
    for message in reversed(chat.messages):
        if message.sender is not world.bot or message.revision <= since:
            continue
        if wanted in message.plain.replace("\N{NO-BREAK SPACE}", " ") if isinstance(wanted, str) else wanted(message):
            return message
    return None


async def expected(world: World, chat: Chat, wanted: Wanted, since: int, within: float) -> Message:
    await until(
        world,
        lambda: matching(world, chat, wanted, since),
        within,
        lambda: f"not seen: {wanted!r}; the chat shows\n{transcript(chat)}",
    )
    found = matching(world, chat, wanted, since)
    assert found
    return found


def transcript(chat: Chat) -> str:
    lines = []
    for message in chat.messages[-20:]:
        media = f"[{message.media.kind}] " if message.media else ""
        buttons = f"  {message.labels}" if message.labels else ""
        lines.append(f"{message.id} {message.sender.first_name}: {media}{message.plain}{buttons}")
    return "\n".join(lines) or "(nothing)"
