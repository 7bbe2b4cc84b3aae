"""Somebody with a Telegram client before the local Bot API server."""

from __future__ import annotations

from core.chat.events import Attached, Joined, Left, Said
from core.chat.messenger import Receipt
from tests.contract.messengers.station import Correspondent, File, Group, Shown, Station
from tests.support.botapi import Upload
from tests.support.botapi.groups import TelegramGroup
from tests.support.botapi.model import Message, ReplyKeyboard
from tests.support.botapi.server import BotApiServer
from tests.support.telegram_wire import TelegramPerson


class OnTelegram(Correspondent):
    """Has buttons, replies, albums; can block the bot."""

    person: TelegramPerson

    def __init__(self, station: Station, person: TelegramPerson, account: str, server: BotApiServer) -> None:
        super().__init__(station, person, account)
        self._server = server

    async def looks(self) -> list[Shown]:
        return [shown(message) for message in self.person.user.messages if message.sender.is_bot]

    async def opens(self, receipt: Receipt) -> list[bytes]:
        there = [self.message(id) for id in receipt.ids]
        return [message.media.file.content for message in there if message.media is not None]

    async def attaches(self, *files: File, caption: str = "") -> list[Attached]:
        if len(files) == 1:
            return await super().attaches(*files, caption=caption)
        kind = "photo" if all(file.mime.startswith("image/") for file in files) else "document"
        uploads = [
            Upload(kind=kind, content=file.content, name=file.name, mime=file.mime, caption="" if number else caption)
            for number, file in enumerate(files)
        ]
        act = self.person.user.sends_album(uploads)
        return await self.station.heard(Attached, act, of=self.account, times=len(files))

    async def answers(self, text: str, to: str) -> Said:
        return await self.heard(Said, self.person.user.says(text, reply_to=self.message(to)))

    async def stresses(self, before: str, word: str, after: str, url: str = "") -> Said:
        where = {"offset": len(before), "length": len(word)}
        entities = [{"type": "bold", **where}, *([{"type": "text_link", "url": url, **where}] if url else [])]
        return await self.heard(Said, self.person.user.says(before + word + after, entities=entities))

    async def speaks(self, content: bytes, seconds: int) -> Attached:
        return await self.heard(Attached, self.person.user.sends_voice(content, seconds))

    async def edits(self, message: str, text: str) -> None:
        await self.person.user.edits(self.message(message), text)

    async def leaves(self) -> None:
        await self.person.user.blocks()

    async def returns(self) -> None:
        await self.person.user.unblocks()

    def forgives(self) -> None:
        self._server.journal.calls.clear()

    def message(self, id: str) -> Message:
        """A message that is there."""
        found = self.person.user.chat.message(int(id))
        assert found is not None, id
        return found


class TelegramTeam(Group):
    """A group that can become a supergroup."""

    def __init__(self, group: TelegramGroup, bot: str) -> None:
        self._group, self._bot, self.chat = group, bot, str(group.id)

    async def says(self, who: Correspondent, text: str, reply_to: str | None = None) -> Said:
        user, to = _user(who), None if reply_to is None else self._group.chat.message(int(reply_to))
        return await who.heard(Said, user.user.says(text, reply_to=to, where=self._group))

    async def calls(self, who: Correspondent, text: str) -> Said:
        return await self.says(who, f"@{self._bot} {text}")

    async def chooses(self, who: Correspondent, receipt: Receipt, what: str) -> None:
        menu = self._group.chat.message(int(receipt.ids[-1]))
        assert menu is not None
        await _user(who).user.presses(menu, what)

    async def joins(self, who: Correspondent) -> None:
        await who.heard(Joined, self._group.adds(_user(who).user))

    async def quits(self, who: Correspondent) -> None:
        await who.heard(Left, self._group.removes(_user(who).user))

    async def looks(self, who: Correspondent) -> list[Shown]:
        assert self._group.chat.statuses[_user(who).user.id] in ("creator", "member")
        return [shown(message) for message in self._group.messages if message.sender.is_bot]

    async def moves(self) -> str:
        return str(await self._group.migrates())


def _user(who: Correspondent) -> TelegramPerson:
    assert isinstance(who, OnTelegram)
    return who.person


def shown(message: Message) -> Shown:
    """A message as a client shows it."""
    keyboard = message.markup.rows if isinstance(message.markup, ReplyKeyboard) else ()
    below = [button.text for row in keyboard for button in row]
    return Shown(
        id=str(message.id),
        text=message.plain,
        html=message.html,
        buttons=(*message.labels, *below),
        files=() if message.media is None else (message.media.file.name or message.media.kind,),
    )
