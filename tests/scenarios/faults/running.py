"""A whole bot that runs by itself, in real time, on Matrix and on the plain messenger, with many employees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.matrix.messenger import MatrixMessenger
from adapters.matrix.settings import Settings
from adapters.matrix.timing import Timing
from bot.app import App
from bot.build import RealClock
from bot.rooms import open_house
from bot.talk.language import Languages
from core.chat.messenger import Messenger
from core.chat.screens import Screen, paragraph
from core.delivery import Priority, Recipients, Send, ToAudience, ToPerson
from core.people.audience import Audience
from core.people.choices import LANGUAGE, PREFERRED
from core.people.person import Account, Person
from core.settings import do_set
from core.unit_of_work import Store, UnitOfWork
from tests.scenarios.faults.bare import Bare, until
from tests.scenarios.faults.installation import surroundings
from tests.support.notices import WORD
from tests.support.plain import PlainMessenger
from tests.support.synapse import Credentials, Homeserver

QUICK = Timing(first_delay=0.05, longest_delay=0.5, request=20.0)


@dataclass
class Company:
    """People with accounts on a homeserver, the bot's account there, and what both keep. The clock is the real one."""

    server: Homeserver
    folder: Path
    sqlite_template: Path
    bot: Credentials
    people: list[Bare]
    ids: list[int] = field(default_factory=list)
    plain: PlainMessenger = field(default_factory=PlainMessenger)

    @classmethod
    async def of(cls, server: Homeserver, folder: Path, sqlite_template: Path, number: int, name: str) -> Company:
        """`name` makes the accounts differ from those of other tests."""
        bot, *others = await asyncio.gather(
            *(server.register(f"{name}-{who}") for who in ("kollega", *map(str, range(number))))
        )
        return cls(server, folder, sqlite_template, bot, [Bare(server, who) for who in others])

    def settings(self, **others: object) -> Settings:
        """What the bot signs in with: its token."""
        token = {"access_token": self.bot.access_token, "device_id": self.bot.device_id}
        account = {"homeserver": self.server.url, "user_id": self.bot.user_id}
        return Settings.model_validate(account | token | {"encrypted_rooms": False} | others)

    @asynccontextmanager
    async def runs(self, settings: Settings | None = None) -> AsyncIterator[Running]:
        """The bot, from its start to its end."""
        path = self.folder / "kollega.db"
        new = not path.exists()
        around, store = surroundings(self.sqlite_template if new else path, self.folder, RealClock())
        if new:
            self.ids = await store.transact(self._employ)
        messengers: dict[str, Messenger] = {
            "matrix": MatrixMessenger(settings or self.settings(), around, QUICK),
            "plain": self.plain,
        }
        app = App(store=store, house=open_house(Languages("en")), messengers=messengers, clock=RealClock())
        try:
            async with app.running():
                yield Running(app, store, self)
        finally:
            await store.close()

    def _employ(self, uow: UnitOfWork) -> list[int]:
        ids = []
        for number, who in enumerate(self.people):
            person = Person(last_name=f"Petrova {number}", first_name="Anna")
            uow.add(person)
            uow.flush()
            do_set(uow, person, LANGUAGE, "en")
            for messenger, address in (("matrix", who.id), ("plain", f"plain-{number}")):
                uow.add(Account(messenger=messenger, address=address, chat=address, person_id=person.id, language="en"))
            do_set(uow, person, PREFERRED, "matrix")
            ids.append(person.id)
        return ids


@dataclass(frozen=True)
class Running:
    """A bot that runs."""

    app: App
    store: Store
    company: Company

    @property
    def matrix(self) -> MatrixMessenger:
        """The adapter under test."""
        messenger = self.app.messengers["matrix"]
        assert isinstance(messenger, MatrixMessenger)
        return messenger

    @property
    def outcomes(self) -> dict[str, int]:
        """How often what became of a request to Matrix."""
        return self.app.senders["matrix"].outcomes

    async def greets(self, who: Bare) -> str:
        """A private room that somebody opened, once the bot has answered in it."""
        room = await who.opens(self.company.bot.user_id)
        await self.has_said(who, room, 1)
        return room

    async def has_said(self, who: Bare, room: str, number: int) -> list[str]:
        """What the bot has said in a room, once it is so many messages."""
        async with asyncio.timeout(60):
            while len(texts := await who.texts(room, self.company.bot.user_id)) < number:
                await asyncio.sleep(0.05)
        return texts

    async def sends(self, text: str, to: Recipients, priority: Priority) -> None:
        """Something to be sent."""
        content = Screen(blocks=(paragraph(text),))
        await self.store.transact(lambda uow: uow.apply(Send(kind=WORD, content=content, to=to, priority=priority)))

    async def broadcasts(self, text: str) -> None:
        """To everybody."""
        await self.sends(text, ToAudience(Audience(everybody=True)), Priority.BROADCAST)

    async def tells(self, person: int, *texts: str) -> None:
        """One after the other, to one person."""
        for text in texts:
            await self.sends(text, ToPerson(person), Priority.NOTICE)

    async def arrived(self, number: int) -> None:
        """Waits until so many messages have arrived in Matrix since the start."""
        await until(lambda: self.outcomes["Sent"] >= number)


def ordered(texts: Sequence[str], *wanted: str) -> bool:
    """Whether all of these are there, once each and in this order."""
    return [text for text in texts if text in wanted] == list(wanted)
