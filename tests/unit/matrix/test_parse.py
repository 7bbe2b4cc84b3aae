"""What people's clients write as HTML becomes the same blocks that other messengers give for such a text."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.html import html_of
from adapters.matrix.parse import formatted
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Code,
    Emoji,
    Heading,
    Italic,
    Link,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Spoiler,
    Strike,
    Underline,
)
from core.chat.layout import plain

DATA = Path(__file__).parents[2] / "data"
SITE = "https://example.org/a?b=1&c=2"


def test_bold_and_a_link_as_in_telegram() -> None:
    body = f"🦔 **bold** [link]({SITE})"
    html = '🦔 <strong>bold</strong> <a href="https://example.org/a?b=1&amp;c=2">link</a>'
    assert formatted(html, body) == (Paragraph(("🦔 ", Bold("bold"), " ", Link("link", SITE))),)


def test_blocks_and_overlapping_styles_as_in_telegram() -> None:
    html = (
        "<p>before</p>\n<pre><code>  code\n</code></pre>\n"
        "<blockquote>\n<p><em>sa<strong>id</strong></em><strong> words</strong></p>\n</blockquote>\n<p>after</p>\n"
    )
    assert formatted(html, "before\n```\n  code\n```\n> *sa**id*** **words**\n\nafter") == (
        Paragraph(("before",)),
        Preformatted("  code"),
        Quote((Italic("sa"), Bold((Italic("id"), " words")))),
        Paragraph(("after",)),
    )


def test_paragraphs_are_one_text_with_its_empty_lines_as_in_telegram() -> None:
    html = "<p>one <b>two</b></p>\n<p>three<br />\nfour</p><p></p><p><i>five</i></p>"
    body = "one **two**\n\nthree\nfour\n\n_five_"
    assert formatted(html, body) == (Paragraph(("one ", Bold("two"), "\n\nthree\nfour\n\n", Italic("five"))),)


@pytest.mark.parametrize(
    ("html", "body", "found"),
    [
        ("<u>a</u> <del>b</del> <s>c</s>", "a b c", (Paragraph((Underline("a"), " ", Strike("b"), " ", Strike("c"))),)),
        ("<h1>News</h1>\n<p>Text</p>", "# News\n\nText", (Heading("News"), Paragraph(("Text",)))),
        ("<ul>\n<li>a</li>\n<li>b <code>c</code>", "- a\n- b `c`", (Bullets((("a",), ("b ", Code("c")))),)),
        ("<ol><li><p>a</p></li><li>b</li></ol>", "1. a\n2. b", (Bullets((("a",), ("b",)), numbered=True),)),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c", (Bullets((("a",), ("b",), ("c",))),)),
        ('<ol start="3"><li>c</li></ol><b>d</b>', "3. c\nd", (Paragraph(("3. c\n\n", Bold("d"))),)),
        ("<blockquote><ul><li>a</li><li>b</li></ul></blockquote>c", "> - a\n> - b\n\nc", "• a\n• b"),
        ("<table><tr><th>a</th><th><b>b</b></th></tr><tr><td>1</td><td>2</td></tr></table>", "a b 1 2", "a | b\n1 | 2"),
        ("<b>a <i>b</b> c", "a b c", (Paragraph((Bold(("a ", Italic("b"))), " c")),)),
        ("<b>x</b> 1 < 2 <3 &lt;i&gt; <!-- no --> </nothing> <![CDATA[y]]>", "x 1 < 2 <3 <i>", "x 1 < 2 <3 <i>"),
        ('<img data-mx-emoticon src="mxc://x/y" alt=":cat:"> <b>x</b>', ":cat: **x**", ":cat: x"),
        ('<span data-mx-spoiler="a > b"><b>x</b></span>', "x", (Paragraph((Spoiler((Bold("x"),)),)),)),
        ("<span>a <span data-mx-spoiler>b</span> c</span>", "a b c", (Paragraph(("a ", Spoiler("b"), " c")),)),
        ('<pre><code class="language-python">x = 1</code></pre>', "x = 1", (Preformatted("x = 1", "python"),)),
        ("<b>one<br>two</b>", "one\ntwo", (Paragraph((Bold("one\ntwo"),)),)),
        (
            '<h2>To <a href="https://example.org/a">it</a></h2>',
            "To it",
            (Paragraph((Bold(("To ", Link("it", "https://example.org/a"))),)),),
        ),
        (f'<a href="{SITE}"><b>bold</b> link</a>', "bold link", (Paragraph((Link((Bold("bold"), " link"), SITE),)),)),
        (f'<b>a <a href="{SITE}">b</a></b>', "a b", (Paragraph((Bold("a "), Link((Bold("b"),), SITE))),)),
        (
            '<img data-mx-emoticon src="mxc://a.org/b" alt=":cat:">',
            ":cat:",
            (Paragraph((Emoji(":cat:", "mxc://a.org/b"),)),),
        ),
        ("<script>alert('<b>')</script><style>p{}</style><b>x</b>", "x", (Paragraph((Bold("x"),)),)),
    ],
)
def test_what_clients_write(html: str, body: str, found: tuple[Block, ...] | str) -> None:
    got = formatted(html, body)
    if isinstance(found, str):
        assert found in plain(got)
    else:
        assert got == found


@pytest.mark.parametrize(
    ("html", "body"),
    [
        ("<p>one</p>\n<p>two &amp; three</p>", "one\n\ntwo & three"),
        ('<a href="https://matrix.to/#/@anna:example.org">Anna</a>: hi', "Anna: hi"),
        ('<a href="https://example.org/">https://example.org</a>', "https://example.org"),
        ('<a href="https://example.org">example.org</a>', "example.org"),
        ('<a href="javascript:alert(1)">x</a> <a href="data:text/html,x">y</a> <a>z</a>', "x y z"),
        ("<mx-reply><blockquote>their <b>words</b></blockquote></mx-reply>mine", "mine"),
        ("<mx-reply><b>never closed", "body"),
        ("<b></b><ul><li> </li></ul><h1></h1>", ""),
        ("<b>Fire everybody</b>", "Good morning"),
        ("<b>" + "x" * 60_000 + "</b>", "x"),
        ("", "x"),
    ],
)
def test_html_that_adds_nothing_or_says_something_else_leaves_the_body(html: str, body: str) -> None:
    assert formatted(html, body) == ()


def test_words_after_an_unclosed_script_are_not_shown() -> None:
    assert formatted("<b>a</b><script>b", "a b") == (Paragraph((Bold("a"),)),)


def test_control_characters_written_as_entities_go_too() -> None:
    assert formatted("<b>a&#x202e;b&#0;c&#xd800;</b>", "abc\ufffd\ufffd") == ()
    assert formatted("<b>a&#x202e;b&#7;&#x1f;c</b>", "abc") == (Paragraph((Bold("abc"),)),)


def test_case_41_an_address_of_a_letter_is_a_link() -> None:
    content = json.loads((DATA / "messages" / "mailto.json").read_text())["content"]
    mail = Link("в кадры", "mailto:hr@example.org")
    assert formatted(content["formatted_body"], content["body"]) == (Paragraph(("Пишите ", mail)),)
    bold = 'Пишите <strong>сразу</strong> <a href="mailto:hr@example.org">в <em>кадры</em></a>'
    assert formatted(bold, "Пишите **сразу** [в *кадры*](mailto:hr@example.org)") == (
        Paragraph(("Пишите ", Bold("сразу"), " ", replace(mail, text=("в ", Italic("кадры"))))),
    )


@pytest.mark.parametrize(
    ("html", "body", "found"),
    [
        ('<a href="javascript:alert(1)">x</a>', "[x](javascript:alert(1))", "x"),
        ('<a href="smb://files/plan">plan</a>', "[plan](smb://files/plan)", Link("plan", "smb://files/plan")),
        ("<dl><dd>it</dd></dl>", "*it*", "it"),
        (
            '<a href="https://matrix.to/#/%40anna:example.org">Anna</a>',
            "[Anna](https://matrix.to/#/%40anna:example.org)",
            "Anna",
        ),
        ('<a href="https://matrix.to/#/#plan:a.org">it</a>', "[it](…)", Link("it", "https://matrix.to/#/#plan:a.org")),
    ],
)
def test_nobody_sees_the_source_of_what_was_written(html: str, body: str, found: Span) -> None:
    assert formatted(html, body) == (Paragraph((found,)),)


WORD = st.text("abcёж🦔<>&\"' .", min_size=1).map(str.strip).filter(bool).map(lambda text: text.replace("  ", "_"))
STYLED = tuple(st.builds(style, WORD) for style in (Bold, Italic, Underline, Strike, Spoiler, Code))
BELOW = st.one_of(*STYLED[1:4]).map(lambda span: (span,))
SPAN = st.one_of(*STYLED, st.builds(Bold, BELOW), st.builds(Link, st.just("a link") | BELOW, st.just(SITE)))
LINE = st.tuples(SPAN)
BLOCK = st.one_of(
    st.builds(Quote, LINE),
    st.builds(Heading, WORD),
    st.builds(Preformatted, WORD),
    st.builds(Bullets, st.lists(LINE, min_size=1, max_size=3).map(tuple)),
)


@given(st.lists(BLOCK, min_size=1, max_size=4).map(tuple))
def test_what_we_write_is_read_as_the_same(blocks: tuple[Block, ...]) -> None:
    assert formatted(html_of(blocks), plain(blocks)) == blocks
