"""Any blocks that a page could hold, hostile ones among them."""

import string

from hypothesis import strategies as st

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

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</li></ol><h1>x",
    "<!-- <mx-reply>",
    "]]>",
    "&lt;b&gt; &amp; &#60;",
    "javascript:alert(1)",
    "@anna:example.org",
    "\ud800 \x00 \x1b[31m \x7f",
    "«ёж»\r\nи 👩‍👩‍👧",
]
texts: st.SearchStrategy[str] = st.one_of(
    st.text(st.characters()), st.text(alphabet=string.printable), st.sampled_from(NASTY)
)
urls = texts | st.sampled_from(
    [
        "https://example.org/a?b=c&d",
        "https://a.example/\"'<b>",
        "data:text/html,x",
        "HTTP://example.org",
        "//x",
        "ht\ntp://x",
    ]
)
phones = st.builds(Phone, st.just("+74950000000"), texts)


def spans_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Span]:
    """A piece of a line, in any style."""
    bare = st.one_of(texts, phones, st.builds(Code, texts), st.builds(Emoji, texts, texts))

    def around(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[Span]:
        words = texts | st.lists(spans, max_size=3).map(tuple)
        styled = (st.builds(style, words) for style in (Bold, Italic, Underline, Strike, Spoiler))
        return st.one_of(*styled, st.builds(Link, words, urls))

    return st.recursive(bare, around, max_leaves=5)


def blocks_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Block]:
    """A block of any kind with these texts in it."""
    lines: st.SearchStrategy[Line] = st.lists(spans_of(texts), max_size=4).map(tuple)
    rows = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
    return st.one_of(
        st.builds(Heading, texts),
        st.builds(Paragraph, lines),
        st.builds(Bullets, st.lists(lines, max_size=4).map(tuple), st.booleans()),
        st.builds(Facts, st.lists(st.tuples(texts, lines), max_size=3).map(tuple)),
        st.builds(Quote, lines, st.booleans()),
        st.builds(Preformatted, texts, texts),
        st.builds(Table, st.tuples(texts, texts), rows),
    )
