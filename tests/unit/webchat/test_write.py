"""What the bot shows becomes HTML that cannot run anything."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.write import attachments_html, blocks_html, keys_html, safe_url
from bot.talk.language import Languages
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Code,
    Emoji,
    Facts,
    Heading,
    Italic,
    Line,
    Link,
    Paragraph,
    Phone,
    Preformatted,
    Quote,
    Span,
    Spoiler,
    Strike,
    Table,
    Underline,
)
from core.chat.files import Attachment, Loss, Media
from core.chat.pages import Key, Part, Press
from core.chat.phrases import phrase
from core.chat.screens import CopyText, Visit

ALLOWED = {
    "h3", "p", "ul", "ol", "li", "dl", "div", "dt", "dd", "blockquote", "pre", "table", "thead", "tbody", "tr", "th",
    "td", "strong", "em", "u", "s", "code", "a", "button", "span",
}  # fmt: skip
ATTRIBUTES = {"href", "target", "rel", "class", "tabindex", "scope", "name", "value", "type", "data-copy"}
NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "https://a.example/\"'<b>",
]

texts = st.text() | st.sampled_from(NASTY)
urls = texts | st.sampled_from(
    ["https://example.org/a?b=c&d", "data:text/html,x", "HTTP://example.org", "//example.org"]
)
bare = st.one_of(texts, st.builds(Code, texts), st.builds(Emoji, texts, texts), st.builds(Phone, texts, texts))


def around(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[Span]:
    """The spans in some style."""
    words = texts | st.lists(spans, max_size=3).map(tuple)
    styled = (st.builds(style, words) for style in (Bold, Italic, Underline, Strike, Spoiler))
    return st.one_of(*styled, st.builds(Link, words, urls))


spans = st.recursive(bare, around, max_leaves=5)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=4).map(tuple)
rows = st.lists(texts, min_size=1, max_size=3).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, texts),
    st.builds(Paragraph, lines),
    st.builds(Bullets, st.lists(lines, max_size=3).map(tuple), st.booleans()),
    st.builds(Facts, st.lists(st.tuples(texts, lines), max_size=3).map(tuple)),
    st.builds(Quote, lines, st.booleans()),
    st.builds(Preformatted, texts, texts),
    st.builds(Table, rows, st.lists(rows, max_size=3).map(tuple)),
)


class Reader(HTMLParser):
    """Collects the tags, attributes, addresses and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.words = ""
        self.depth = 0
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.depth += 1
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.words += data


@given(st.lists(blocks, max_size=5))
def test_only_known_tags_and_safe_addresses_come_out(written: list[Block]) -> None:
    read = Reader(blocks_html(written))
    assert read.tags <= ALLOWED
    assert read.attributes <= ATTRIBUTES
    assert read.depth == 0
    assert all(
        address.startswith(("http://", "https://", "tel:", "mailto:")) or safe_url(address)
        for address in read.addresses
    )


@given(texts)
def test_a_text_is_shown_as_it_was_written(text: str) -> None:
    assert Reader(blocks_html((Paragraph((text,)),))).words.replace("\r", "\n") == text.replace("\r", "\n")


@given(texts, texts, urls)
def test_keys_are_as_safe_as_texts(label: str, data: str, url: str) -> None:
    row = (Key(label, Press(data)), Key(label, CopyText(data)), Key(label, Visit(url)))
    read = Reader(keys_html((row,)))
    assert read.tags <= ALLOWED
    assert read.attributes <= ATTRIBUTES
    assert all(safe_url(address) for address in read.addresses)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/x", True),
        ("http://example.org", True),
        (" https://example.org ", True),
        ("mailto:hr@example.org", True),
        ("smb://files/plan", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html;base64,PHNjcmlwdD4=", False),
        ("//example.org", False),
        ("/tools/missed", False),
        ("https://", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_an_address_is_http_or_nothing(url: str, safe: bool) -> None:
    assert (safe_url(url) is not None) is safe


def test_addresses_in_plain_text_become_links_without_the_full_stop() -> None:
    html = blocks_html((Paragraph(("See https://example.org/a_(b)?x=1&y=2. Or «http://example.com»!",)),))
    assert Reader(html).addresses == ["https://example.org/a_(b)?x=1&y=2", "http://example.com"]


def test_a_phone_can_be_dialled() -> None:
    html = blocks_html((Paragraph((Phone("+79005550177", "+7 900 555-01-77"),)),))
    assert '<a class="phone" href="tel:+79005550177">+7 900 555-01-77</a>' in html


def test_a_table_is_a_table() -> None:
    html = blocks_html((Table(("Line", "Waited"), (("Sales", "0:38"),)),))
    assert '<th scope="col">Line</th>' in html
    assert ">0:38</td>" in html


def test_a_phrase_must_have_been_translated() -> None:
    with pytest.raises(TypeError, match="must be translated"):
        blocks_html((Heading(phrase("Kollega")),))


def test_pictures_are_an_album_and_the_rest_is_downloaded_or_played() -> None:
    def file(media: Media, name: str, loss: Loss | None = None) -> Attachment:
        return Attachment(media=media, name=name, mime="x/y", size=348_160, content="" if loss else "ab", loss=loss)

    part = Part(
        attachments=(
            file(Media.PHOTO, 'a"b.png'),
            file(Media.VIDEO, "film.mp4"),
            file(Media.DOCUMENT, "план.pdf"),
            file(Media.VOICE, "voice.ogg"),
            file(Media.DOCUMENT, "big.iso", loss=Loss.TOO_LARGE),
        )
    )
    html = attachments_html(part, Languages()("en"))
    assert '<div class="album of-2"><a class="picture" href="/files/ab?name=a%22b.png">' in html
    assert "<video controls" in html
    assert 'download="план.pdf"' in html
    assert "340 KB" in html
    assert '<audio controls preload="metadata" src="/files/ab?name=voice.ogg"' in html
    assert "too large, not sent" in html
