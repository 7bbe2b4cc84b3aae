"""Every screen fits every messenger: nothing is lost, no limit is broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.talk.language import Languages
from core.chat.bindings import SIGNS
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Code,
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
    Table,
)
from core.chat.capabilities import Capabilities, Level, utf16
from core.chat.codec import dump, load
from core.chat.files import Attachment, Draft, Media
from core.chat.fit import fit
from core.chat.layout import plain
from core.chat.pages import Page, Press
from core.chat.phrases import Command, phrase, plural
from core.chat.screens import Button, CopyText, Screen, Sign, Visit, paragraph
from core.chat.split import marks_in
from core.chat.translate import in_language
from tests.support.plain import CAPABILITIES as PLAIN
from tests.unit.chat.test_actions import Colour, Paint

SMALL = Capabilities(
    buttons=Level.FULL,
    edits=Level.FULL,
    deletes=Level.FULL,
    toasts=Level.FULL,
    measure=utf16,
    text_limit=200,
    caption_limit=60,
    label_limit=20,
    row_limit=3,
    album_limit=3,
)
ENGLISH = Languages("en")()

words = st.text(alphabet=st.sampled_from("ab яю🙂\n<&"), min_size=1, max_size=120)
spans = words | words.map(Bold) | words.map(Italic) | words.map(lambda text: Link(text, "https://example.org/x"))
lines = st.lists(spans, min_size=1, max_size=4).map(tuple)
blocks = st.one_of(
    words.map(Heading),
    lines.map(Paragraph),
    lines.map(Quote),
    words.map(Preformatted),
    st.lists(lines, min_size=1, max_size=4).map(lambda items: Bullets(tuple(items))),
    st.lists(st.tuples(words, lines), min_size=1, max_size=3).map(lambda rows: Facts(tuple(rows))),
    st.lists(st.tuples(words, words), min_size=1, max_size=3).map(lambda rows: Table(("A", "B"), tuple(rows))),
)
attachments = st.sampled_from(Media).map(
    lambda media: Attachment(media=media, name="f", mime="x/y", size=1, content="c")
)
buttons = st.builds(Button, words, st.just(Paint(1, Colour.RED)) | st.just(Visit("https://example.org")))
screens = st.builds(
    Screen,
    blocks=st.lists(blocks, max_size=5).map(tuple),
    rows=st.lists(st.lists(buttons, min_size=1, max_size=6).map(tuple), max_size=3).map(tuple),
    attachments=st.lists(attachments, max_size=5).map(tuple),
)


def letters(text: str) -> str:
    return "".join(char for char in text if char in "abяю🙂<&")


def shown(page: Page) -> str:
    drafts = [file.content.decode() for part in page.parts for file in part.attachments if isinstance(file, Draft)]
    return "".join(drafts) or "".join(plain(part.blocks) for part in page.parts)


@given(screens)
@settings(max_examples=150)
def test_a_page_keeps_the_limits_and_loses_nothing(screen: Screen) -> None:
    page = fit(screen, SMALL, ENGLISH)
    assert 1 <= len(page.parts) <= SMALL.most_parts + len(screen.attachments) + 1
    for part in page.parts:
        size = SMALL.measure(plain(part.blocks))
        assert size <= (SMALL.caption_limit if part.attachments else SMALL.text_limit)
        assert part.attachments or plain(part.blocks).strip()
        assert len(part.attachments) <= SMALL.album_limit
    texts = [part for part in page.parts if plain(part.blocks)] or list(page.parts)
    rows = [row for part in page.parts for row in part.rows]
    assert rows == list(texts[-1].rows)
    keys = [key for row in rows for key in row]
    assert len(keys) == sum(len(row) for row in screen.rows)
    assert all(len(row) <= SMALL.row_limit for row in rows)
    assert all(len(key.label) <= SMALL.label_limit for key in keys)
    files = [file for part in page.parts for file in part.attachments if isinstance(file, Attachment)]
    assert Counter(file.content for file in files) == Counter(file.content for file in screen.attachments)
    assert letters(plain(_translated(screen.blocks))) == letters(shown(page))


def _translated(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return blocks


@given(screens)
@settings(max_examples=100)
def test_without_buttons_each_option_has_a_number(screen: Screen) -> None:
    page = fit(screen, PLAIN, ENGLISH)
    assert all(not part.rows for part in page.parts)
    presses = [button for row in screen.rows for button in row if not isinstance(button.does, Visit)]
    assert len(page.choices) == len(presses)
    for number, choice in enumerate(page.choices, 1):
        assert choice.data == "test-paint:1:r:0::"
        assert letters(f"{number}. {choice.label}") in letters(shown(page))


@given(screens, st.integers(min_value=0, max_value=12))
@settings(max_examples=100)
def test_a_menu_has_no_more_signs_than_its_messenger_shows(screen: Screen, limit: int) -> None:
    page = fit(screen, replace(PLAIN, choice_keys=limit), ENGLISH)
    signs = [choice.sign for choice in page.choices if choice.sign]
    assert len(signs) == len(set(signs)) == min(limit, len(page.choices), 10)
    assert set(signs) <= SIGNS
    assert [choice.data for choice in page.choices] == [choice.data for choice in fit(screen, PLAIN, ENGLISH).choices]


def test_the_ways_out_of_a_screen_have_signs_before_all_others() -> None:
    rows = (
        *((Button(f"Item {n}", Paint(n, Colour.RED)),) for n in range(1, 7)),
        (Button("‹ Newer", Paint(7, Colour.RED), Sign.EARLIER), Button("Older ›", Paint(8, Colour.RED), Sign.LATER)),
        (Button("Another", Paint(9, Colour.RED)), Button("☰ Menu", Paint(10, Colour.RED), Sign.BACK)),
    )
    page = fit(Screen(blocks=(Heading("List"),), rows=rows), replace(PLAIN, choice_keys=8), ENGLISH, asked=True)
    assert [choice.sign for choice in page.choices] == ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "", "◀️", "▶️", "", "↩️"]
    shown = plain(page.parts[0].blocks)
    assert "6. Item 6\n7. ◀️ Newer\n8. ▶️ Older\n9. Another\n10. ↩️ Menu\n" in shown
    assert shown.endswith("Answer with a number or press a reaction.")


def test_the_limit_of_parts_is_the_messengers() -> None:
    long = Screen(blocks=(Paragraph(("word " * 100,)),), place="thread:1")
    assert len(fit(long, SMALL, ENGLISH).parts) > 1
    page = fit(long, replace(SMALL, most_parts=1), ENGLISH)
    assert [type(file) for part in page.parts for file in part.attachments] == [Draft]
    assert page.place == "thread:1"


def test_a_screen_is_translated_for_its_reader() -> None:
    screen = Screen(blocks=(Paragraph((phrase("Answer with a number."),)),))
    russian = fit(screen, SMALL, Languages("ru")())
    assert plain(russian.parts[0].blocks) == "Ответьте числом."
    assert plain(fit(screen, SMALL, ENGLISH).parts[0].blocks) == "Answer with a number."


def test_a_sign_at_the_beginning_of_each_item_is_its_bullet() -> None:
    signed = in_language((Bullets((("🔴 one",), (phrase("▫️ nobody was told"),))),), ENGLISH)
    assert plain(signed) == "🔴 one\n▫️ nobody was told"
    mixed = in_language((Bullets((("🔴 one",), ("№ 2",))),), ENGLISH)
    assert plain(mixed) == "• 🔴 one\n• № 2"


def test_russian_has_three_plural_forms() -> None:
    russian = Languages("ru")()
    said = (russian.say(plural("{n} file attached.", "{n} files attached.", n=n)) for n in (1, 2, 5, 11, 21))
    counted = [text.replace("\N{NO-BREAK SPACE}", " ") for text in said]
    assert counted == [
        "Прикреплён 1 файл.",
        "Прикреплено 2 файла.",
        "Прикреплено 5 файлов.",
        "Прикреплено 11 файлов.",
        "Прикреплён 21 файл.",
    ]


def test_a_text_that_would_fill_the_chat_becomes_a_file() -> None:
    page = fit(Screen(blocks=(Paragraph(("word " * 1000,)),)), SMALL, ENGLISH)
    assert [type(file) for part in page.parts for file in part.attachments] == [Draft]
    assert "The whole text is in the file." in plain(page.parts[0].blocks)


def test_the_text_comes_before_its_files_which_go_by_their_kinds() -> None:
    kinds = (Media.PHOTO, Media.DOCUMENT, Media.VOICE, Media.PHOTO, Media.DOCUMENT, Media.VIDEO)
    files = tuple(Attachment(media=kind, name=str(n), mime="", size=1, content=str(n)) for n, kind in enumerate(kinds))
    screen = Screen(blocks=(Heading("News"),), rows=((Button("Copy", CopyText("K7QX")),),), attachments=files)
    page = fit(screen, replace(SMALL, copying=Level.FULL), ENGLISH)
    names = [[file.name for file in part.attachments] for part in page.parts]
    assert names == [[], ["0", "3", "5"], ["1", "4"], ["2"]]
    assert [bool(part.rows) for part in page.parts] == [True, False, False, False]
    plain_page = fit(screen, PLAIN, ENGLISH)
    assert plain(plain_page.parts[-1].blocks).startswith("News"), "options that are read stand at the end"


@pytest.mark.parametrize(
    "body",
    [
        lambda words: Paragraph((words,)),
        lambda words: Paragraph((Bold("Note"), ": ", words)),
        lambda words: Quote((Bold(words),)),
    ],
)
def test_a_text_too_long_fills_the_message_that_its_title_begins(body: Callable[[str], Block]) -> None:
    for number in (60, 400):
        page = fit(Screen(blocks=(Heading("Title"), body(" ".join(f"word{n}" for n in range(number))))), SMALL, ENGLISH)
        first = plain(page.parts[0].blocks)
        assert first.startswith("Title\n")
        assert len(first) > SMALL.text_limit * 3 // 4, "not a title alone"
        assert f"word{number - 1}" in shown(page)


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(tuple(span for n in range(250) for span in (Bold(f"b{n}"), " "))),
        Bullets(tuple((Bold(f"b{n}"),) for n in range(250))),
        Facts(tuple((f"f{n}", (Link(f"b{n}", "https://example.com"),)) for n in range(250))),
        Quote((Italic(tuple(span for n in range(250) for span in (Bold(f"b{n}"), " "))),)),
    ],
)
def test_a_message_has_no_more_styles_than_its_messenger_shows(block: Block) -> None:
    wide = replace(SMALL, text_limit=4096, marks_limit=100)
    page = fit(Screen(blocks=(Heading("Title"), block, Paragraph((Bold("The end"),)))), wide, ENGLISH)
    assert max(marks_in(part.blocks) for part in page.parts) <= 100
    words = " ".join(plain(part.blocks) for part in page.parts)
    assert words.startswith("Title\n")
    assert words.endswith("The end")
    assert [word for word in words.split() if word.startswith("b")] == [f"b{n}" for n in range(250)]
    assert sum(marks_in(part.blocks) for part in page.parts) >= 252, "no style is lost"


def test_a_short_text_is_the_caption_of_its_picture() -> None:
    photo = Attachment(media=Media.PHOTO, name="a.png", mime="image/png", size=1, content="c")
    page = fit(Screen(blocks=(Heading("Hi"),), attachments=(photo,)), SMALL, ENGLISH)
    assert len(page.parts) == 1
    assert page.parts[0].attachments == (photo,)
    longer = fit(Screen(blocks=(Heading("Hi" * 50),), attachments=(photo,)), SMALL, ENGLISH)
    assert len(longer.parts) == 2


def test_a_copy_button_is_a_button_only_where_it_works() -> None:
    line: Line = (Phone("+79990000101", "+7 999 000-01-01"),)
    screen = Screen(blocks=(Paragraph(line),), rows=((Button("Number", CopyText("+79990000101")),),))
    other = ((Button("Copy", CopyText("K7QX")),),)
    assert not fit(screen, SMALL, ENGLISH).parts[0].rows
    assert fit(screen, replace(SMALL, copying=Level.FULL), ENGLISH).parts[0].rows
    assert "Copy: K7QX" in plain(fit(replace(screen, rows=other), PLAIN, ENGLISH).parts[0].blocks)


@pytest.mark.parametrize("span", [Phone("+79990000101", "+7 999 000-01-01"), Code("+79990000101")])
@pytest.mark.parametrize(
    "block", [paragraph, lambda span: Bullets(((span,),)), lambda span: Facts((("Phone", (span,)),))]
)
def test_what_stands_on_the_screen_is_not_repeated_to_be_copied(span: Span, block: Callable[[Span], Block]) -> None:
    rows = ((Button("📋 Number", CopyText("+79990000101")),),)
    shown = fit(Screen(blocks=(Heading("Call"), block(span)), rows=rows), PLAIN, ENGLISH)
    assert "📋 Number" not in plain(shown.parts[0].blocks)
    assert "📋 Number: +79990000101" in plain(fit(Screen(blocks=(), rows=rows), PLAIN, ENGLISH).parts[0].blocks)


def test_commands_look_as_their_messenger_wants_them() -> None:
    text = phrase("See {help}.", help=Command("help"))
    languages = Languages("en")
    assert [languages(prefix=prefix).say(text) for prefix in ("/", "!", "/")] == [
        "See /help.",
        "See !help.",
        "See /help.",
    ]
    assert load(dump(text)) == text


def test_signs_before_labels_ask_for_their_picture() -> None:
    button = Button("‹ Back", Paint(1, Colour.RED), Sign.BACK)
    shown = fit(Screen(blocks=(), rows=((button,),)), replace(PLAIN, choice_keys=8), ENGLISH)
    assert "↩\N{VARIATION SELECTOR-16} Back" in plain(shown.parts[0].blocks)


def test_what_is_too_much_for_a_keyboard_is_cut_from_its_list_and_not_from_its_ways_out() -> None:
    rows = [tuple(Button(f"{row}.{place}", Paint(1, Colour.RED)) for place in range(2)) for row in range(70)]
    ways = [(Button(label, Paint(1, Colour.RED)),) for label in ("Done", "‹ Back", "✕ Cancel")]
    part = fit(Screen(blocks=(paragraph("Which?"),), rows=(*rows, *ways)), SMALL, ENGLISH).parts[-1]
    assert sum(map(len, part.rows)) == SMALL.button_limit
    assert [row[0].label for row in part.rows[-3:]] == ["Done", "‹ Back", "✕ Cancel"]
    assert [key.label for key in part.rows[0]] == ["0.0", "0.1"]


def test_an_arrow_in_a_label_is_not_taken_for_a_sign() -> None:
    button = Button("↩️ Give back", Paint(1, Colour.RED))
    shown = fit(Screen(blocks=(), rows=((button,),)), replace(PLAIN, choice_keys=8), ENGLISH)
    assert plain(shown.parts[0].blocks).startswith("1. Give back")


def test_a_press_keeps_its_data() -> None:
    page = fit(Screen(blocks=(), rows=((Button("Go", Paint(7, Colour.BLUE)),),)), SMALL, ENGLISH)
    (key,) = page.parts[0].rows[0]
    assert key.does == Press("test-paint:7:b:0::")


def _photo(caption: str = "") -> Attachment:
    blocks = (paragraph(caption),) if caption else ()
    return Attachment(media=Media.PHOTO, name="f", mime="image/png", size=1, content="c", caption=blocks)


@pytest.mark.parametrize(
    ("text", "captions", "parts"),
    [
        ("Text", ["by Anna"], [("Text\n\nby Anna", 1)]),
        ("", ["by Anna"], [("by Anna", 1)]),
        ("x" * 60, ["by Anna"], [("x" * 60, 0), ("", 1)]),
        ("Text", ["", "by Anna", ""], [("Text", 0), ("", 3)]),
        ("Text", ["", "a" * 61, "b"], [("Text", 0), ("", 2), ("a" * 61, 0), ("", 1)]),
        ("", ["a" * 201], [("", 1), ("a" * 200, 0), ("a", 0)]),
    ],
)
def test_a_caption_stays_with_its_picture(text: str, captions: list[str], parts: list[tuple[str, int]]) -> None:
    screen = Screen(blocks=(paragraph(text),) if text else (), attachments=tuple(map(_photo, captions)))
    page = fit(screen, SMALL, ENGLISH)
    assert [(plain(part.blocks), len(part.attachments)) for part in page.parts] == parts
    left = [plain(file.caption) for part in page.parts for file in part.attachments if isinstance(file, Attachment)]
    written = "".join(text for text, _ in parts)
    assert all(caption in left or caption in written or "a" * 200 in written for caption in captions)
    bare = fit(screen, PLAIN, ENGLISH)
    assert not any(file.caption for part in bare.parts for file in part.attachments if isinstance(file, Attachment))
    assert all(caption in "".join(plain(part.blocks) for part in bare.parts) for caption in captions)
