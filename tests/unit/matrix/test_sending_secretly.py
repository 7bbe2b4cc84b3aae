"""Messages on their way out to encrypted rooms: readable by the person alone, and each of them once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nio import RoomEncryptedFile, RoomMessageText
from nio.crypto.attachments import decrypt_attachment

from adapters.matrix.connection import part
from adapters.matrix.outbound import Outbound
from adapters.matrix.rooms import Rooms
from adapters.matrix.settings import Settings
from core.chat.blocks import Bold, Paragraph
from core.chat.files import Draft
from core.chat.messenger import Sent
from core.chat.pages import Page, Part
from tests.support.synapse import Homeserver
from tests.unit.matrix.secret import SecretBot, SecretPerson, a_bot, a_person, an_account
from tests.unit.matrix.test_media import Folder
from tests.unit.matrix.test_outbound import page, sent


@pytest.fixture
async def bot(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[SecretBot]:
    bot = await a_bot(homeserver, await an_account(homeserver), tmp_path / "bot")
    yield bot
    await bot.close()


@pytest.fixture
async def person(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[SecretPerson]:
    async with a_person(homeserver, tmp_path / "person") as person:
        yield person


@pytest.fixture
async def outbound(bot: SecretBot, tmp_path: Path) -> AsyncIterator[Outbound]:
    ready = asyncio.Event()
    ready.set()
    rooms = Rooms(bot.connection, tmp_path)
    outbound = Outbound(bot.connection, Settings(), rooms, bot.encryption, Folder(tmp_path), ready)
    yield outbound
    await outbound.close()
    rooms.close()


async def test_only_the_person_reads_a_page_and_its_edit(
    outbound: Outbound, bot: SecretBot, person: SecretPerson
) -> None:
    attached = Part(attachments=(Draft("a.txt", "text/plain", b"salaries"),), blocks=(Paragraph(("secret",)),))
    first = await sent(outbound, Page(parts=(attached,)), chat=person.id)
    assert await sent(outbound, Page(parts=(attached,)), chat=person.id) == first
    revised = Page(parts=(Part(attachments=attached.attachments, blocks=(Paragraph(("hidden",)),)),))
    second = (
        await outbound.edit(person.id, first, revised, "1.2"),
        await outbound.edit(person.id, first, revised, "1.2"),
    )
    assert second[0] == second[1]
    room = first.note.split()[0]
    await person.client.join(room)
    found = (await person.client.sync(timeout=0, full_state=True)).rooms.join[room].timeline.events
    file, text, edit = (event for event in found if isinstance(event, RoomEncryptedFile | RoomMessageText))
    assert (file.body, text.body, edit.body) == ("a.txt", "secret", "* hidden")
    assert edit.source["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": text.event_id}
    secret = b"".join([chunk async for chunk in bot.connection.download(file.url, 10**6)])
    assert b"salaries" not in secret
    assert decrypt_attachment(secret, file.key["k"], file.hashes["sha256"], file.iv) == b"salaries"
    raw = await bot.connection.request(
        "GET", f"/_matrix/client/v3/rooms/{part(room)}/messages", query={"dir": "b", "limit": "100"}
    )
    assert not [word for word in ("secret", "hidden", "a.txt", "salaries") if word in str(raw)]


async def test_signs_are_pressed_in_an_encrypted_room_too(outbound: Outbound, person: SecretPerson) -> None:
    receipt = await sent(outbound, page("menu", signs=("1️⃣", "2️⃣")), chat=person.id)
    await outbound.reactions.settled()
    room = receipt.note.split()[0]
    await person.client.join(room)
    found = (await person.client.sync(timeout=0, full_state=True)).rooms.join[room].timeline.events
    assert [event.key for event in found if event.source["type"] == "m.reaction"] == ["1️⃣", "2️⃣"]


async def test_the_longest_formatted_text_and_its_edit_fit(outbound: Outbound, person: SecretPerson) -> None:
    longest = Page(parts=(Part(blocks=(Paragraph((Bold("щ" * 3000), " ", "й" * 2990)),)),))
    assert 11_900 < len("щ".encode()) * 5990 < 12_000
    receipt = await sent(outbound, longest, chat=person.id)
    changed = Page(parts=(Part(blocks=(Paragraph((Bold("ж" * 3000), " ", "й" * 2990)),)),))
    assert isinstance(await outbound.edit(person.id, receipt, changed, "1.2"), Sent)
