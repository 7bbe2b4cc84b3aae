"""What a messenger says of the bot by itself: who it is, and which commands there are for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256

import structlog

from bot.talk.house import House
from bot.talk.language import CODES
from bot.talk.request import CommandRoute, Where
from core.access import PLAIN, Roles
from core.chat.events import Event
from core.chat.messenger import Crowd, MenuCommand, Messenger, Presentable, Presentation
from core.chat.phrases import phrase
from core.people.listing import Listed, Unlisted
from core.unit_of_work import Busy, Full, Store

log = structlog.get_logger()

FIRST_DELAY, LONGEST_DELAY = 5.0, 600.0
"""Seconds until what failed is tried again; twice as long each time."""
_CHATS = 100
_SHORT = phrase("Your company in one chat: news, colleagues, and what needs you now.")
_LONG = phrase(
    "Company news, colleagues and their numbers, and what needs you now, in one chat.\n\n"
    "Press Start. Whoever works in the company comes in with a telephone number or a code; anybody else can ask an "
    "admin."
)


class Announcer:
    """Tells messengers who the bot is and its commands: all at the start, of a person when the roles have changed.

    Nobody waits for it: what cannot be told now is tried again, and whom a chat was told of is kept in the database.
    """

    def __init__(self, store: Store, house: House, messengers: Mapping[str, Messenger]) -> None:
        self._store, self._house, self._messengers = store, house, messengers
        self._begun: dict[str, bool] = {}  # whether all have been told
        self._wanted: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._seen: dict[tuple[str, str], Roles] = {}

    def begin(self, messenger: Messenger) -> None:
        """Tells everything, from now on also what changes."""
        self._begun[messenger.name] = False
        self._want(messenger.name)

    def noticed(self, event: Event, roles: Roles) -> None:
        """Somebody wrote, perhaps for the first time, who may have to be told of more than everybody."""
        key = (event.messenger, event.chat)
        if event.private and event.messenger in self._messengers and self._seen.get(key, PLAIN) != roles:
            self._seen[key] = roles
            self._begun.setdefault(event.messenger, True)
            self._want(event.messenger)

    def switched(self) -> None:
        """A room was switched on or off."""
        for name in self._begun:
            self._begun[name] = False
            self._want(name)

    def roles_changed(self) -> None:
        """Somebody may do other things than before."""
        for name in self._begun:
            self._want(name)

    async def told(self) -> None:
        """Waits until there is nothing left to tell."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """Ends; what was not told is told after the next start."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _want(self, name: str) -> None:
        self._wanted.add(name)
        if name not in self._tasks:
            task = self._tasks[name] = asyncio.get_running_loop().create_task(self._tell(name))
            task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _tell(self, name: str) -> None:
        delay = FIRST_DELAY
        while name in self._wanted:
            self._wanted.discard(name)
            try:
                done = await self._everybody(name) and await self._everyone(name)
            except (Busy, Full):
                done = False
            if done:
                continue
            self._wanted.add(name)
            log.warning("commands_wait", messenger=name, seconds=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _everybody(self, name: str) -> bool:
        """Tells what all may do, where that is to be told."""
        messenger = self._messengers[name]
        if self._begun[name]:
            return True
        listed = await messenger.announce(self._commands(PLAIN, messenger, Where.PRIVATE), Crowd.PRIVATE)
        listed &= await messenger.announce(self._commands(PLAIN, messenger, Where.GROUP), Crowd.GROUPS)
        if isinstance(messenger, Presentable):
            listed &= await messenger.present(self._presentation())
        self._begun[name] = listed
        return listed

    async def _everyone(self, name: str) -> bool:
        """Tells each chat whose list is out of date."""
        messenger, after, done = self._messengers[name], 0, True
        while True:
            query = Unlisted(messenger=name, edition=self._edition(), after=after, limit=_CHATS)
            chats = await self._store.transact(lambda uow, query=query: uow.ask(query))  # type: ignore[misc]
            for chat in chats:
                after = chat.account_id
                if await messenger.announce(self._commands(chat.roles, messenger, Where.PRIVATE), chat.chat):
                    told = Listed(chat.account_id, chat.told)
                    await self._store.transact(lambda uow, told=told: uow.apply(told))  # type: ignore[misc]
                else:
                    done = False
            if len(chats) < _CHATS:
                return done

    def _listed(self) -> list[CommandRoute]:
        return [command for command in self._house.latest.commands.values() if command.describe is not None]

    def _edition(self) -> str:
        """A name for all commands as they are now: another version of the program may have others."""
        said = [
            (command.name, *sorted(role.name for role in command.right.roles), *self._said(command))
            for command in self._listed()
        ]
        return sha256(repr(said).encode()).hexdigest()[:12]

    def _said(self, command: CommandRoute) -> list[str]:
        return [self._house.languages(code).say(command.describe or "") for code in CODES]

    def _commands(self, roles: Roles, messenger: Messenger, where: Where) -> Mapping[str, Sequence[MenuCommand]]:
        listed = [
            (command.name, command.describe)
            for command in self._listed()
            if command.describe is not None and command.where & where and command.right.held_by(roles)
        ]
        prefix = messenger.capabilities.command_prefix
        return {
            code: [MenuCommand(name, self._house.languages(code, prefix=prefix).say(text)) for name, text in listed]
            for code in CODES
        }

    def _presentation(self) -> Mapping[str, Presentation]:
        return {
            code: Presentation(self._house.languages(code).say(_SHORT), self._house.languages(code).say(_LONG))
            for code in CODES
        }
