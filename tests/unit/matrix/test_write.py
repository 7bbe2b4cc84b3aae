"""Whatever a page holds, it becomes events that a homeserver takes, also edited and encrypted."""

import json
from dataclasses import replace
from typing import Any

import pytest
import vodozemac
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix.capabilities import capabilities
from adapters.matrix.write import (
    CONTENT_LIMIT,
    FileMessage,
    TextMessage,
    Uploaded,
    file_content,
    messages,
    placed,
    replacing,
    seeds,
)
from core.chat.blocks import Block, Bold, Heading, Link, Paragraph, Preformatted
from core.chat.files import Attachment, Draft, Media
from core.chat.layout import plain
from core.chat.pages import Choice, Page, Part
from tests.unit.matrix.blocks import NASTY, blocks_of, texts

EVENT_LIMIT = 65_536
SERVERS_OWN = 2_000
"""Bytes that a server adds: the events before, hashes, signatures."""
EVENT_ID = "$" + "e" * 43
KEYS = {"v": "v2", "iv": "AAAA", "hashes": {"sha256": "BBBB"}, "key": {"k": "CCCC"}}
LIMITS = capabilities(8)


def measure(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def cut(text: str) -> str:
    return text.encode("utf-8", "replace")[: LIMITS.text_limit].decode("utf-8", "ignore")


def within_the_limit(blocks: list[Block]) -> tuple[Block, ...]:
    while measure(plain(blocks)) > LIMITS.text_limit:
        blocks = blocks[1:]
    return tuple(blocks)


repeated = st.sampled_from([*NASTY, '"', "\\", "\n", "&", "я", "👍"])
long_texts = st.builds(lambda text, times: cut(text * times), texts | repeated, st.integers(1, 12_000))
links = st.builds(lambda text, size: Link(text, f"https://example.org/{'a' * size}"), texts, st.integers(0, 50_000))
pieces = st.lists(
    blocks_of(texts) | blocks_of(long_texts) | st.builds(lambda link: Paragraph((link,)), links), max_size=6
).map(within_the_limit)


def text(*blocks: Block, quiet: bool = False, asked: bool = False) -> dict[str, Any]:
    (message,) = messages(Page(parts=(Part(blocks=blocks),), quiet=quiet, asked=asked))
    assert isinstance(message, TextMessage)
    return dict(message.content)


def picture() -> Attachment:
    return Attachment(media=Media.PHOTO, name="cat.png", mime="image/png", size=10, content="0" * 64)


def encrypted(content: dict[str, Any]) -> dict[str, Any]:
    payload = json.dumps({"type": "m.room.message", "room_id": "!" + "r" * 43, "content": content}, ensure_ascii=False)
    return {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": "s" * 43,
        "ciphertext": vodozemac.GroupSession().encrypt(payload.encode()).to_base64(),
        "session_id": "i" * 43,
        "device_id": "DEVICE",
        "m.relates_to": content["m.relates_to"],
    }


@settings(max_examples=300)
@given(pieces, st.booleans())
def test_any_text_within_the_limit_can_be_edited_in_an_encrypted_room(blocks: tuple[Block, ...], quiet: bool) -> None:
    edit = replacing(text(*blocks, quiet=quiet), EVENT_ID)
    assert len(json.dumps(edit, ensure_ascii=False).encode()) <= CONTENT_LIMIT
    assert len(json.dumps(encrypted(edit)).encode()) + SERVERS_OWN < EVENT_LIMIT


@given(pieces, st.booleans())
def test_the_body_is_the_whole_text(blocks: tuple[Block, ...], quiet: bool) -> None:
    content = text(*blocks, quiet=quiet)
    readable = [word for word in plain(blocks).split() if word.isalnum()]
    assert content["body"].strip()
    assert all(word in content["body"] for word in readable)


def test_a_plain_text_needs_no_html() -> None:
    assert text(Paragraph(("Hello",))) == {"msgtype": "m.text", "body": "Hello", "m.mentions": {}}


def test_a_text_with_a_form_is_sent_in_both() -> None:
    assert text(Heading("News"), Paragraph(("Picnic on ", Bold("Friday")))) == {
        "msgtype": "m.text",
        "body": "News\nPicnic on Friday",
        "format": "org.matrix.custom.html",
        "formatted_body": "<h3>News</h3><p>Picnic on <strong>Friday</strong></p>",
        "m.mentions": {},
    }


def test_a_quiet_page_is_a_notice() -> None:
    assert text(Paragraph(("Saved",)), quiet=True)["msgtype"] == "m.notice"
    assert text(Paragraph(("Asked for",)), asked=True)["msgtype"] == "m.notice"


def test_html_too_large_for_an_edit_is_left_out() -> None:
    long = text(Preformatted("<" * 11_000))
    assert long["body"] == "<" * 11_000
    assert "formatted_body" not in long


def test_a_text_of_a_normal_size_keeps_its_html() -> None:
    assert "formatted_body" in text(Heading("Правила"), Paragraph(("ж" * 5_900,)))


@pytest.mark.parametrize("blocks", [(), (Paragraph((" \n",)),)])
def test_no_message_is_empty(blocks: tuple[Block, ...]) -> None:
    assert text(*blocks)["body"] == "…"


def test_files_come_before_the_text_of_their_part() -> None:
    cat, report = picture(), Draft("report.csv", "text/csv", b"a,b")
    part = Part(blocks=(Paragraph(("Look",)),), attachments=(cat, report))
    first, second, last = messages(Page(parts=(part,)))
    assert (first, second) == (FileMessage(cat), FileMessage(report))
    assert isinstance(last, TextMessage)
    assert last.content["body"] == "Look"


def test_files_alone_have_no_text() -> None:
    assert messages(Page(parts=(Part(attachments=(picture(),)),))) == [FileMessage(picture())]


def test_a_menu_is_seeded_with_the_signs_of_its_options() -> None:
    choices = (Choice("News", "n", "1️⃣"), Choice("Other", "o"), Choice("Again", "a", "1️⃣"), Choice("Back", "b", "↩️"))
    assert seeds(Page(parts=(), choices=choices)) == ("1️⃣", "↩️")


def test_no_more_than_eight_reactions_are_seeded() -> None:
    choices = tuple(Choice(str(n), str(n), f"{n}️⃣") for n in range(1, 10))
    assert seeds(Page(parts=(), choices=choices)) == ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣")


def test_an_edit_carries_the_new_content_and_a_short_text_for_others() -> None:
    content = text(Heading("x" * 500))
    edit = replacing(placed(content, "thread:$root"), EVENT_ID)
    assert edit["m.new_content"] == content
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": EVENT_ID}
    assert edit["body"] == "* " + "x" * 199 + "…"
    assert edit["m.mentions"] == {}
    assert "formatted_body" not in edit


def test_the_edit_of_a_file_is_a_text_where_edits_are_not_known() -> None:
    content = file_content(picture(), Uploaded("mxc://s/cat", None, 10, "image/png"), None)
    edit = replacing(content, EVENT_ID)
    assert (edit["msgtype"], edit["body"]) == ("m.text", "* cat.png")
    assert edit["m.new_content"] == content


def test_an_answer_goes_into_the_thread_in_which_it_was_asked() -> None:
    assert placed({"body": "Hi"}, "thread:$root:s")["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root:s",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root:s"},
    }


def test_an_answer_may_be_a_reply() -> None:
    assert placed({"body": "Hi"}, "reply:$asked")["m.relates_to"] == {"m.in_reply_to": {"event_id": "$asked"}}


@pytest.mark.parametrize("place", ["", "thread:", "reply", "topic:5"])
def test_any_other_place_is_the_room_itself(place: str) -> None:
    assert placed({"body": "Hi"}, place) == {"body": "Hi"}


def test_an_edit_stays_where_its_message_is() -> None:
    edit = replacing(text(Paragraph(("Hi",))), EVENT_ID)
    assert placed(edit, "thread:$root") == edit


def test_a_picture_has_its_size_and_a_thumbnail() -> None:
    uploaded = Uploaded("mxc://s/cat", None, 10, "image/png", 1000, 500)
    assert file_content(picture(), uploaded, Uploaded("mxc://s/small", None, 2, "image/jpeg", 100, 50)) == {
        "msgtype": "m.image",
        "body": "cat.png",
        "filename": "cat.png",
        "url": "mxc://s/cat",
        "info": {
            "mimetype": "image/png",
            "size": 10,
            "w": 1000,
            "h": 500,
            "thumbnail_url": "mxc://s/small",
            "thumbnail_info": {"mimetype": "image/jpeg", "size": 2, "w": 100, "h": 50},
        },
        "m.mentions": {},
    }


def test_an_encrypted_file_carries_its_keys_instead_of_an_address() -> None:
    small = Uploaded("mxc://s/small", KEYS, 2, "image/jpeg")
    content = file_content(picture(), Uploaded("mxc://s/cat", KEYS, 10, "image/png"), small)
    assert content["file"] == {**KEYS, "url": "mxc://s/cat"}
    assert content["info"]["thumbnail_file"] == {**KEYS, "url": "mxc://s/small"}
    assert "url" not in content
    assert "thumbnail_url" not in content["info"]


def test_a_film_has_its_duration() -> None:
    film = replace(picture(), media=Media.VIDEO, name="trip.mp4", mime="video/mp4", seconds=7)
    content = file_content(film, Uploaded("mxc://s/trip", None, 10, "video/mp4", 640, 360), None)
    assert content["msgtype"] == "m.video"
    assert content["info"] == {"mimetype": "video/mp4", "size": 10, "w": 640, "h": 360, "duration": 7000}


def test_a_voice_message_is_told_from_music() -> None:
    voice = replace(picture(), media=Media.VOICE, name="voice.ogg", mime="audio/ogg", seconds=3)
    music = replace(picture(), media=Media.AUDIO, name="song.ogg", mime="audio/ogg", seconds=3)
    uploaded = Uploaded("mxc://s/sound", None, 10, "audio/ogg")
    spoken, sung = file_content(voice, uploaded, None), file_content(music, uploaded, None)
    assert spoken["org.matrix.msc3245.voice"] == {}
    assert spoken["org.matrix.msc1767.audio"] == {"duration": 3000}
    assert spoken["msgtype"] == sung["msgtype"] == "m.audio"
    assert sung["info"]["duration"] == 3000
    assert "org.matrix.msc3245.voice" not in sung


def test_a_file_that_is_not_what_it_is_shown_as_goes_as_a_file() -> None:
    content = file_content(
        replace(picture(), mime="application/pdf"), Uploaded("mxc://s/x", None, 10, "application/pdf"), None
    )
    assert content["msgtype"] == "m.file"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("report.csv", "report.csv"), ("../../etc/passwd", "passwd"), ("", "file"), ("a\x00b.txt", "ab.txt")],
)
def test_a_file_of_the_page_goes_under_its_name(name: str, shown: str) -> None:
    content = file_content(Draft(name, "text/csv", b"a,b"), Uploaded("mxc://s/r", None, 3, "text/csv"), None)
    assert (content["msgtype"], content["body"], content["filename"]) == ("m.file", shown, shown)


def test_a_very_long_name_keeps_its_ending() -> None:
    content = file_content(
        replace(picture(), name="x" * 60_000 + ".png"), Uploaded("mxc://s/x", None, 10, "image/png"), None
    )
    assert content["filename"].endswith("x.png")
    assert len(content["filename"]) == 200
