"""Held messages are named so that people know what they would see."""

from __future__ import annotations

import pytest

from adapters.telegram.capabilities import TELEGRAM
from bot.handlers.quiet.actions import ShowAllHeld, ShowHeld
from bot.handlers.quiet.screens_held import SHOWN, held_screen, title_of
from bot.talk.language import Languages
from core.chat.blocks import Bold, Bullets, Facts, Heading, Paragraph, Phone, Preformatted, Quote
from core.chat.files import Attachment, Media
from core.chat.fit import fit
from core.chat.layout import plain
from core.chat.phrases import Text, phrase
from core.chat.screens import Screen
from core.copies import Held
from core.delivery import Priority

FILE = Attachment(media=Media.DOCUMENT, name="plan.pdf", mime="application/pdf", size=1, content="x")


def held(count: int, title: Text = "News") -> tuple[Held, ...]:
    return tuple(
        Held(
            delivery_id=number,
            message_id=number,
            content=Screen(blocks=(Heading(title),)),
            priority=Priority.BROADCAST,
        )
        for number in range(1, count + 1)
    )


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (Screen(blocks=(Paragraph(("Before",)), Heading("📰 Picnic"))), "📰 Picnic"),
        (
            Screen(
                blocks=(
                    Paragraph(
                        ("🔴 ", Bold("Call back")),
                    ),
                )
            ),
            "Call back",
        ),
        (Screen(blocks=(Paragraph(("🔴 ", Phone("+79161230001", "+7 916 123-00-01"))),)), "+7 916 123-00-01"),
        (Screen(blocks=(Paragraph((phrase("Nothing is held for you."),)),)), phrase("Nothing is held for you.")),
        (Screen(blocks=(Quote(("Said so",)),)), "Said so"),
        (Screen(blocks=(Bullets((("First",), ("Second",))),)), "First"),
        (Screen(blocks=(Facts((("Room", ("12",)),)),)), "12"),
        (Screen(blocks=(Preformatted("a b"),)), "a b"),
        (Screen(blocks=(), attachments=(FILE,)), "plan.pdf"),
        (Screen(blocks=()), phrase("A message without text")),
    ],
)
def test_the_title_is_the_heading_or_the_first_words(content: Screen, title: Text) -> None:
    assert title_of(content) == title


def test_each_has_a_button_and_several_have_one_for_all() -> None:
    rows = held_screen(held(3)).rows
    assert [row[0].does for row in rows[:4]] == [ShowHeld(1), ShowHeld(2), ShowHeld(3), ShowAllHeld()]
    assert [row[0].does for row in held_screen(held(1)).rows[:-1]] == [ShowHeld(1)]


@pytest.mark.parametrize("code", ["ru", "en"])
@pytest.mark.parametrize("title", ["N" * 500, "one\ntwo", "📰 "])
def test_many_with_long_titles_fit(code: str, title: str) -> None:
    page = fit(held_screen(held(50, title)), TELEGRAM, Languages(code)())
    (part,) = page.parts
    assert len(part.rows) == SHOWN + 2
    told = plain(part.blocks)
    assert "50" in told.splitlines()[0]
    assert "40" in told.splitlines()[-1]


def test_a_button_shows_the_first_line_shortened() -> None:
    (row, *_) = held_screen(held(2, "A very long title that no button can hold\nand more")).rows
    assert Languages("en")().say(row[0].label) == "Show: A very long title that no butto…"
