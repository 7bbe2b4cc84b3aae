"""What a browser sends becomes events, or a reason why not."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.read import TEXT_LIMIT, Malformed, Sender, attached, attachment, pressed, said, shared
from core.chat.files import Loss, Media
from tests.support.clock import START

ID = "0b0f9c0e-6a55-4d5e-9d0a-5a3f6c1d2e3f"
SENDER = Sender(account="anna", name="Anna", language="en", at=START)


def test_a_text_keeps_its_lines_and_says_who_wrote_it() -> None:
    event = said({"text": "  one\r\ntwo \0", "id": ID}, SENDER, "7")
    assert event.text == "one\ntwo"
    assert (event.messenger, event.id, event.account, event.chat, event.name) == ("web", ID, "anna", "anna", "Anna")
    assert (event.at, event.language, event.message) == (START, "en", "7")


@pytest.mark.parametrize("text", ["", "  \n ", "\0"])
def test_nothing_is_not_a_message(text: str) -> None:
    with pytest.raises(Malformed, match="Write something"):
        said({"text": text}, SENDER, "7")


def test_a_hundred_thousand_characters_are_a_message_and_one_more_is_not() -> None:
    assert len(said({"text": "я" * TEXT_LIMIT}, SENDER, "7").text) == TEXT_LIMIT
    with pytest.raises(Malformed, match="too long"):
        said({"text": "я" * (TEXT_LIMIT + 1)}, SENDER, "7")


@given(st.dictionaries(st.sampled_from(["text", "id", "data", "message", "phone"]), st.text()))
def test_any_form_is_an_event_with_a_uuid_or_malformed(form: dict[str, str]) -> None:
    for read in (lambda: said(form, SENDER, "7"), lambda: pressed(form, SENDER), lambda: shared(form, SENDER)):
        with suppress(Malformed):
            assert UUID(read().id)


def test_a_press_is_acknowledged_by_its_own_id() -> None:
    event = pressed({"data": "no:1", "message": "12", "id": ID}, SENDER)
    assert (event.data, event.message, event.press, event.id) == ("no:1", "12", ID, ID)


@pytest.mark.parametrize(
    "form",
    [{"data": "", "message": "1"}, {"data": "x", "message": "-1"}, {"data": "x" * 257, "message": "1"}, {"data": "x"}],
)
def test_a_press_of_no_button_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        pressed(form, SENDER)


def test_a_contact_is_a_phone_number_and_the_sender_s_own() -> None:
    event = shared({"phone": " +7 900 555-01-77 "}, SENDER)
    assert (event.phone, event.own) == ("+7 900 555-01-77", True)
    with pytest.raises(Malformed):
        shared({"phone": "call me"}, SENDER)


def test_several_files_are_an_album_with_one_caption() -> None:
    files = [attachment("a.png", "image/png", 1, "aa"), attachment("b.png", "image/png", 2, "bb")]
    first, second = attached({"text": "Look", "id": ID}, SENDER, files, "7")
    assert (first.caption, second.caption) == ("Look", "")
    assert first.album == second.album == ID
    assert first.id != second.id
    (single,) = attached({"id": ID}, SENDER, files[:1], "7")
    assert single.album is None


@pytest.mark.parametrize(
    ("name", "declared", "mime", "media"),
    [
        ("a.jpg", "image/jpeg", "image/jpeg", Media.PHOTO),
        ("a.svg", "image/svg+xml", "image/svg+xml", Media.DOCUMENT),
        ("a.html", "text/html; charset=utf-8", "text/html", Media.DOCUMENT),
        ("a.pdf", "", "application/pdf", Media.DOCUMENT),
        ("a.ogg", "audio/ogg", "audio/ogg", Media.AUDIO),
        ("a.mp4", "video/mp4", "video/mp4", Media.VIDEO),
        ("a", "not a type\r\nX: y", "application/octet-stream", Media.DOCUMENT),
    ],
)
def test_a_file_is_shown_by_its_kind(name: str, declared: str, mime: str, media: Media) -> None:
    file = attachment(name, declared, 1, "aa")
    assert (file.mime, file.media) == (mime, media)


def test_a_lost_file_says_why() -> None:
    assert attachment("a.iso", "", 9, "", Loss.TOO_LARGE).loss is Loss.TOO_LARGE
