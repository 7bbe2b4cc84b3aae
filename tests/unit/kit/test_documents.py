"""A document is read back by another library: its words, its pages, its fonts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.kit.documents import Document, write_pdf
from bot.kit.paper import MOST_COLUMNS
from bot.talk.language import Languages
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Facts,
    Heading,
    Italic,
    Link,
    Paragraph,
    Preformatted,
    Quote,
    Strike,
    Table,
)
from core.chat.phrases import Text, phrase

RU, EN = Languages("ru", "Europe/Moscow")("ru"), Languages("en", "Europe/Moscow")("en")
ISSUED = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
RULES = Link("правила", "https://example.org/rules")
CERTIFICATE = Document(
    title="Сертификат",
    blocks=(
        Paragraph(("Настоящим подтверждается, что ", Bold("Петрова Анна"), " прошла ", Italic("«Охрану труда»"), ".")),
        Facts(((phrase("Department"), ("Отдел продаж",)),)),
        Heading("Что пройдено"),
        Bullets(
            (("Введение",), (Strike("отменено"), " и ", Link("правила", "https://example.org/rules"))), numbered=True
        ),
        Quote(("Безопасность — это привычка.",)),
        Preformatted("a  b\n  c"),
    ),
    issued=ISSUED,
    issuer="ООО «Ромашка»",
    code="K7M2-9QX4",
    how_to_check="Отправьте код боту.",
)


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


def test_what_it_says_can_be_searched_and_copied() -> None:
    text = words(write_pdf(RU, CERTIFICATE))
    for said in (
        "ООО «Ромашка» Сертификат",
        "1 декабря 2026",  # in Moscow
        "Настоящим подтверждается, что Петрова Анна прошла «Охрану труда».",
        "Отдел Отдел продаж",
        "1. Введение",
        "отменено и правила",
        "Безопасность — это привычка.",
        "K7M2-9QX4 Отправьте код боту.",
        "K7M2-9QX4 · Сертификат Страница 1 из 1",
    ):
        assert said in text


def test_the_same_document_is_the_same_file_with_its_fonts_in_it() -> None:
    content = write_pdf(RU, CERTIFICATE)
    assert content == write_pdf(RU, CERTIFICATE)
    assert content != write_pdf(RU, replace(CERTIFICATE, code="other"))
    metadata = read(content).metadata
    assert metadata is not None
    assert metadata.title == "Сертификат"
    assert content.count(b"/FontFile2") == content.count(b"/Type0") == 3


def test_a_long_table_has_its_header_on_each_page() -> None:
    table = Table(("Name", "Calls"), tuple((f"Person {number}", phrase("{n}", n=number)) for number in range(120)))
    content = write_pdf(EN, Document(title="Calls", blocks=(table,), issued=ISSUED, wide=True))
    pages = [page.extract_text() for page in read(content).pages]
    assert len(pages) > 3
    assert all(page.count("Name") == 1 for page in pages)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    found = words(content)
    assert all(f"Person {number} {number} " in found for number in range(119))


def test_a_table_that_fits_on_no_paper_is_a_fault() -> None:
    wide = Table(("x",) * (MOST_COLUMNS + 1), ())
    with pytest.raises(ValueError, match="columns"):
        write_pdf(EN, Document(title="x", blocks=(wide,), issued=ISSUED))


TEXTS: st.SearchStrategy[Text] = st.text(max_size=60) | st.sampled_from(
    ["🎉", "日本語", "W" * 3000, "a\r\n\tb", "\u202eevil"]
)
LINES = st.lists(TEXTS | st.builds(Bold, TEXTS) | st.builds(Italic, TEXTS), max_size=3).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Paragraph, LINES),
    st.builds(Quote, LINES),
    st.builds(Bullets, st.lists(LINES, max_size=3).map(tuple), st.booleans()),
    st.builds(Facts, st.lists(st.tuples(TEXTS, LINES), max_size=3).map(tuple)),
    st.builds(Preformatted, st.text(max_size=60)),
    st.builds(
        Table, st.just(("A",) * MOST_COLUMNS), st.lists(st.tuples(*[TEXTS] * MOST_COLUMNS), max_size=2).map(tuple)
    ),
)


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@example(
    title="", blocks=[Table(("A",) * MOST_COLUMNS, (("",) * 8 + ("0" * 12,) + ("W" * 400,) * 3,))], wide=False
)  # short columns beside long words
@example(title="", blocks=[Facts((("a\n" * 199, ("b\n" * 199,)),))], wide=True)  # more lines than a page has
@given(TEXTS, st.lists(BLOCKS, max_size=4), st.booleans())
def test_no_text_breaks_a_document(title: Text, blocks: list[Block], wide: bool) -> None:
    content = write_pdf(RU, Document(title=title, blocks=blocks, issued=ISSUED, code=str(title)[:9], wide=wide))
    assert len(read(content).pages) >= 1
