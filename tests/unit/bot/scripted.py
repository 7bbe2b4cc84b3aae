"""A messenger whose every answer a test decides, and a clock of seconds that only the test moves."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.chat.capabilities import Capabilities, Level, Pace
from core.chat.events import Chosen, Pressed
from core.chat.layout import plain
from core.chat.messenger import Crowd, Health, Inbox, MenuCommand, Outcome, Receipt, Reception, Sent
from core.chat.pages import Page

FAST = Pace(overall=10_000, chat=10_000, burst=10_000, in_flight=20)
CAPABILITIES = Capabilities(
    buttons=Level.FULL, edits=Level.FULL, deletes=Level.FULL, toasts=Level.FULL, pace=FAST, text_limit=100_000
)


class Steady:
    """Seconds of a steady clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `key` is empty for a deletion."""

    verb: str
    chat: str
    text: str
    key: str = ""


class ScriptedMessenger:
    """Answers what `will` said, and else that all went well. `open` lets requests through."""

    def __init__(self, name: str = "red", *, pace: Pace = FAST) -> None:
        self.name, self.reception = name, Reception.ALONE
        self.capabilities = replace(CAPABILITIES, pace=pace)
        self.asked: list[Asked] = []
        self.answered: list[Asked] = []
        self.acknowledged: list[tuple[Pressed | Chosen, str | None]] = []
        self.health = Health(True, "works")
        self.open = asyncio.Event()
        self.open.set()
        self.reached = asyncio.Condition()
        self.closed = False
        self._script: defaultdict[str, deque[Outcome | Exception]] = defaultdict(deque)
        self._ids = 0

    def will(self, chat: str, *outcomes: Outcome | Exception) -> None:
        """The next answers in a chat."""
        self._script[chat].extend(outcomes)

    def texts(self, chat: str | None = None) -> list[str]:
        """What was asked to be sent or shown, in order."""
        return [asked.text for asked in self.asked if chat in (None, asked.chat)]

    async def in_flight(self, number: int) -> None:
        """Waits until so many requests are under way."""
        async with self.reached:
            await asyncio.wait_for(self.reached.wait_for(lambda: len(self.asked) - len(self.answered) >= number), 5)

    async def listen(self, inbox: Inbox) -> None:
        await asyncio.Event().wait()

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        return await self._answer(Asked("send", chat, _text(page), key))

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        return await self._answer(Asked("edit", chat, _text(page), key), receipt)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        return await self._answer(Asked("delete", chat, ""), receipt)

    async def acknowledge(self, press: Pressed | Chosen, toast: str | None) -> None:
        self.acknowledged.append((press, toast))

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], chat: str | Crowd = Crowd.PRIVATE) -> bool:
        """Lists nothing."""
        return True

    def fault(self) -> Health | None:
        return None

    async def check(self) -> Health:
        return self.health

    async def close(self) -> None:
        self.closed = True

    async def _answer(self, asked: Asked, receipt: Receipt | None = None) -> Outcome:
        self.asked.append(asked)
        async with self.reached:
            self.reached.notify_all()
        await self.open.wait()
        self.answered.append(asked)
        script = self._script[asked.chat]
        outcome: Outcome | Exception
        if script:
            outcome = script.popleft()
        else:
            self._ids += 1
            outcome = Sent(receipt or Receipt((f"m{self._ids}",)))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def _text(page: Page) -> str:
    return "\n".join(plain(part.blocks) for part in page.parts)
