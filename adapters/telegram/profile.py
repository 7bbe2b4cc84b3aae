"""What Telegram shows of the bot by itself: its commands, in each kind of chats and in one, and what it is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.methods import (
    DeleteMyCommands,
    GetMyDescription,
    GetMyShortDescription,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from adapters.telegram.outcomes import reason
from core.chat.messenger import Crowd, MenuCommand, Presentation

log = structlog.get_logger()

T = TypeVar("T")
Scope = BotCommandScopeAllGroupChats | BotCommandScopeAllPrivateChats | BotCommandScopeChat | BotCommandScopeDefault
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_COMMANDS = 100
_ABOUT = 256
_SHORT, _LONG = 120, 512
_ATTEMPTS = 3
_FOR_GOOD = (TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat)
"""What stays refused however often it is asked for."""


class Profile:
    """That of one bot account. `longest_delay`: seconds that it waits itself when Telegram asks it to."""

    def __init__(self, bot: Bot, main_language: str, longest_delay: float) -> None:
        self._bot, self._main_language, self._longest_delay = bot, main_language, longest_delay

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], place: int | Crowd) -> bool:
        """Lists the commands in each language, and in the company's language to everybody else; see `Messenger`.

        The list by default is what groups fall back to, so it must be empty.
        """
        wanted: list[tuple[str | None, Sequence[MenuCommand]]] = [*commands.items()]
        if self._main_language in commands:
            wanted.append((None, commands[self._main_language]))
        done = True
        for language, listed in wanted:
            shown = [
                BotCommand(command=command.name, description=command.description[:_ABOUT])
                for command in listed
                if _COMMAND.fullmatch(command.name) and command.description.strip()
            ][:_COMMANDS]
            done &= await self._list(shown, _scope(place), language)
            if place is Crowd.PRIVATE:
                done &= await self._list([], BotCommandScopeDefault(), language)
        return done

    async def present(self, words: Mapping[str, Presentation]) -> bool:
        """Describes the bot in each language, and in the company's to all others, where nobody else has; see
        `Presentable`."""
        main = words.get(self._main_language)
        if main is None:
            return True
        languages = (None, *words)
        try:
            found = await self._ask(GetMyDescription())
            if (found.description or "") not in ("", *(_cut(one.long, _LONG) for one in words.values())):
                return True  # the company's own words, set with @BotFather
            for language in languages:
                one = main if language is None else words[language]
                await self._describe(language, _cut(one.short, _SHORT), _cut(one.long, _LONG))
        except _FOR_GOOD as error:
            log.warning("telegram_not_described", reason=reason(error))
        except AiogramError as error:
            log.warning("telegram_description_waits", reason=reason(error))
            return False
        return True

    async def _describe(self, language: str | None, short: str, long: str) -> None:
        """Sets what differs: Telegram allows few such changes."""
        if (await self._ask(GetMyDescription(language_code=language))).description != long:
            await self._ask(SetMyDescription(description=long, language_code=language))
        if (await self._ask(GetMyShortDescription(language_code=language))).short_description != short:
            await self._ask(SetMyShortDescription(short_description=short, language_code=language))

    async def _list(self, commands: list[BotCommand], scope: Scope, language: str | None) -> bool:
        request: SetMyCommands | DeleteMyCommands
        if commands:
            request = SetMyCommands(commands=commands, scope=scope, language_code=language)
        else:
            request = DeleteMyCommands(scope=scope, language_code=language)
        try:
            await self._ask(request)
        except AiogramError as error:
            log.warning("telegram_commands_not_listed", language=language, reason=reason(error))
            return isinstance(error, _FOR_GOOD)
        return True

    async def _ask(self, request: TelegramMethod[T]) -> T:
        """A request that waits when Telegram asks it to, some times."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._bot(request)
            except TelegramRetryAfter as error:
                await asyncio.sleep(min(float(error.retry_after), self._longest_delay))
        return await self._bot(request)


def _scope(place: int | Crowd) -> Scope:
    match place:
        case Crowd.PRIVATE:
            return BotCommandScopeAllPrivateChats()
        case Crowd.GROUPS:
            return BotCommandScopeAllGroupChats()
        case chat:
            return BotCommandScopeChat(chat_id=chat)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
