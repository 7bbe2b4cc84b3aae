"""Whatever a page holds, Telegram takes it and shows the text that the layout measured."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.write import (
    AlbumMessage,
    FileMessage,
    TextMessage,
    html_of,
    keyboard,
    messages,
    opens,
)
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Code,
    Emoji,
    Facts,
    Heading,
    Italic,
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
from core.chat.files import Attachment, Draft, Media
from core.chat.layout import plain
from core.chat.pages import Key, Page, Part, Press
from core.chat.screens import CopyText, Visit
from tests.support.botapi.entities import cleaned
from tests.support.botapi.formatting import formatted
from tests.support.botapi.links import LinkError, checked_link

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")),
    st.text(alphabet=string.printable),
    st.sampled_from(["<b>", "</b><br>", "&amp;", "&#60;", "a & b < c > d", "_*[]()~`>#+-=|{}.!", "👩‍👩‍👧 «ёж»"]),
)
BARE: st.SearchStrategy[Span] = st.one_of(
    TEXTS,
    st.builds(Code, TEXTS),
    st.builds(Emoji, TEXTS, st.just("5368324170671202286") | TEXTS),
    st.just(Phone("+74950000000", "+7 495 000-00-00")),
)


def _around(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[Span]:
    words = TEXTS | st.lists(spans, max_size=3).map(tuple)
    styled = (st.builds(style, words) for style in (Bold, Italic, Underline, Strike, Spoiler))
    return st.one_of(*styled, st.builds(Link, words, TEXTS))


SPANS = st.recursive(BARE, _around, max_leaves=5)
LINES = st.lists(SPANS, max_size=5).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Paragraph, LINES),
    st.builds(Quote, LINES, st.booleans()),
    st.builds(Preformatted, TEXTS, TEXTS),
    st.builds(Bullets, st.lists(LINES, max_size=3).map(tuple), st.booleans()),
    st.builds(Facts, st.lists(st.tuples(TEXTS, LINES), max_size=3).map(tuple)),
    st.builds(Table, st.just(("a", "b")), st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)),
)


@given(st.lists(BLOCKS, max_size=4).map(tuple))
def test_any_text_is_shown_as_it_was_measured(blocks: tuple[Block, ...]) -> None:
    assert formatted(html_of(blocks), "HTML").text == cleaned(plain(blocks), ()).text


@given(st.lists(BLOCKS, max_size=3).map(tuple))
def test_no_message_is_empty(blocks: tuple[Block, ...]) -> None:
    for message in messages(Page(parts=(Part(blocks=blocks),)), private=True):
        assert isinstance(message, TextMessage)
        assert formatted(message.html, "HTML").text


def test_styles_become_tags() -> None:
    line = (Bold("b"), Italic("i"), Underline("u"), Strike("s"), Code("c"), Link("l", 'https://example.org/?a="&b'))
    assert html_of((Paragraph(line),)) == (
        '<b>b</b><i>i</i><u>u</u><s>s</s><code>c</code><a href="https://example.org/?a=&quot;&amp;b">l</a>'
    )
    assert html_of(
        (
            Quote(
                (Bold("q"), "<"),
            ),
            Preformatted("x\n y"),
        )
    ) == ("<blockquote><b>q</b>&lt;</blockquote>\n\n<pre>x\n y</pre>")
    nested = (Bold(("b", Spoiler((Italic("i"),)))), Emoji("👍", "5368"), Emoji(":cat:", "mxc://a.org/b"))
    assert html_of((Quote(nested, folded=True), Preformatted("x", "c++"), Preformatted("x", '"'))) == (
        '<blockquote expandable><b>b<tg-spoiler><i>i</i></tg-spoiler></b><tg-emoji emoji-id="5368">👍</tg-emoji>:cat:'
        '</blockquote>\n\n<pre><code class="language-c++">x</code></pre>\n\n<pre>x</pre>'
    )


def test_half_a_character_does_not_stop_a_message() -> None:
    assert html_of((Paragraph(("a\ud83db",)),)) == "a?b"


ADDRESSES = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "tel:+74950000000",
            "https://localhost",
            "http://a.b:99999/",
            "http://[::1]:8080/",
            "https://a..b",
            "https://a b.c",
        ]
    ),
    st.builds("https://{}.{}/{}".format, st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)),
)


@given(ADDRESSES)
def test_an_address_that_is_a_button_is_one_that_the_server_takes(url: str) -> None:
    if opens(url):
        checked_link(url)


@pytest.mark.parametrize("url", ["https://example.org", "http://10.0.0.7:8080/a?b#c", "https://кадры.рф/отпуск"])
def test_usual_addresses_are_buttons(url: str) -> None:
    assert opens(url)
    checked_link(url)


def test_an_address_that_is_no_button_can_be_copied() -> None:
    with pytest.raises(LinkError):
        checked_link("http://localhost:8080")
    shown = keyboard(((Key("Open", Visit("http://localhost:8080")), Key("Copy", CopyText("x" * 300))),))
    assert shown is not None
    assert shown.rows == (
        (
            {"text": "Open", "copy_text": {"text": "http://localhost:8080"}},
            {"text": "Copy", "copy_text": {"text": "x" * 256}},
        ),
    )


def test_a_label_that_cannot_be_seen_is_a_sign_and_no_button_is_no_keyboard() -> None:
    assert keyboard(((Key("\u200b ", Press("x")),),)) is not None
    assert keyboard(()) is None


def attachment(
    media: Media, content: str = "a", *, size: int = 10, width: int | None = None, height: int | None = None
) -> Attachment:
    mime = "image/png" if media is Media.PHOTO else "application/pdf"
    return Attachment(media=media, name="n", mime=mime, size=size, content=content, width=width, height=height)


def test_one_file_has_its_text_as_caption_and_the_buttons() -> None:
    part = Part(
        blocks=(Paragraph((Bold("Hi"),)),),
        attachments=(attachment(Media.PHOTO),),
        rows=((Key("Go", Press("x")),),),
    )
    (message,) = messages(Page(parts=(part,)), private=True)
    assert isinstance(message, FileMessage)
    assert message.caption == "<b>Hi</b>"
    assert message.keyboard is not None
    assert not message.keyboard.asks


def test_an_album_leaves_its_text_and_buttons_to_a_message_of_their_own() -> None:
    photos = tuple(attachment(Media.PHOTO, content) for content in "abc")
    part = Part(blocks=(Paragraph(("Hi",)),), attachments=photos, rows=((Key("Go", Press("x")),),))
    album, text = messages(Page(parts=(part,)), private=True)
    assert isinstance(album, AlbumMessage)
    assert isinstance(text, TextMessage)
    assert text.keyboard is not None


def test_a_picture_that_is_no_photo_for_telegram_goes_as_a_document() -> None:
    wide = attachment(Media.PHOTO, "a", width=4000, height=100)
    heavy = attachment(Media.PHOTO, "b", size=11 * 2**20)
    fine = attachment(Media.PHOTO, "c", width=4000, height=300)
    documents, photo = messages(Page(parts=(Part(attachments=(wide, heavy, fine)),)), private=True)
    assert isinstance(documents, AlbumMessage)
    assert {file.media for file in documents.files} == {Media.DOCUMENT}
    assert isinstance(photo, FileMessage)
    assert photo.file.media is Media.PHOTO


def test_a_draft_brings_its_bytes() -> None:
    (message,) = messages(Page(parts=(Part(attachments=(Draft("m.txt", "text/plain", b"long"),)),)), private=True)
    assert isinstance(message, FileMessage)
    assert (message.file.content, message.file.name) == (b"long", "m.txt")


def test_the_number_is_asked_for_beside_buttons_by_a_second_message_and_only_in_private() -> None:
    part = Part(blocks=(Paragraph(("Who?",)),), contact="Share", rows=((Key("Ask", Press("x")),),))
    main, asking = messages(Page(parts=(part,)), private=True)
    assert isinstance(main, TextMessage)
    assert main.keyboard is not None
    assert not main.keyboard.asks
    assert isinstance(asking, TextMessage)
    assert asking.keyboard is not None
    assert asking.keyboard.asks
    assert len(messages(Page(parts=(part,)), private=False)) == 1


def test_what_cannot_be_undone_is_red() -> None:
    shown = keyboard(((Key("Withdraw", Press("nx:1:1"), grave=True), Key("Back", Press("no:1"))),))
    assert shown is not None
    assert [button.get("style") for button in shown.rows[0]] == ["danger", None]
