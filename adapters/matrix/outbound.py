"""Sends, edits and redacts the messages of a page.

Each request carries a transaction id made of the delivery's key, the message's position and a hash of what it says: a
page that was sent in part is simply sent again, also after a restart, and the server takes each message once. Nothing
has to be remembered, and a database that was set back, which gives its keys a second time, loses nothing either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from adapters.matrix import receipts
from adapters.matrix.connection import Connection, Lost, NotReached, Refusal, part
from adapters.matrix.direct import Direct
from adapters.matrix.media import Media
from adapters.matrix.outcomes import changing, opening, sending, storing
from adapters.matrix.reactions import Reactions
from adapters.matrix.receipts import Shown
from adapters.matrix.redacting import edits_of, redact
from adapters.matrix.rooms import Room, Rooms
from adapters.matrix.settings import Account
from adapters.matrix.verifying import CANCEL, cancelled
from adapters.matrix.write import (
    FileMessage,
    Outgoing,
    TextMessage,
    file_content,
    messages,
    placed,
    replacing,
    seeds,
)
from core.chat.files import Files
from core.chat.messenger import Absent, Gone, Later, NotSent, Outcome, Receipt, Refused, Relocated, Sent, Unreachable
from core.chat.pages import Page

if TYPE_CHECKING:
    from adapters.matrix.encryption import Encryption

_READY_WITHIN = 10.0
_UPGRADE_SECONDS = 15.0
"""Between looks whether the bot is in the room that follows an upgraded one, and who is in a room at all."""
_SILENT_SECONDS = 60.0
"""Until a person's server is asked again for her devices."""
_MESSAGE = "m.room.message"


