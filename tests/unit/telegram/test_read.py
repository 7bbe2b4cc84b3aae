"""Updates as the Bot API sends them become the core's events."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import MessageEntity, Update
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.entities import blocks
from adapters.telegram.read import Received, read, unreadable
from core.chat.blocks import Block, Bold, Code, Emoji, Italic, Link, Paragraph, Preformatted, Quote, Spoiler, Underline
from core.chat.cleaning import clean
from core.chat.events import (
    Attached,
    Edited,
    Event,
    Joined,
    Left,
    Moved,
    Pressed,
    Said,
    SharedContact,
    Unreadable,
    Wordless,
)
from core.chat.files import Loss, Media
from core.chat.layout import plain

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ANNA = {"id": 7, "is_bot": False, "first_name": "Anna", "last_name": "Orlova", "language_code": "ru"}
CHAT = {"id": 7, "type": "private"}
GROUP = {"id": -100200, "type": "supergroup", "title": "Office"}


def received(
    chat: dict[str, Any] = CHAT, kind: str = "message", sender: dict[str, Any] = ANNA, **content: Any
) -> Received | None:
    message = {"message_id": 5, "date": 1795596000, "chat": chat, "from": sender} | content
    return read(Update.model_validate({"update_id": 31, kind: message}), NOW)


def event(chat: dict[str, Any] = CHAT, kind: str = "message", **content: Any) -> Event:
    found = received(chat, kind, **content)
    assert found is not None
    return found.event


@pytest.mark.parametrize("text", ["/start ABC-12", "/news@kollega_bot", "<b>no</b> *markup*", "ёж 🦔"])
def test_a_text_stays_as_it_is(text: str) -> None:
    said = event(text=text)
    assert said == Said(
        messenger="telegram",
        id="31",
        at=datetime.fromtimestamp(1795596000, UTC),
        account="7",
        chat="7",
        name="Anna Orlova",
        language="ru",
        text=text,
        message="5",
    )


def test_a_group_and_a_reply() -> None:
    said = event(GROUP, text="hi", reply_to_message={"message_id": 3, "date": 1, "chat": GROUP})
    assert isinstance(said, Said)
    assert (said.private, said.chat, said.reply_to) == (False, "-100200", "3")


def entity(
    kind: str, offset: int, length: int, url: str | None = None, emoji: str | None = None, language: str | None = None
) -> MessageEntity:
    return MessageEntity(type=kind, offset=offset, length=length, url=url, custom_emoji_id=emoji, language=language)


def test_formatting_is_measured_in_utf16() -> None:
    found = blocks("🦔 bold link", [entity("bold", 3, 4), entity("text_link", 8, 4, "https://example.org")])
    assert found == (Paragraph(("🦔 ", Bold("bold"), " ", Link("link", "https://example.org"))),)


def test_blocks_and_overlapping_styles() -> None:
    text = "before\ncode\n\nsaid words\nafter"
    marks = [entity("pre", 7, 4), entity("blockquote", 13, 10), entity("italic", 13, 4), entity("bold", 15, 8)]
    assert blocks(text, marks) == (
        Paragraph(("before",)),
        Preformatted("code"),
        Quote((Italic("sa"), Bold((Italic("id"), " words")))),
        Paragraph(("after",)),
    )
    assert blocks("a b", [entity("code", 2, 1)]) == (Paragraph(("a ", Code("b"))),)


def test_what_messengers_find_by_themselves_is_no_formatting() -> None:
    marks = [entity("url", 0, 3), entity("bot_command", 0, 3), entity("text_link", 0, 3, "tg://user?id=1")]
    assert blocks("abc", marks) == ()


def test_case_40_a_bold_link_is_bold_and_a_link() -> None:
    message = json.loads((DATA / "messages" / "bold-link.json").read_text())
    said = event(**message)
    assert isinstance(said, Said)
    assert said.rich == (Paragraph(("👨‍👩‍👧‍👦 ", Link((Bold("Bold link"),), "https://example.org/a"))),)


@pytest.mark.parametrize(
    ("text", "marks", "found"),
    [
        (
            "one two three",
            [entity("bold", 0, 13), entity("italic", 4, 9), entity("underline", 8, 5)],
            Paragraph((Bold(("one ", Italic(("two ", Underline("three"))))),)),
        ),
        ("a hidden end", [entity("spoiler", 2, 6)], Paragraph(("a ", Spoiler("hidden"), " end"))),
        ("Hi 👍!", [entity("custom_emoji", 3, 2, emoji="5368")], Paragraph(("Hi ", Emoji("👍", "5368"), "!"))),
        ("x = 1", [entity("pre", 0, 5, language="python")], Preformatted("x = 1", "python")),
        ("long words", [entity("expandable_blockquote", 0, 10)], Quote(("long words",), folded=True)),
        ("say x = 1", [entity("blockquote", 0, 9), entity("pre", 4, 5)], Quote(("say ", Code("x = 1")))),
        (
            "mail us",
            [entity("text_link", 0, 7, "mailto:hr@example.org")],
            Paragraph((Link("mail us", "mailto:hr@example.org"),)),
        ),
        ("a\u202ebc", [entity("bold", 1, 3)], Paragraph(("a", Bold("bc")))),
    ],
)
def test_styles_are_kept_together(text: str, marks: list[MessageEntity], found: Block) -> None:
    assert blocks(text, marks) == (found,)


KINDS = st.sampled_from(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "text_link", "custom_emoji"]
)
MARKS = st.lists(st.tuples(KINDS, st.integers(-5, 40), st.integers(-5, 40)), max_size=6)


@given(st.text(st.characters(exclude_characters="\r")), MARKS)  # which Telegram takes out
def test_formatting_never_changes_the_text(text: str, marks: list[tuple[str, int, int]]) -> None:
    found = blocks(text, [entity(kind, start, size, "https://example.org", "5") for kind, start, size in marks])
    assert not found or plain(found) == clean(text)


def test_an_own_number_is_only_the_senders() -> None:
    assert event(contact={"phone_number": "79990000001", "first_name": "A", "user_id": 7}) == SharedContact(
        messenger="telegram",
        id="31",
        at=datetime.fromtimestamp(1795596000, UTC),
        account="7",
        chat="7",
        name="Anna Orlova",
        language="ru",
        phone="+79990000001",
        own=True,
    )
    for contact in ({"user_id": 8}, {}):
        other = event(contact={"phone_number": "79990000001", "first_name": "A"} | contact)
        assert isinstance(other, SharedContact)
        assert not other.own


def file(**rest: Any) -> dict[str, Any]:
    return {"file_id": "F", "file_unique_id": "U", "file_size": 100} | rest


@pytest.mark.parametrize(
    ("content", "media", "name"),
    [
        ({"photo": [file(file_id="s", width=9, height=9), file(width=90, height=80)]}, Media.PHOTO, "photo.jpg"),
        ({"document": file(file_name="a.pdf", mime_type="application/pdf")}, Media.DOCUMENT, "a.pdf"),
        ({"document": file(file_name="../../etc/\u202epasswd")}, Media.DOCUMENT, "passwd"),
        ({"voice": file(duration=3)}, Media.VOICE, "voice.ogg"),
        ({"audio": file(duration=3)}, Media.AUDIO, "audio.mp3"),
        ({"video": file(duration=3, width=1, height=1)}, Media.VIDEO, "video.mp4"),
        ({"video_note": file(duration=3, length=9)}, Media.VIDEO, "video.mp4"),
        (
            {"animation": file(duration=3, width=1, height=1), "document": file(file_id="other")},
            Media.VIDEO,
            "video.mp4",
        ),
    ],
)
def test_files(content: dict[str, Any], media: Media, name: str) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    found = received(**content, caption="look", media_group_id="g", caption_entities=bold)
    assert found is not None
    assert found.file == "F"
    assert isinstance(found.event, Attached)
    assert (found.event.caption, found.event.album) == ("look", "g")
    assert found.event.rich == (Paragraph((Bold("look"),)),)
    assert (found.event.attachment.media, found.event.attachment.name) == (media, name)


def test_a_file_that_a_bot_cannot_fetch_is_a_loss_at_once() -> None:
    found = received(document=file(file_size=21 * 2**20))
    assert found is not None
    assert found.file == ""
    assert isinstance(found.event, Attached)
    assert found.event.attachment.loss is Loss.TOO_LARGE


def test_a_press_and_one_of_a_message_that_is_gone() -> None:
    for message in (
        {"message_id": 5, "date": 0, "chat": CHAT},
        {"message_id": 5, "date": 9, "chat": CHAT, "text": "x"},
    ):
        query = {"id": "q", "from": ANNA, "chat_instance": "1", "data": "no:1", "message": message}
        found = read(Update.model_validate({"update_id": 1, "callback_query": query}), NOW)
        assert found is not None
        assert isinstance(found.event, Pressed)
        assert (found.event.data, found.event.message, found.event.press) == ("no:1", "5", "q")
        assert found.event.at == NOW


@pytest.mark.parametrize(
    ("chat", "before", "after", "kind", "account"),
    [
        (CHAT, "member", "kicked", Left, "7"),
        (CHAT, "kicked", "member", Joined, "7"),
        (GROUP, "left", "creator", Joined, "99"),
        (GROUP, "member", "creator", None, ""),
    ],
)
def test_membership(chat: dict[str, Any], before: str, after: str, kind: type | None, account: str) -> None:
    def member(status: str) -> dict[str, Any]:
        user = {"id": 99, "is_bot": True, "first_name": "Kollega"}
        return {"status": status, "user": user, "until_date": 0, "is_anonymous": False}

    change = {
        "chat": chat,
        "from": ANNA,
        "date": 1795596000,
        "old_chat_member": member(before),
        "new_chat_member": member(after),
    }
    found = read(Update.model_validate({"update_id": 1, "my_chat_member": change}), NOW)
    if kind is None:
        assert found is None
    else:
        assert found is not None
        assert type(found.event) is kind
        assert found.event.account == account


def test_an_edit_a_move_and_what_has_no_words() -> None:
    edited = event(kind="edited_message", text="new", edit_date=1795596001)
    assert isinstance(edited, Edited)
    assert (edited.message, edited.text) == ("5", "new")
    moved = event(GROUP, migrate_to_chat_id=-100300)
    assert isinstance(moved, Moved)
    assert moved.to == "-100300"
    assert isinstance(event(location={"latitude": 1.0, "longitude": 2.0}), Wordless)
    unknown = event()
    assert isinstance(unknown, Unreadable)
    assert unknown.unknown
    assert received(GROUP) is None
    bare = event(kind="edited_message", document=file(file_name="a.pdf"))
    assert isinstance(bare, Edited)
    assert bare.text == ""
    assert received(kind="edited_message", location={"latitude": 1.0, "longitude": 2.0}) is None  # a live one moves on
    assert received(GROUP, new_chat_title="Renamed") is None
    assert received(GROUP, text="I am a bot", sender={"id": 9, "is_bot": True, "first_name": "B"}) is None


def test_case_43_a_name_is_what_can_be_seen_of_it() -> None:
    message = json.loads((DATA / "messages" / "name-override.json").read_text())
    found = received(sender=message.pop("from"), **message)
    assert found is not None
    assert found.event.name == "авосреП аннА"
    blank = received(sender=ANNA | {"first_name": "\u3164", "last_name": "\u200b"}, text="/start")
    assert blank is not None
    assert blank.event.name == ""


@pytest.mark.parametrize(
    ("update", "readable"),
    [
        ({"update_id": 1, "message": {"message_id": 5, "from": {"id": 7}, "chat": CHAT, "text": ["?"]}}, True),
        ({"update_id": 1, "message": {"message_id": 5, "from": {"id": 7}, "chat": GROUP, "text": ["?"]}}, False),
        ({"update_id": 1, "message": {"message_id": 5, "from": {"id": 7, "is_bot": True}, "chat": CHAT}}, False),
        ({"update_id": 1, "message": {"message_id": "5", "from": [], "chat": CHAT}}, False),
        ({"update_id": 1, "callback_query": 1}, False),
        ([], False),
    ],
)
def test_whoever_sent_what_is_no_message_is_known_all_the_same(update: object, readable: bool) -> None:
    found = unreadable(update, NOW)
    assert (found is not None) is readable
    assert not isinstance(found, Unreadable) or (found.account, found.chat, found.unknown) == ("7", "7", True)
