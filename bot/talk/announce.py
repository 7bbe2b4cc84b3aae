"""Which commands a messenger lists to whom: everybody's, and those of a role in the person's own chat."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence

from bot.talk.house import House
from bot.talk.language import CODES
from core.access import Roles
from core.chat.events import Event
from core.chat.messenger import MenuCommand, Messenger


class Announcer:
    """Tells messengers the commands: to all at the start, to a person when the roles differ from what was told."""

    def __init__(self, house: House, messengers: Mapping[str, Messenger]) -> None:
        self._house, self._messengers = house, messengers
        self._told: dict[tuple[str, str], Roles] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def everybody(self, messenger: Messenger) -> None:
        """Lists what every employee may do."""
        await messenger.announce(self._commands(Roles(), messenger))

    def noticed(self, event: Event, roles: Roles) -> None:
        """Lists the commands of a person's roles in the chat of an event, when they have not been told yet."""
        messenger = self._messengers.get(event.messenger)
        if messenger is None or not event.private:
            return
        key = (event.messenger, event.chat)
        if self._told.get(key, Roles()) == roles:
            return
        self._told[key] = roles
        self._start(messenger.announce(self._commands(roles, messenger), event.chat))

    def switched(self) -> None:
        """Lists everything anew: a room was switched on or off."""
        self._told.clear()
        for messenger in self._messengers.values():
            self._start(self.everybody(messenger))

    def _start(self, telling: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(telling)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _commands(self, roles: Roles, messenger: Messenger) -> Mapping[str, Sequence[MenuCommand]]:
        listed = [
            (command.name, command.describe)
            for command in self._house.latest.commands.values()
            if command.describe is not None and command.right.held_by(roles)
        ]
        prefix = messenger.capabilities.command_prefix
        return {
            code: [MenuCommand(name, self._house.languages(code, prefix=prefix).say(text)) for name, text in listed]
            for code in CODES
        }
