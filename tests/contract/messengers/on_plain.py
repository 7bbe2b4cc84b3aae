"""Somebody on the messenger without buttons, who tells the adapter directly what a wire would bring."""

from __future__ import annotations

from core.chat.events import Attached, Chosen, Said
from core.chat.files import Attachment, Media
from core.chat.messenger import Receipt
from tests.contract.messengers.station import Correspondent, File, Shown
from tests.support.plain_wire import PlainPerson


class OnPlain(Correspondent):
    """Sees lines, and types."""

    person: PlainPerson

    async def looks(self) -> list[Shown]:
        return [
            Shown(id=line.id, text=line.text, buttons=line.options, files=tuple(file.name for file in line.files))
            for line in self.person.lines()
        ]

    async def opens(self, receipt: Receipt) -> list[bytes]:
        there = [line for line in self.person.lines() if line.id in receipt.ids]
        return [
            self.station.content(file) if isinstance(file, Attachment) else file.content
            for line in there
            for file in line.files
        ]

    async def answers(self, text: str, to: str) -> Said:
        return await self.heard(Said, self.person.does(Said, text=text, reply_to=to))

    async def reacts(self, sign: str, to: str) -> None:
        version = next(line.version for line in self.person.lines() if line.id == to)
        await self.person.does(Chosen, sign=sign, message=to, version=version)

    async def offered(self, message: str, signs: int) -> list[str]:
        line = next(line for line in self.person.lines() if line.id == message)
        return [sign for sign in line.signs if sign]

    async def speaks(self, content: bytes, seconds: int) -> Attached:
        voice = await self.station.keeps(File("voice.ogg", "audio/ogg", content), Media.VOICE, seconds=seconds)
        return await self.heard(Attached, self.person.does(Attached, attachment=voice))
