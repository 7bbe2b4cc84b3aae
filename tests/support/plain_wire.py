"""The plain messenger in a scenario: people who type numbers instead of pressing buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from core.chat.dangers import examine
from core.chat.events import Attached, Chosen, Event, Left, Said, SharedContact
from core.chat.files import Attachment, Files, Media
from tests.support.cast import Member, by_key
from tests.support.line import Line
from tests.support.people import Seen, TestPerson, as_seen
from tests.support.plain import PlainMessenger, Shown


class PlainWire:
    """See `tests.support.world.Wire`."""

    def __init__(self, files: Files, choice_keys: int = 0, events: int = 0) -> None:
        """`events` is how many each person has sent in an earlier life of the database."""
        self.messenger = PlainMessenger(choice_keys)
        self.files, self.events = files, events

    def account(self, member: Member) -> str:
        return by_key(member)

    def person(self, key: str, number: int, line: Line) -> PlainPerson:
        return PlainPerson(key, line, self)

    async def close(self) -> None:
        """Has no connections."""


class PlainPerson(TestPerson):
    """Somebody on the messenger without buttons."""

    def __init__(self, key: str, line: Line, wire: PlainWire) -> None:
        super().__init__(key, line)
        self._messenger, self._files = wire.messenger, wire.files
        self._events = wire.events

    async def says(self, text: str) -> None:
        await self._does(Said(**self._origin(), text=text, message=f"m{self._events}"))

    async def replies(self, text: str, *, to: str) -> None:
        message = next(line.id for line in reversed(self.lines()) if to in line.text)
        await self._does(Said(**self._origin(), text=text, message=f"m{self._events}", reply_to=message))

    async def presses(self, label: str, *, of: str | None = None) -> None:
        """Types the option's number, or its label where it has none; as a reply to its menu unless that is the last
        one, and was asked for."""
        menus = [line for line in self.lines() if line.options]
        for menu in reversed(menus):
            numbers = menu.numbers or range(1, len(menu.options) + 1)  # an earlier version counted them by place
            for number, option in zip(numbers, menu.options, strict=True):
                if label in as_seen(option) and (of is None or of in as_seen(menu.text)):
                    reply_to = None if menu is menus[-1] and menu.asked else menu.id
                    await self._does(Said(**self._origin(), text=str(number or option), reply_to=reply_to))
                    return
        raise AssertionError(f"{self.key} sees no option {label!r}; the chat shows:\n{self.chat()}")

    async def attaches(self, name: str, content: bytes, mime: str, caption: str = "", album: str | None = None) -> None:
        attachment = examine(self._files, await self.keeps(name, content, mime))
        await self._does(Attached(**self._origin(), attachment=attachment, caption=caption, album=album))

    async def keeps(self, name: str, content: bytes, mime: str) -> Attachment:
        """A file as an adapter has fetched it."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        kept, size = await self._files.save(chunks(), 20 * 2**20)
        media = Media.PHOTO if mime.startswith("image/") else Media.DOCUMENT
        return Attachment(media=media, name=name, mime=mime, size=size, content=kept)

    async def shares_phone(self, phone: str) -> None:
        await self._does(SharedContact(**self._origin(), phone=phone, own=True))

    async def leaves(self) -> None:
        await self._does(Left(**self._origin(), reason="left"))

    async def reacts(self, sign: str, *, of: str, version: str = "") -> None:
        """Sets a sign on the latest message that shows a text."""
        message = next(line.id for line in reversed(self.lines()) if of in line.text)
        await self.does(Chosen, sign=sign, message=message, version=version)

    async def does(self, kind: type[Event], **what: Any) -> None:
        """Anything that a messenger can tell of somebody, such as what happens in a group."""
        await self._does(kind(**(self._origin() | what)))

    def messages(self) -> Sequence[Seen]:
        return [Seen(line.text, line.options, tuple(file.name for file in line.files)) for line in self.lines()]

    def lines(self) -> list[Shown]:
        """What the chat shows of the bot."""
        chat = self._messenger.chats.get(self.key)
        return chat.lines if chat is not None else []

    async def _does(self, event: Event) -> None:
        await self.line.after(self._messenger.receive(event))

    def _origin(self) -> dict[str, Any]:
        self._events += 1
        return {
            "messenger": self._messenger.name,
            "id": f"{self.key}-{self._events}",
            "at": self.line.clock.now(),
            "account": self.key,
            "chat": self.key,
            "name": self.key.title(),
            "language": "en",
        }
