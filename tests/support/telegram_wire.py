"""Telegram in a scenario: the real adapter against the strict Bot API server."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import SecretStr

import adapters.telegram
from adapters.telegram.settings import SECTION, Settings
from core.chat.adapter import Surroundings
from core.chat.messenger import Messenger
from tests.support.botapi.model import ReplyKeyboard
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.server import BotApiServer
from tests.support.cast import Member, by_number
from tests.support.clock import MovableClock
from tests.support.line import Line
from tests.support.people import Seen, TestPerson, as_seen

STRANGER = 9001
TOKEN = "123456:scenario-token-of-nobody"


class TelegramWire:
    """See `tests.support.world.Wire`."""

    def __init__(self, server: BotApiServer, messenger: Messenger) -> None:
        self.server, self.messenger = server, messenger

    @classmethod
    async def open(
        cls, around: Surroundings, clock: MovableClock, name: str = SECTION, token: str = TOKEN
    ) -> TelegramWire:
        """A server without flood limits, and the adapter connected to it."""
        server = BotApiServer(token, clock=clock, limits=None, username=f"{name.replace('.', '_')}_bot")
        await server.start()
        settings = Settings(token=SecretStr(token), api_server=server.url)
        messenger = adapters.telegram.create(settings, around, name)
        assert messenger is not None
        return cls(server, messenger)

    def account(self, member: Member) -> str:
        return by_number(member)

    def person(self, key: str, number: int, line: Line) -> TelegramPerson:
        user = self.server.user(id=number, first_name=key.title(), language_code="en", started=number != STRANGER)
        return TelegramPerson(key, line, user)

    async def close(self) -> None:
        """Ends the wire. AssertionError when the server had to refuse what no correct client asks for."""
        await self.messenger.close()
        await self.server.stop()
        mistakes = [f"{call.method}: {call.description} {call.params}" for call in self.server.mistakes]
        assert not mistakes, "\n".join(mistakes)


class TelegramPerson(TestPerson):
    """Somebody with a Telegram client."""

    def __init__(self, key: str, line: Line, user: TelegramUser) -> None:
        super().__init__(key, line)
        self.user = user

    async def says(self, text: str) -> None:
        await self.line.after(self.user.says(text))

    async def replies(self, text: str, *, to: str) -> None:
        message = next(one for one in reversed(self.user.messages) if to in one.plain)
        await self.line.after(self.user.says(text, reply_to=message))

    async def presses(self, label: str, *, of: str | None = None) -> None:
        for message in reversed(self.user.messages):
            for button in message.buttons:
                if label in as_seen(button.text) and (of is None or of in as_seen(message.plain)):
                    await self.line.after(self.user.presses(message, button.text))
                    return
        raise AssertionError(f"{self.key} sees no button {label!r}; the chat shows:\n{self.chat()}")

    async def attaches(self, name: str, content: bytes, mime: str, caption: str = "") -> None:
        if mime.startswith("image/"):
            await self.line.after(self.user.sends_photo(content, caption))
        else:
            await self.line.after(self.user.sends_document(content, name, mime, caption))

    async def shares_phone(self, phone: str) -> None:
        await self.line.after(self.user.shares_contact(phone=phone))

    async def leaves(self) -> None:
        await self.line.after(self.user.blocks())

    def messages(self) -> Sequence[Seen]:
        return [
            Seen(
                message.plain,
                tuple(message.labels) + _keyboard(message.markup),
                (message.media.file.name or message.media.kind,) if message.media else (),
            )
            for message in self.user.messages
            if message.sender.is_bot
        ]

    def toasts(self) -> Sequence[str]:
        return [answer.text for answer in self.user.callback_answers if answer.text]


def _keyboard(markup: object) -> tuple[str, ...]:
    return tuple(button.text for row in markup.rows for button in row) if isinstance(markup, ReplyKeyboard) else ()
