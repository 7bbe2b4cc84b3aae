"""What is looked at and found: one line for each part, whoever asks for it."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bot.cli.failing import reason
from bot.cli.speaking import speech
from bot.run.keys import keys_of
from bot.run.settings import Settings, adapters_of
from bot.talk.language import Languages
from bot.talk.spaces import unbound
from core.chat.adapter import Surroundings
from core.chat.messenger import Examinable, Health, Messenger
from core.chat.phrases import Language, Text, phrase
from core.chat.translate import text_in
from core.parts import PartKind

PATIENCE = 15.0
"""Seconds after which something that does not answer is called a fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part: `ok` None for what is not in use; `remedy` for a fault."""

    part: Text
    ok: bool | None
    state: Text
    remedy: Text = ""

    def line(self) -> str:
        """One line for a person."""
        return self.line_in(speech())

    def line_in(self, language: Language) -> str:
        """The same in another language than the command line's."""
        part, state, remedy = (unbound(text_in(text, language)) for text in (self.part, self.state, self.remedy))
        mark = {True: "✓", False: "✗", None: "–"}[self.ok]
        return f"{mark} {part}: " + " ".join(f"{state.rstrip('.')}. {remedy}".split())


Check = Callable[[], Awaitable[Finding]]
Look = Callable[[], Awaitable[Health | None]]
"""How a messenger or a part is; None for one that is not in use."""


async def in_time(part: Text, check: Check) -> Finding:
    """What a check finds, or that it took too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except TimeoutError:
        late = phrase("no answer within {seconds} s", seconds=round(PATIENCE))
        return Finding(part, False, late, phrase("Check the network and the address."))
    except Exception as error:
        return Finding(part, False, reason(error), phrase("Check its settings."))


async def looked_at(name: str, look: Look) -> Finding:
    """How a messenger or a part is."""
    health = await look()
    if health is None:
        return Finding(name, None, phrase("not in use"))
    return Finding(name, health.ok, health.state, health.remedy)


def parts(settings: Settings) -> Iterator[tuple[str, Look]]:
    """The parts that rooms bring."""
    from bot.build import RealClock, part_context
    from bot.rooms import open_house

    house = open_house(Languages(settings.language, settings.timezone))
    context = part_context(settings, RealClock())
    for kind in house.plugged(PartKind):
        yield from ((part.name, part.check) for part in kind.make(context))


def messengers(settings: Settings) -> Iterator[tuple[str, Look]]:
    """The bot accounts."""
    from bot.build import RealClock
    from storage.files import FileStore

    around = Surroundings(
        files=FileStore(settings.data_dir),
        data_dir=settings.data_dir,
        clock=RealClock(),
        languages=Languages(settings.language, settings.timezone),
        key_for=keys_of(settings),
    )

    for package, section in adapters_of(""):
        create = importlib.import_module(package).create
        yield from ((name, _messenger(partial(create, own, around, name))) for name, own in settings.accounts(section))


def _messenger(create: Callable[[], Messenger | None]) -> Look:
    """Makes the messenger before any time is taken: its library may need seconds to be imported."""

    async def look() -> Health | None:
        if messenger is None:
            return None
        try:
            health = await messenger.check()
            more = await messenger.examine() if health.ok and isinstance(messenger, Examinable) else None
            return more or health
        finally:
            await messenger.close()

    async def refuse() -> Health:
        return Health(False, fault)

    try:
        messenger = create()
    except Exception as error:
        fault = reason(error)
        return refuse
    return look
