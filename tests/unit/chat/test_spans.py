"""Styles stand within styles, everywhere that a text passes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat.addresses import kept, shown, spelled, written
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
    Preformatted,
    Quote,
    Span,
    Spoiler,
    Strike,
    Underline,
)
from core.chat.capabilities import utf16
from core.chat.codec import dump, load
from core.chat.layout import plain
from core.chat.screens import paragraph
from core.chat.spans import Piece, nested, texts_of
from core.chat.split import split

SITE = "https://example.org/a"
BOLD, ITALIC, CODE = frozenset({Bold}), frozenset({Italic}), frozenset({Code})


@pytest.mark.parametrize(
    ("pieces", "line"),
    [
        ([Piece("a", BOLD), Piece("b", BOLD | ITALIC), Piece("c", ITALIC)], (Bold(("a", Italic("b"))), Italic("c"))),
        ([Piece("a", ITALIC | BOLD), Piece("b", BOLD | ITALIC)], (Bold((Italic("ab"),)),)),
        ([Piece("a", BOLD), Piece("b", BOLD, SITE), Piece("c", url=SITE)], (Bold("a"), Link((Bold("b"), "c"), SITE))),
        ([Piece("a", CODE | BOLD), Piece(Emoji("👍", "1"), CODE)], (Bold((Code("a"),)), Code("👍"))),
        ([Piece("a"), Piece(Emoji("👍", "1"), BOLD), Piece("b")], ("a", Bold((Emoji("👍", "1"),)), "b")),
        ([Piece("a"), Piece("b")], ("ab",)),
        ([], ()),
    ],
)
def test_pieces_become_spans_within_spans(pieces: list[Piece], line: Line) -> None:
    assert nested(pieces) == line


WORDS = st.text("аёж 🦔x", min_size=1, max_size=40)


def _around(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[Span]:
    words = WORDS | st.lists(spans, min_size=1, max_size=3).map(tuple)
    return st.one_of(*(st.builds(style, words) for style in (Bold, Italic, Underline, Strike, Spoiler)))


SPANS = st.recursive(WORDS | st.builds(Code, WORDS) | st.builds(Emoji, st.just("👍"), WORDS), _around, max_leaves=8)
LINES = st.lists(SPANS, min_size=1, max_size=5).map(tuple)


@given(LINES, st.integers(12, 60))
def test_a_long_line_is_cut_within_its_styles_and_no_word_is_lost(line: Line, limit: int) -> None:
    pieces = split((Paragraph(line), Quote(line, folded=True)), limit, utf16)
    assert all(utf16(plain(piece)) <= limit for piece in pieces)
    assert "".join("".join(map(plain, pieces)).split()) == "".join(plain((Paragraph(line), Quote(line))).split())
    assert all(block.folded for piece in pieces for block in piece if isinstance(block, Quote))


def test_a_style_goes_on_behind_the_cut() -> None:
    bold = Paragraph((Bold(("one two ", Italic("three four five six"))),))
    cut = [Bold(("one two ",)), Bold((Italic("three four five"),)), Bold((Italic("six"),))]
    assert split((bold,), 16, len) == [(Paragraph((part,)),) for part in cut]


@given(LINES)
def test_a_line_comes_back_from_the_database(line: Line) -> None:
    blocks = (Paragraph(line), Preformatted("x", "python"), Quote(line, folded=True))
    assert load(json.loads(json.dumps(dump(blocks)))) == blocks


def test_what_was_stored_before_styles_stood_within_styles_is_read() -> None:
    stored = [
        {"_": "Paragraph", "line": ["On ", {"_": "Bold", "text": "Friday"}, {"_": "Link", "text": "it", "url": SITE}]},
        {"_": "Quote", "line": ["said"]},
        {"_": "Preformatted", "text": "x"},
    ]
    assert load(stored) == (paragraph("On ", Bold("Friday"), Link("it", SITE)), Quote(("said",)), Preformatted("x"))  # type: ignore[arg-type]  # JSON


def test_the_texts_of_a_line_are_found_within_its_styles() -> None:
    line = ("a", Bold((Link((Italic("b"),), SITE), Code("c"))), Emoji("d", "1"))
    assert list(texts_of(line)) == ["a", "b", Code("c"), Emoji("d", "1")]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (SITE, SITE),
        ("mailto:hr@example.org?subject=%D0%90", "hr@example.org"),
        ("tel:+7%20999%20000-01-01", "+7 999 000-01-01"),
        ("smb://files/plan", "smb://files/plan"),
        ("matrix:r/plan:example.org", "matrix:r/plan:example.org"),
        ("javascript:alert(1)", ""),
        ("JavaScript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org", ""),
        ("http://", ""),
        ("mailto:", ""),
        ("https://example.org/" + "x" * 3000, ""),
        ("https://example.org/\u202egnp", ""),
    ],
)
def test_an_address_is_read_by_people_unless_it_is_none(url: str, address: str) -> None:
    assert shown(url) == address
    assert bool(kept(url)) is bool(address)


MAIL = Link((Bold("в"), " кадры"), "mailto:hr@example.org")


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Paragraph(("Пишите ", Italic((MAIL, "!")))), "Пишите в кадры (hr@example.org)!"),
        (Bullets(((MAIL,),)), "• в кадры (hr@example.org)"),
        (Facts((("Куда", (MAIL,)),)), "Куда: в кадры (hr@example.org)"),
        (Quote((Link("the plan", SITE),)), f"the plan ({SITE})"),
        (Paragraph((Link("example.org/a", SITE), " ", Link("", SITE))), f"example.org/a {SITE}"),
        (Paragraph((Link("x", "javascript:alert(1)"),)), "x"),
        (Heading("Title"), "Title"),
    ],
)
def test_where_there_are_no_links_addresses_stand_behind_their_words(block: Block, text: str) -> None:
    assert written((block,)) == text
    assert spelled((block,), lambda _: True) == (block,)
