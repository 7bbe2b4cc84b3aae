"""What the bot shows becomes HTML of the specification's tags, and nobody's words become markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.html import html_of, opens, says_more, sendable
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
from core.chat.layout import plain, plain_line
from tests.unit.matrix.blocks import NASTY, blocks_of, spans_of, texts, urls

ALLOWED = {
    "h3", "h4", "p", "br", "strong", "em", "u", "del", "code", "pre", "a", "ul", "ol", "li", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "span", "img",
}  # fmt: skip
lines = st.lists(spans_of(texts), max_size=4).map(tuple)


class Reader(HTMLParser):
    """Reads HTML as a client does."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.strange: list[str] = []
        self.text = ""
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)
        for name, value in attrs:
            if (tag, name) == ("a", "href") and value is not None:
                self.addresses.append(value)
            elif (tag, name) not in (("span", "data-mx-spoiler"), ("code", "class")):
                self.strange.append(name)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.strange.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.strange.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)


@given(st.lists(blocks_of(texts), max_size=4))
def test_only_tags_of_the_specification_are_written_and_each_is_closed(blocks: list[Block]) -> None:
    read = Reader(html_of(blocks))
    assert set(read.tags) <= ALLOWED
    assert read.open == []
    assert read.strange == []
    assert all(address.lower().startswith(("http://", "https://", "mailto:")) for address in read.addresses)


@given(st.sampled_from([Paragraph, Quote]), lines)
def test_a_line_reads_in_html_as_it_does_in_plain_text(kind: type[Paragraph] | type[Quote], line: Line) -> None:
    assert Reader(html_of((kind(line),))).text == sendable(plain_line(line).replace("\r\n", "\n"))


@given(st.sampled_from([Heading, Preformatted]), texts)
def test_a_text_reads_as_it_was_written(kind: type[Heading] | type[Preformatted], text: str) -> None:
    assert Reader(html_of((kind(text),))).text == sendable(text)


@given(st.lists(lines, max_size=3), st.lists(st.tuples(texts, texts), max_size=3))
def test_no_item_and_no_cell_is_lost(items: list[Line], rows: list[tuple[str, str]]) -> None:
    read = Reader(html_of((Bullets(tuple(items)), Table(("Name", "Phone"), tuple(rows)))))
    cells = (cell for row in rows for cell in row)
    assert read.text == "".join(sendable(text) for text in (*map(plain_line, items), "Name", "Phone", *cells))


@given(texts)
def test_what_is_sent_is_utf_8_without_control_characters(text: str) -> None:
    assert not set(sendable(text).encode().decode()) & {chr(code) for code in (*range(9), *range(11, 32), 127)}


@pytest.mark.parametrize("text", ["Ёлка 👩‍👩‍👧\n\tдва", "a < b & c", ""])
def test_readable_text_is_sent_as_it_is(text: str) -> None:
    assert sendable(text) == text


@pytest.mark.parametrize(
    ("block", "written"),
    [
        (Paragraph(("one\ntwo",)), "<p>one<br>two</p>"),
        (Paragraph((Bold("b"), Italic("i"), Underline("u"), Strike("d"), Code("c"))),
         "<p><strong>b</strong><em>i</em><u>u</u><del>d</del><code>c</code></p>"),
        (Paragraph((Link("Site", "https://example.org/?a=1&b=2"),)),
         '<p><a href="https://example.org/?a=1&amp;b=2">Site</a></p>'),
        (Paragraph((Link("Site", "javascript:alert(1)"),)), "<p>Site</p>"),
        (Paragraph((Phone("+74950000000", "+7 495 000-00-00"),)), "<p>+7 495 000-00-00</p>"),
        (Paragraph((Bold(("a ", Italic("b & c"))), Link((Bold("l"),), "https://example.org/"))),
         '<p><strong>a <em>b &amp; c</em></strong><a href="https://example.org/"><strong>l</strong></a></p>'),
        (Paragraph((Spoiler("s"), Link("hr", "mailto:hr@example.org"))),
         '<p><span data-mx-spoiler>s</span><a href="mailto:hr@example.org">hr</a></p>'),
        (Paragraph((Emoji(":<cat>:", "mxc://a.org/b"), Emoji("👍", "5368"))),
         '<p><img data-mx-emoticon="" src="mxc://a.org/b" alt=":&lt;cat&gt;:" height="32">👍</p>'),
        (Preformatted("x", "python"), '<pre><code class="language-python">x</code></pre>'),
        (Preformatted("x", '"><b>'), "<pre><code>x</code></pre>"),
        (Bullets((("one",), (Bold("two"),))), "<ul><li>one</li><li><strong>two</strong></li></ul>"),
        (Facts((("Room", ("12",)), ("Floor", ("3",)))),
         "<p><strong>Room:</strong> 12<br><strong>Floor:</strong> 3</p>"),
        (Quote(("said",)), "<blockquote>said</blockquote>"),
        (Preformatted("a\n  b"), "<pre><code>a\n  b</code></pre>"),
        (Table(("Name", "Room"), (("Anna", "12"),)),
         "<table><thead><tr><th>Name</th><th>Room</th></tr></thead><tbody><tr><td>Anna</td><td>12</td></tr></tbody></table>"),
    ],
)  # fmt: skip
def test_each_block_has_its_form(block: Block, written: str) -> None:
    assert html_of((block,)) == written


def test_the_first_heading_is_the_title() -> None:
    blocks = (Heading("News"), Paragraph(("Today",)), Heading("Older"))
    assert html_of(blocks) == "<h3>News</h3><p>Today</p><h4>Older</h4>"


def test_the_options_of_a_menu_have_the_numbers_that_are_typed() -> None:
    menu = (Paragraph(("What now?",)), Bullets((("News",), ("Calls",)), numbered=True))
    assert html_of(menu) == "<p>What now?</p><ol><li>News</li><li>Calls</li></ol>"
    assert plain(menu) == "What now?\n\n1. News\n2. Calls"


@given(urls)
def test_an_address_that_opens_is_of_the_web_or_of_a_letter(url: str) -> None:
    assert not opens(url) or url.lower().startswith(("http://", "https://", "mailto:"))


@pytest.mark.parametrize(
    "url",
    [*NASTY, "http://", "https:example.org", "mailto:", "tel:+79990000101", "https://[x", "https://a.example/b c"],
)
def test_other_addresses_do_not_open(url: str) -> None:
    assert not opens(url)


@pytest.mark.parametrize("span", [Bold("x"), Code("x"), Link("x", "https://example.org")])
def test_styled_words_say_more_than_plain_text(span: Span) -> None:
    assert says_more((Paragraph(("a", span)),))


def test_plain_paragraphs_and_numbers_say_the_same_without_html() -> None:
    assert not says_more((Paragraph(("one",)), Paragraph(("call ", Phone("+74950000000", "+7 495 000-00-00")))))
