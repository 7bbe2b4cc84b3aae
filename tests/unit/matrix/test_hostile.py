"""Anybody on the internet writes these events: none may break the reader, keep it busy, or poison the database."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.html import html_of
from adapters.matrix.parse import MOST_CHARACTERS, formatted
from adapters.matrix.read import Place, Received, read
from core.chat.codec import dump, load
from tests.unit.matrix.blocks import NASTY, blocks_of, texts

GROUP = Place(chat="!r", private=False, name="A\ud800\x00")
KEYS = [
    "msgtype", "body", "format", "formatted_body", "url", "file", "info", "filename", "m.relates_to", "m.new_content",
    "event_id", "rel_type", "key", "m.in_reply_to", "is_falling_back", "mimetype", "size", "duration", "w", "h", "k",
    "iv", "hashes", "sha256", "m.poll", "m.poll.start", "question", "answers", "m.text", "redacts", "m.voice",
    "org.matrix.msc1767.text", "org.matrix.msc3381.poll.start",
]  # fmt: skip
WORDS = [
    "m.text", "m.notice", "m.image", "m.file", "m.audio", "m.video", "m.location", "m.thread", "m.replace",
    "m.annotation", "org.matrix.custom.html", "mxc://example.org/abc", "$target", "👍", "image/png",
    "https://[::1", "<a href='https://[x'>y</a>", "> <@a:b> x\n\ny", *NASTY,
]  # fmt: skip
TYPES = ["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.poll.start", "m.poll.response"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
        | st.dictionaries(texts, inner, max_size=2)
    ),
    max_leaves=12,
)
contents = st.dictionaries(st.sampled_from(KEYS), anything, max_size=8)


def storable(found: Received | None) -> None:
    if found is not None:
        dumped = dump(found.event)
        assert load(dumped) == found.event
        stored = json.dumps(dumped, ensure_ascii=False, allow_nan=False)
        assert "\\u0000" not in stored.replace("\\\\", "")
        stored.encode()
        if found.source is not None:
            json.dumps(found.source.keys, ensure_ascii=False).encode()


@given(st.sampled_from(TYPES) | texts, contents)
def test_any_content(kind: str, content: dict[str, Any]) -> None:
    storable(read({"event_id": "$1", "sender": "@a:b", "type": kind, "content": content}, GROUP))


@given(st.sampled_from(["m.text", "m.image", "m.file", "m.audio", "m.video", "m.strange"]), contents)
def test_any_message(kind: str, content: dict[str, Any]) -> None:
    event = {"event_id": "$1", "sender": "@a:b", "type": "m.room.message", "content": content | {"msgtype": kind}}
    storable(read(event, GROUP))


@given(st.dictionaries(st.sampled_from(["event_id", "sender", "type", "content", "origin_server_ts"]), anything))
def test_any_event(event: dict[str, Any]) -> None:
    storable(read(event, GROUP))


@given(texts | st.lists(st.sampled_from(["<b>", "<ul>", "<li>", "</ul>", "<pre>", "</b>", "<a href=", "a", *NASTY])))
def test_any_html(html: str | list[str]) -> None:
    text = html if isinstance(html, str) else "".join(html)
    dump(formatted(text, text))


@given(st.lists(blocks_of(texts), max_size=4))
def test_anything_that_the_bot_wrote_itself(blocks: list[Any]) -> None:
    html = html_of(blocks)
    json.dumps(dump(formatted(html, html)), ensure_ascii=False).encode()


BOMBS = [
    "<", "<a", "<!--", "</", "<?", "<![CDATA[", '<a "', "<a \"'", "<a''\"\"", "<b>", "</b>", "<blockquote>", "<script>",
    "<ul><li>a", "<li>", "<td>a", "<br>", "&", "&a", "&#9", "<b>a</b> \n", "<mx-reply>", "<b>" * 30 + "a<br>",
    "a href=",
]  # fmt: skip


def work(html: str) -> int:
    """How many calls, of Python's functions and of built-in ones, reading takes."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        formatted(html, "x")
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("piece", BOMBS)
def test_a_bomb_takes_bounded_work(piece: str) -> None:
    assert work(piece * (65_000 // len(piece))) < 400_000
    assert work("<ul><li>" + piece * (65_000 // len(piece))) < 400_000


@pytest.mark.parametrize(
    "html",
    ["<b>&#" + "9" * 60_000 + ";</b>", '<ol start="' + "9" * 60_000 + '">', "<a " + "href " * 12_000 + ">x</a>"],
)
def test_numbers_and_attributes_without_end(html: str) -> None:
    assert formatted(html, "x") == ()


def test_what_no_event_can_hold_is_not_looked_at() -> None:
    assert work("<b>x</b>" * MOST_CHARACTERS) < 10


def test_deep_json_is_not_followed() -> None:
    deep: Any = "m.text"
    for _ in range(100_000):
        deep = {"m.relates_to": deep, "m.in_reply_to": deep, "m.text": [deep]}
    event = {"event_id": "$1", "sender": "@a:b", "type": "m.room.message", "content": deep}
    assert read(event, GROUP) is None
    found = read(event | {"type": "m.poll.start"}, GROUP)
    assert found is not None
