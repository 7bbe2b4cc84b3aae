"""Matrix in a scenario: the real adapter on a real homeserver, and people with clients of another make."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from pydantic import SecretStr

import adapters.matrix
from adapters.matrix.settings import Settings
from core.chat.adapter import Surroundings
from core.chat.messenger import Messenger
from tests.support.cast import CAST, Member
from tests.support.line import Line
from tests.support.matrix_people import MatrixPerson
from tests.support.synapse import Credentials, Homeserver


class MatrixWire:
    """See `tests.support.world.Wire`. Accounts are of this test alone: `@employee-5f3a…:localhost`."""

    def __init__(self, homeserver: Homeserver, *, encrypted: bool, room_version: str) -> None:
        """`encrypted` and `room_version` are of the rooms that people and the bot open."""
        self.homeserver, self.url = homeserver, homeserver.url
        self.encrypted, self.room_version = encrypted, room_version
        self.messenger: Messenger
        self.bot: Credentials
        self._test = uuid4().hex[:12]
        self._accounts: dict[str, Credentials] = {}
        self._people: list[MatrixPerson] = []

    @classmethod
    async def open(
        cls,
        around: Surroundings,
        homeserver: Homeserver,
        *,
        encrypted: bool = False,
        room_version: str = "12",
        reaction_keys: int = 0,
    ) -> MatrixWire:
        """The accounts of the bot and of the cast, and the adapter, which connects when it listens.

        `reaction_keys` are few where nothing depends on them: each is a message of its own below each menu.
        """
        wire = cls(homeserver, encrypted=encrypted, room_version=room_version)
        wire.bot, *_ = await asyncio.gather(
            wire.credentials("kollega"), *(wire.credentials(member.key) for member in CAST)
        )
        settings = Settings(
            homeserver=homeserver.url,
            user_id=wire.bot.user_id,
            access_token=SecretStr(wire.bot.access_token),
            device_id=wire.bot.device_id,
            password=SecretStr(wire.bot.password),
            encrypted_rooms=encrypted,
            reaction_keys=reaction_keys,
        )
        messenger = adapters.matrix.create(settings, around)
        assert messenger is not None
        wire.messenger = messenger
        return wire

    @property
    def choice_keys(self) -> int:
        """See `tests.support.matrix_people.Place`."""
        return self.messenger.capabilities.choice_keys

    async def credentials(self, key: str) -> Credentials:
        """See `tests.support.matrix_people.Place`."""
        if key not in self._accounts:
            self._accounts[key] = await self.homeserver.register(f"{key}-{self._test}")
        return self._accounts[key]

    def account(self, member: Member) -> str:
        return self._accounts[member.key].user_id

    def person(self, key: str, number: int, line: Line) -> MatrixPerson:
        person = MatrixPerson(key, line, self)
        self._people.append(person)
        return person

    async def close(self) -> None:
        """Ends the adapter and the clients; the accounts stay, nobody else has them."""
        await asyncio.gather(self.messenger.close(), *(person.close() for person in self._people))
