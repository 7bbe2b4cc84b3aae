"""Files both ways, with the very bytes."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from core.chat.blocks import Bold
from core.chat.capabilities import Level
from core.chat.files import Loss, Media
from core.chat.screens import paragraph
from tests.contract.messengers.clients import Can, needs
from tests.contract.messengers.station import Correspondent, File, Station
from tests.support.botapi import PNG

PICTURE = File("plan.png", "image/png", PNG)
PAPER = File("Отчёт <1> & 2.pdf", "application/pdf", b"%PDF-1.4 something")
VOICE = File("voice.ogg", "audio/ogg", b"OggS" + bytes(60))


def picture(colour: str) -> File:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(made, "PNG")
    return File(f"{colour}.png", "image/png", made.getvalue())


def text_first(station: Station) -> bool:
    """A menu that has to be read stands at the end."""
    return station.capabilities.buttons is not Level.NONE


async def test_a_document_arrives(station: Station, anna: Correspondent) -> None:
    (event,) = await anna.attaches(File("plan.txt", "text/plain", b"small"), caption="Look <here>")
    assert (event.attachment.media, event.attachment.name) == (Media.DOCUMENT, "plan.txt")
    assert event.attachment.mime == "text/plain"
    assert (event.caption, event.album, event.chat) == ("Look <here>", None, anna.chat)
    assert station.content(event.attachment) == b"small"
    assert event.attachment.size == 5


async def test_a_picture_arrives(station: Station, anna: Correspondent) -> None:
    (event,) = await anna.attaches(PICTURE)
    assert event.attachment.media is Media.PHOTO
    assert event.caption == ""
    assert station.content(event.attachment) == PNG


async def test_a_program_is_kept_for_nobody_whatever_it_is_called(station: Station, anna: Correspondent) -> None:
    (event,) = await anna.attaches(File("photo.pdf", "application/pdf", b"MZ\x90\0 a program"))
    assert (event.attachment.loss, event.attachment.content) == (Loss.DANGEROUS, "")
    assert event.attachment.name == "photo.pdf"


@needs(Can.ALBUM)
async def test_files_that_are_sent_at_once_belong_together(station: Station, anna: Correspondent) -> None:
    files = [picture(colour) for colour in ("red", "green", "blue")]
    events = await anna.attaches(*files, caption="Three")
    assert [station.content(event.attachment) for event in events] == [file.content for file in files]
    assert [event.caption for event in events] == ["Three", "", ""]
    assert len({event.album for event in events}) == 1
    assert events[0].album


@needs(Can.SPEAK)
async def test_a_voice_message_arrives(station: Station, anna: Correspondent) -> None:
    event = await anna.speaks(VOICE.content, 3)
    assert (event.attachment.media, event.attachment.seconds) == (Media.VOICE, 3)
    assert station.content(event.attachment) == VOICE.content


async def test_a_document_goes_out_with_its_name(station: Station, anna: Correspondent) -> None:
    paper = await station.keeps(PAPER, Media.DOCUMENT)
    receipt = await station.sends(anna.chat, station.page("The report", files=[paper]))
    shown = await anna.sees(receipt)
    assert "Отчёт" in " ".join(file for one in shown for file in one.files)
    assert "The report" in " ".join(one.text for one in shown)
    assert await anna.opens(receipt) == [PAPER.content]


async def test_a_short_text_is_the_caption_where_there_are_captions(station: Station, anna: Correspondent) -> None:
    kept = await station.keeps(PICTURE, Media.PHOTO)
    short = await anna.sees(await station.sends(anna.chat, station.page("Short", files=[kept])))
    assert len(short) == (1 if station.capabilities.caption_limit else 2)
    long = "word " * (station.capabilities.caption_limit // 4 or 2)
    shown = await anna.sees(await station.sends(anna.chat, station.page(long, files=[kept])))
    assert len(shown) == 2
    assert [bool(one.files) for one in shown] == ([False, True] if text_first(station) else [True, False])


async def test_an_album_goes_out_in_its_order(station: Station, anna: Correspondent) -> None:
    files = [picture(colour) for colour in ("red", "green", "blue")]
    kept = [await station.keeps(file, Media.PHOTO) for file in files]
    paper = await station.keeps(PAPER, Media.DOCUMENT)
    receipt = await station.sends(anna.chat, station.page("All of them", files=[*kept, paper]))
    assert await anna.opens(receipt) == [*(file.content for file in files), PAPER.content]
    assert (await anna.sees(receipt))[0 if text_first(station) else -1].text == "All of them"


async def test_each_picture_of_an_album_has_its_caption(station: Station, anna: Correspondent) -> None:
    kept = [
        replace(await station.keeps(picture(colour), Media.PHOTO), caption=(paragraph("In ", Bold(colour)),))
        for colour in ("red", "green")
    ]
    shown = await anna.sees(receipt := await station.sends(anna.chat, station.page("All of them", files=kept)))
    places = [position for position, one in enumerate(shown) if "In red" in one.text or "In green" in one.text]
    assert places
    assert shown[0 if text_first(station) else -1].text == "All of them"
    changed = [kept[0], replace(kept[1], caption=(paragraph("In blue"),))]
    shown = await anna.sees(await station.edits(anna.chat, receipt, station.page("All of them", files=changed)))
    words = " ".join(one.text for one in shown)
    assert ("In red" in words, "In blue" in words, "In green" in words) == (True, True, False)


async def test_sound_goes_out(station: Station, anna: Correspondent) -> None:
    voice = await station.keeps(VOICE, Media.VOICE, seconds=3)
    receipt = await station.sends(anna.chat, station.page(files=[voice]))
    assert len(await anna.sees(receipt)) == len(receipt.ids) == 1
    assert await anna.opens(receipt) == [VOICE.content]