class _Ended(Exception):
    """The outcome is known before anything was asked of the server."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(type(outcome).__name__)


class Outbound:
    """The way out of one account. `ready` is set when the first sync has told of all rooms.

    `expect` is told of each person who cannot read yet what is there to say. `reactions.pressed` and `direct.enlist`
    are for those who receive.
    """

    def __init__(
        self,
        connection: Connection,
        settings: Account,
        rooms: Rooms,
        encryption: Encryption | None,
        files: Files,
        ready: asyncio.Event,
        expect: Callable[[str], None] = lambda person: None,
    ) -> None:
        self._connection, self._rooms, self._encryption, self._ready = connection, rooms, encryption, ready
        self._media, self._expect = Media(connection, files), expect
        self.direct = Direct(connection, rooms, encrypted=settings.encrypted_rooms and encryption is not None)
        self.reactions = Reactions(connection)

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Sends a page to a person (in their private room, made when there never was one) or to a room."""
        try:
            await self._be_ready()
            room = await self._person_room(chat) if chat.startswith("@") else self._room(chat)
            try:
                sent = await self._say(room, page, key)
            except Refusal as error:
                if not chat.startswith("@") or not await self._is_muted(room, error):
                    raise
                room = await self._person_room(chat)
                sent = await self._say(room, page, key)
            menu, signs = receipts.menu(sent), seeds(page)
            self.reactions.show(room.id, menu, signs, key, new=True)
            return Sent(receipts.receipt(room.id, sent, menu, signs))
        except Exception as error:
            return self._ended(error, sending)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Edits what can be edited, redacts what has no place any more, and sends the rest."""
        name, old = receipts.shown(receipt)
        try:
            await self._be_ready()
            room = self._rooms.get(name)
            if room is None or room.left:
                return Gone("the bot is not in the room any more")
            return Sent(await self._edit(room, old, receipt.version, page, key))
        except Exception as error:
            return self._ended(error, changing)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Redacts the messages."""
        name, old = receipts.shown(receipt)
        try:
            for item in old:
                edited = item.was_edited or (item.id == receipts.menu(old) and receipt.version not in ("", item.id))
                await self._take_back(name, item, edited=edited)
        except Exception as error:
            return self._ended(error, changing)
        return Sent(receipt)

    async def refuse(self, room_id: str, request: str) -> None:
        """Cancels what somebody began in a room to make sure of the bot, as well as it goes."""
        room = self._rooms.get(room_id)
        if room is not None:
            with suppress(Refusal, NotReached, Lost):
                await self._put(room, cancelled(request), f"v{request}", CANCEL)

    async def close(self) -> None:
        """Ends what runs in the background."""
        await self.reactions.close()
        await self.direct.close()

    async def _be_ready(self) -> None:
        try:
            async with asyncio.timeout(_READY_WITHIN):
                await self._ready.wait()
        except TimeoutError:
            raise _Ended(NotSent("the first sync is not done")) from None

    async def _person_room(self, person: str) -> Room:
        try:
            async with asyncio.timeout(_READY_WITHIN):
                await self._rooms.counted(person)
        except TimeoutError:
            raise _Ended(Later(_UPGRADE_SECONDS)) from None
        room = self._rooms.private(person)
        if room is not None and room.successor is not None:
            raise _Ended(Later(_UPGRADE_SECONDS))  # nobody may write there any more, and the invite is on its way
        if room is not None and not self._rooms.is_mute(room):
            return room
        if room is None and self._rooms.had(person):
            raise _Ended(Unreachable("left the private room"))
        try:
            return await self.direct.open(person)
        except Exception as error:
            raise _Ended(opening(error)) from error

    async def _say(self, room: Room, page: Page, key: str) -> list[Shown]:
        await self._is_read(room)
        return await self._send(room, messages(page), page, f"k{key}")

    async def _is_muted(self, room: Room, error: Refusal) -> bool:
        """Whether the bot was refused to write because the room's owner lets it only listen: its person can be talked
        to elsewhere. Who has thrown it out does not want to be."""
        if error.code != "M_FORBIDDEN":
            return False
        me = f"/_matrix/client/v3/rooms/{part(room.id)}/state/m.room.member/{part(self._connection.user)}"
        try:
            there = (await self._connection.request("GET", me)).get("membership") == "join"
        except Refusal:
            return False
        if there:
            self._rooms.mute(room.id)
        return there

    async def _is_read(self, room: Room) -> None:
        """What nobody has the key for is lost, even to who comes later: it waits until she can read it."""
        person = room.person
        if person is None or not room.private or not room.encrypted or self._encryption is None:
            return
        members = await self._rooms.members(room.id)
        read = await self._encryption.is_read(room.id, members, person, self._rooms.invited(room.id))
        if read is None:
            raise _Ended(Later(_SILENT_SECONDS))
        if not read:
            self._expect(person)
            raise _Ended(Absent("no device"))

    def _room(self, name: str) -> Room:
        room = self._rooms.get(name)
        successor = self._rooms.get(room.successor) if room is not None and room.successor else None
        if successor is not None and not successor.left:
            raise _Ended(Relocated(successor.id))
        if room is None or room.left:
            raise _Ended(Unreachable("the bot is not in the room"))
        return room

    async def _send(self, room: Room, new: Sequence[Outgoing], page: Page, txn: str, start: int = 0) -> list[Shown]:
        sent = []
        for number, message in enumerate(new, start):
            content = placed(await self._content(room, message), page.place)
            word = receipts.word(message)
            sent.append(Shown(await self._put(room, content, f"{txn}.{number}.{word}"), word))
        return sent

    async def _edit(self, room: Room, old: Sequence[Shown], version: str, page: Page, key: str) -> Receipt:
        new = messages(page)
        partners = receipts.partners(old, new)
        versions = {receipts.menu(old): version} if old else {}
        shown: list[Shown] = []
        for number, (item, message) in enumerate(zip(partners, new, strict=False)):
            if isinstance(message, TextMessage) and not item.shows(message):
                change = replacing(message.content, item.id)
                versions[item.id] = await self._put(room, change, f"e{key}.{number}.{receipts.word(message)}")
            shown.append(item.turned(message))
        for item in old:
            if item not in partners:
                await self._remove(room, item)
        shown += await self._send(room, new[len(shown) :], page, f"e{key}", len(shown))
        menu, signs = receipts.menu(shown), seeds(page)
        with_signs = {item.id for item in old if item.has_signs}
        for item in partners:
            if item.id in with_signs and item.id != menu:
                self.reactions.show(room.id, item.id, (), key)
        self.reactions.show(room.id, menu, signs, key, new=menu not in with_signs)
        return receipts.receipt(room.id, shown, versions.get(menu) or menu, signs)

    async def _content(self, room: Room, message: Outgoing) -> Mapping[str, Any]:
        match message:
            case TextMessage(content):
                return content
            case FileMessage(file):
                try:
                    stored = await self._media.upload(file, room.encrypted)
                except Exception as error:
                    raise _Ended(storing(error)) from error
                return file_content(file, stored.file, stored.thumbnail)

    async def _put(self, room: Room, content: Mapping[str, Any], txn: str, kind: str = _MESSAGE) -> str:
        """Sends an event, encrypted where the room is; its id. The same `txn` gives the same event."""
        if room.encrypted:
            kind, content = await self._encrypted(room, content, kind)
        answer = await self._connection.request(
            "PUT", f"/_matrix/client/v3/rooms/{part(room.id)}/send/{kind}/{part(txn)}", content
        )
        event = answer.get("event_id")
        if not isinstance(event, str):
            raise Lost("an event without an id")
        return event

    async def _encrypted(self, room: Room, content: Mapping[str, Any], kind: str) -> tuple[str, Mapping[str, Any]]:
        if self._encryption is None:
            raise _Ended(Refused("the room is encrypted, and the bot is set up without encryption"))
        hidden = dict(content)
        relation = hidden.pop("m.relates_to", None)
        members = await self._rooms.members(room.id)
        invited = self._rooms.invited(room.id)
        kind, secret = await self._encryption.encrypt(room.id, members, kind, hidden, invited)
        # The server has to know what belongs together.
        return kind, secret if relation is None else {**secret, "m.relates_to": relation}

    async def _remove(self, room: Room, item: Shown) -> None:
        """Redacts what has no place any more; where that is not allowed it stays."""
        try:
            await self._take_back(room.id, item, edited=item.was_edited)
        except Refusal as error:
            if error.code not in ("M_FORBIDDEN", "M_NOT_FOUND"):
                raise

    async def _take_back(self, room: str, item: Shown, *, edited: bool) -> None:
        """Redacts a message with its edits: each holds a text of its own, which recipients could still read."""
        self._clear(room, item)
        for one in await edits_of(self._connection, room, item.id) if edited else ():
            await redact(self._connection, room, one)
        await redact(self._connection, room, item.id)

    def _clear(self, room: str, item: Shown) -> None:
        """Some clients go on showing the reactions under a message that was taken back."""
        if item.has_signs:
            self.reactions.show(room, item.id, (), "")

    def _ended(self, error: Exception, rule: Callable[[Exception], Outcome]) -> Outcome:
        outcome = error.outcome if isinstance(error, _Ended) else rule(error)
        if isinstance(outcome, Later) and outcome.everywhere:
            self.reactions.pause(outcome.seconds)  # messages come first
        return outcome
