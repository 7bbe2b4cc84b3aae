"""The web chat keeps the messenger's contract."""

from __future__ import annotations

import asyncio

from aiohttp import ClientTimeout

from core.chat.blocks import Paragraph
from core.chat.events import Pressed
from core.chat.files import Draft
from core.chat.messenger import Gone, NotSent, Receipt, Refused, Sent
from core.chat.pages import Key, Page, Part, Press
from tests.support.webchat import ANNA, World, event_of, page


async def test_a_page_is_sent_once_for_its_key(world: World) -> None:
    first = await world.chat.send(ANNA, page("Hello"), "k")
    assert await world.chat.send(ANNA, page("Hello"), "k") == first
    assert len(world.chat.history.latest(ANNA)[0]) == 1


async def test_each_part_is_a_message_and_only_the_last_has_keys(world: World) -> None:
    whole = Page(
        parts=(Part(blocks=(Paragraph(("a",)),)), Part(blocks=(Paragraph(("b",)),), rows=((Key("K", Press("x")),),)))
    )
    sent = await world.chat.send(ANNA, whole, "k")
    assert isinstance(sent, Sent)
    assert len(sent.receipt.ids) == 2
    shown = await (await world.client.get(f"{world.address}/chat/{ANNA}")).text()
    assert shown.count('name="data" value="x"') == 1


async def test_an_edit_of_what_is_not_there_is_gone(world: World) -> None:
    sent = await world.chat.send(ANNA, page("Hello"), "k")
    assert isinstance(sent, Sent)
    assert await world.chat.edit(ANNA, sent.receipt, page("Bye"), "k2") == sent
    assert await world.chat.delete(ANNA, sent.receipt) == sent
    assert isinstance(await world.chat.delete(ANNA, sent.receipt), Gone)
    assert isinstance(await world.chat.edit(ANNA, sent.receipt, page("Bye"), "k3"), Gone)
    assert isinstance(await world.chat.edit(ANNA, Receipt(("999",)), page("Bye"), "k4"), Gone)


async def test_a_draft_becomes_a_file_that_can_be_downloaded(world: World) -> None:
    draft = Draft("message.txt", "text/plain", b"long")
    await world.chat.send(ANNA, Page(parts=(Part(attachments=(draft,)),)), "k")
    (message,) = world.chat.history.latest(ANNA)[0]
    assert message.part is not None
    (file,) = message.part.attachments
    assert not isinstance(file, Draft)
    answer = await world.client.get(f"{world.address}/files/{file.content}", params={"name": file.name})
    assert await answer.read() == b"long"


async def test_a_disk_that_is_full_or_a_file_too_large_is_an_outcome(world: World) -> None:
    draft = Page(parts=(Part(attachments=(Draft("a.bin", "x/y", bytes(21 * 2**20)),)),))
    assert isinstance(await world.chat.send(ANNA, draft, "k"), Refused)
    world.files.full = True
    assert isinstance(await world.chat.send(ANNA, draft, "k"), NotSent)


async def test_a_history_that_cannot_be_written_is_an_outcome(world: World) -> None:
    world.chat.history.close()
    assert isinstance(await world.chat.send(ANNA, page("Hello"), "k"), NotSent)
    assert isinstance(await world.chat.edit(ANNA, Receipt(("1",)), page("Hello"), "k"), NotSent)
    assert isinstance(await world.chat.delete(ANNA, Receipt(("1",))), NotSent)
    assert not (await world.chat.check()).ok


async def test_a_press_is_acknowledged_on_the_open_page_only(world: World) -> None:
    press = Pressed(
        messenger="web", id="p", at=world.clock.now(), account=ANNA, chat=ANNA, data="x", message="1", press="p"
    )
    await world.chat.acknowledge(press, "nobody sees this")
    since = {"since": f"{world.chat.history.epoch}.0"}
    async with world.client.get(f"{world.address}/events/{ANNA}", params=since) as stream:
        await world.chat.acknowledge(press, "Taken")
        assert await event_of(stream) == ("ack", {"chat": ANNA, "press": "p", "toast": "Taken"}, "")


async def test_closing_ends_the_streams(world: World) -> None:
    since = {"since": f"{world.chat.history.epoch}.0"}
    async with world.client.get(
        f"{world.address}/events/{ANNA}", params=since, timeout=ClientTimeout(total=10)
    ) as stream:
        await world.chat.close()
        assert b"retry" in await stream.read()


async def test_before_it_listens_nothing_is_taken(world: World) -> None:
    world.listening.cancel()
    await asyncio.gather(world.listening, return_exceptions=True)
    answer = await world.posts("/say", account=ANNA, text="Hello")
    assert answer.status == 503
    assert world.chat.history.latest(ANNA)[0] == []
