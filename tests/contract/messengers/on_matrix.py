"""Somebody with a Matrix client of another make than the bot's."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from nio import RoomCreateResponse, RoomMessagesResponse
from nio.api import RoomPreset
from nio.event_builders import EnableEncryptionBuilder

from core.chat.events import Attached, Joined, Left, Said
from core.chat.messenger import Receipt
from tests.contract.messengers.station import Correspondent, File, Group, Shown, eventually
from tests.support.matrix_chat import Message
from tests.support.matrix_people import MatrixPerson, accepted
from tests.support.matrix_wire import MatrixWire


class OnMatrix(Correspondent):
    """Types numbers, reacts, replies; can leave the room."""

    person: MatrixPerson

    async def ready(self) -> None:
        await self.person.arrives()

    async def enters(self) -> None:
        """In the private room that the bot has opened, or else in one of the own making, which the bot takes for a
        start."""
        await self.person.refresh()
        before = len(self.station.line.inbox.stored)
        if not self.person.has_dm:
            await self.person.opens_dm()
            await self.station.line.until(
                lambda: any(event.account == self.account for event in self.station.line.inbox.stored[before:])
            )

    async def says(self, text: str) -> Said:
        await self.enters()
        return await super().says(text)

    async def attaches(self, *files: File, caption: str = "") -> list[Attached]:
        await self.enters()
        return await super().attaches(*files, caption=caption)

    async def looks(self) -> list[Shown]:
        await self.person.refresh()
        return [shown(message) for message in self.person.view.messages()]

    async def opens(self, receipt: Receipt) -> list[bytes]:
        await self.person.refresh()
        there = [message for message in self.person.view.messages() if message.id in receipt.ids]
        return [await self.person.downloads(message.content) for message in there if message.seen().files]

    async def history(self) -> list[str]:
        client, room = await self.person.client(), await self.person.opens_dm()
        found = await client.room_messages(room, limit=200)
        assert isinstance(found, RoomMessagesResponse), found
        return [str(event.source["content"]) for event in found.chunk]

    async def answers(self, text: str, to: str) -> Said:
        await self.enters()
        return await self.heard(Said, self.person.sends(_reply(text, to)))

    async def reacts(self, sign: str, to: str) -> None:
        await self.person.reacts(to, sign)

    async def offered(self, message: str, signs: int) -> list[str]:
        async def all_there() -> bool:
            await self.person.refresh()
            return len(self.person.view.offered(message)) >= signs

        await eventually(all_there)
        return self.person.view.offered(message)

    async def stresses(self, before: str, word: str, after: str, url: str = "") -> Said:
        await self.enters()
        strong = f"<strong>{escape(word)}</strong>"
        strong = f'<a href="{escape(url)}">{strong}</a>' if url else strong
        html = f"{escape(before)}{strong}{escape(after)}"
        content = {**_text(before + word + after), "format": "org.matrix.custom.html", "formatted_body": html}
        return await self.heard(Said, self.person.sends(content))

    async def speaks(self, content: bytes, seconds: int) -> Attached:
        await self.enters()
        file = await self.person.uploads("voice.ogg", content, "audio/ogg")
        file["info"]["duration"] = seconds * 1000
        voice = {"msgtype": "m.audio", "body": "voice.ogg", "org.matrix.msc3245.voice": {}, **file}
        return await self.heard(Attached, self.person.sends(voice))

    async def edits(self, message: str, text: str) -> None:
        change = {"m.new_content": _text(text), "m.relates_to": {"rel_type": "m.replace", "event_id": message}}
        await self.person.sends({**_text(f"* {text}"), **change})

    async def removes(self, message: str) -> None:
        client, room = await self.person.client(), await self.person.opens_dm()
        accepted(await client.room_redact(room, message))

    async def leaves(self) -> None:
        await self.person.leaves()

    async def returns(self) -> None:
        await self.person.opens_dm()


class MatrixTeam(Group):
    """A room of several people, which can be upgraded."""

    def __init__(self, wire: MatrixWire, founder: OnMatrix, chat: str) -> None:
        self._wire, self._founder, self.chat = wire, founder, chat

    @classmethod
    async def founded(cls, wire: MatrixWire, founder: OnMatrix, *members: OnMatrix) -> MatrixTeam:
        """A room with the bot and these people, all of whom are in it when the bot knows it."""
        client = await founder.person.client()
        made = await client.room_create(
            preset=RoomPreset.private_chat,
            invite=[wire.bot.user_id, *(member.account for member in members)],
            room_version="11",
            initial_state=[EnableEncryptionBuilder().as_dict()] if wire.encrypted else [],
        )
        assert isinstance(made, RoomCreateResponse), made
        team = cls(wire, founder, made.room_id)
        for member in members:
            await _joined(member.person, team.chat)
        await founder.person.meets_bot(team.chat)
        return team

    async def says(self, who: Correspondent, text: str, reply_to: str | None = None) -> Said:
        content = _text(text) if reply_to is None else _reply(text, reply_to)
        return await who.heard(Said, _person(who).sends(content, room=self.chat))

    async def calls(self, who: Correspondent, text: str) -> Said:
        bot = self._wire.bot.user_id
        content = {**_text(f"Kollega: {text}"), "m.mentions": {"user_ids": [bot]}}
        return await who.heard(Said, _person(who).sends(content, room=self.chat))

    async def chooses(self, who: Correspondent, receipt: Receipt, what: str) -> None:
        relation = {"rel_type": "m.annotation", "event_id": receipt.ids[-1], "key": what}
        await _person(who).sends({"m.relates_to": relation}, "m.reaction", room=self.chat)

    async def joins(self, who: Correspondent) -> None:
        person = _person(who)
        accepted(await (await self._founder.person.client()).room_invite(self.chat, who.account))
        await who.heard(Joined, _joined(person, self.chat))

    async def quits(self, who: Correspondent) -> None:
        client = await _person(who).client()
        await who.heard(Left, client.room_leave(self.chat))

    async def looks(self, who: Correspondent) -> list[Shown]:
        return await who.looks()

    async def moves(self) -> str:
        owner, path = (
            await self._wire.credentials(self._founder.person.key),
            f"rooms/{quote(self.chat, safe='')}/upgrade",
        )
        request = self._wire.homeserver.request
        made = await request("POST", f"/_matrix/client/v3/{path}", {"new_version": "12"}, token=owner.access_token)
        new = str(made["replacement_room"])
        accepted(await (await self._founder.person.client()).room_invite(new, self._wire.bot.user_id))
        await self._founder.person.meets_bot(new)
        return new


async def _joined(person: MatrixPerson, room: str) -> None:
    accepted(await (await person.client()).join(room))
    await person.refresh()  # who does not know of a room cannot say anything there


def shown(message: Message) -> Shown:
    """A message as a client shows it."""
    seen, content = message.seen(), message.content
    html = content.get("formatted_body", "") if content.get("format") == "org.matrix.custom.html" else ""
    return Shown(id=message.id, text=seen.text, html=html, buttons=seen.buttons, files=seen.files)


def _person(who: Correspondent) -> MatrixPerson:
    assert isinstance(who, OnMatrix)
    return who.person


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, "m.mentions": {}}


def _reply(text: str, to: str) -> dict[str, Any]:
    return {**_text(text), "m.relates_to": {"m.in_reply_to": {"event_id": to}}}
