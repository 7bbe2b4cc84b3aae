"""What was sent is changed and taken back."""

from __future__ import annotations

from datetime import timedelta

from core.chat.capabilities import Level
from core.chat.events import Deleted, Edited
from core.chat.files import Media
from core.chat.messenger import Gone, Sent
from core.chat.screens import Button
from tests.contract.messengers.clients import Can, needs
from tests.contract.messengers.station import Correspondent, File, Station, arrived
from tests.contract.messengers.test_menus import Pick
from tests.support.botapi import PNG

PICTURE = File("plan.png", "image/png", PNG)


async def test_a_text_is_changed_where_it_stands(station: Station, anna: Correspondent) -> None:
    receipt = await station.sends(anna.chat, station.page("Before"))
    after = await station.sends(anna.chat, station.page("Another"))
    changed = await station.edits(anna.chat, receipt, station.page("After <1>"))
    assert station.capabilities.edits is not Level.NONE
    assert [(shown.id, shown.text) for shown in await anna.looks()] == [
        (changed.ids[0], "After <1>"),
        (after.ids[0], "Another"),
    ]


async def test_an_edit_may_be_repeated(station: Station, anna: Correspondent) -> None:
    receipt = await station.sends(anna.chat, station.page("Before"))
    key = station.key()
    changed = await station.edits(anna.chat, receipt, station.page("After"), key)
    again = arrived(await station.messenger.edit(anna.chat, changed, station.page("After"), key))
    assert [shown.text for shown in await anna.looks()] == ["After"]
    assert [shown.text for shown in await anna.sees(again)] == ["After"]


async def test_a_menu_goes_and_comes(station: Station, anna: Correspondent) -> None:
    receipt = await station.sends(anna.chat, station.menu("Which?", Button("Tea", Pick(1))))
    receipt = await station.edits(anna.chat, receipt, station.page("Tea it is"))
    shown = await anna.sees_one(receipt)
    assert (shown.text, shown.buttons) == ("Tea it is", ())
    receipt = await station.edits(anna.chat, receipt, station.menu("More?", Button("Yes", Pick(2))))
    assert (await anna.sees_one(receipt)).buttons == ("Yes",)


async def test_a_page_grows_and_shrinks(station: Station, anna: Correspondent) -> None:
    picture = await station.keeps(PICTURE, Media.PHOTO)
    long = "word " * (station.capabilities.text_limit // 4)
    receipt = await station.sends(anna.chat, station.page("Short"))
    for page in (station.page(long), station.page("Short again"), station.page("With it", files=[picture])):
        receipt = await station.edits(anna.chat, receipt, page)
        there = await anna.looks()
        assert [shown.id for shown in there] == [shown.id for shown in await anna.sees(receipt)]
        words = " ".join(shown.text for shown in there).split()
        said = [block.line[0] for part in page.parts for block in part.blocks if hasattr(block, "line")]
        assert words == " ".join(str(text) for text in said).split()
    assert await anna.opens(receipt) == [PNG]
    receipt = await station.edits(anna.chat, receipt, station.page("Without"))
    assert [shown.text for shown in await anna.looks()] == ["Without"]
    assert await anna.opens(receipt) == []


async def test_what_is_withdrawn_is_gone(station: Station, anna: Correspondent) -> None:
    picture = await station.keeps(PICTURE, Media.PHOTO)
    menu = station.page("Picnic", "word " * (station.capabilities.text_limit // 4), files=[picture])
    receipts = [await station.sends(anna.chat, page) for page in (station.page("Stays"), menu)]
    assert len(await anna.sees(receipts[1])) == len(receipts[1].ids)
    arrived(await station.messenger.delete(anna.chat, receipts[1]))
    assert [shown.text for shown in await anna.looks()] == ["Stays"]
    again = await station.messenger.delete(anna.chat, receipts[1])
    assert isinstance(again, Sent | Gone)
    anna.forgives()


async def test_what_was_changed_and_is_withdrawn_cannot_be_read_any_more(station: Station, anna: Correspondent) -> None:
    long = "word " * (station.capabilities.text_limit // 4)
    receipt = await station.sends(anna.chat, station.page("Wages: 1", long))
    for number in (2, 3):
        receipt = await station.edits(anna.chat, receipt, station.page(f"Wages: {number}", f"More {number} {long}"))
    assert any("Wages: 3" in text for text in await anna.history())
    arrived(await station.messenger.delete(anna.chat, receipt))
    assert not [text for text in await anna.history() if "Wages" in text or "More" in text]


async def test_what_can_no_longer_be_deleted_says_that_it_is_withdrawn(station: Station, anna: Correspondent) -> None:
    receipt = await station.sends(anna.chat, station.page("Picnic"))
    within = station.capabilities.delete_within
    station.clock.move((within or timedelta(days=365)) + timedelta(minutes=1))
    outcome = await station.messenger.delete(anna.chat, receipt)
    if within is None:
        assert isinstance(outcome, Sent)
        assert await anna.looks() == []
        return
    assert isinstance(outcome, Gone)
    anna.forgives()
    receipt = await station.edits(anna.chat, receipt, station.page("Withdrawn"))
    assert [shown.text for shown in await anna.looks()] == ["Withdrawn"]


async def test_what_is_gone_cannot_be_changed(station: Station, anna: Correspondent) -> None:
    receipt = await station.sends(anna.chat, station.page("Before"))
    arrived(await station.messenger.delete(anna.chat, receipt))
    outcome = await station.messenger.edit(anna.chat, receipt, station.page("After"), station.key())
    anna.forgives()
    shown = [one.text for one in await anna.looks()]
    assert shown == (["After"] if isinstance(outcome, Sent) and outcome.receipt.ids != receipt.ids else [])


@needs(Can.EDIT)
async def test_what_people_change_is_told(anna: Correspondent) -> None:
    said = await anna.says("Befor")
    edited = await anna.heard(Edited, anna.edits(said.message, "Before & <after>"))
    assert (edited.message, edited.text) == (said.message, "Before & <after>")


@needs(Can.REMOVE)
async def test_what_people_take_back_is_told(anna: Correspondent) -> None:
    said = await anna.says("A secret")
    assert (await anna.heard(Deleted, anna.removes(said.message))).message == said.message
