"""Marks in what people type become what they mean, or stay as they were typed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.marks import marked
from core.chat.blocks import Block, Bold, Code, Italic, Link, Paragraph, Preformatted, Quote, Strike
from core.chat.layout import plain


def paragraph(*line: object) -> Paragraph:
    return Paragraph(line)  # type: ignore[arg-type]  # spans of each kind


@pytest.mark.parametrize(
    ("typed", "blocks"),
    [
        ("Завтра *всем* прийти", (paragraph("Завтра ", Bold("всем"), " прийти"),)),
        ("**Всем**, __кто__ _здесь_", (paragraph(Bold("Всем"), ", ", Italic("кто"), " ", Italic("здесь")),)),
        ("~~старое~~ ~и это~", (paragraph(Strike("старое"), " ", Strike("и это")),)),
        ("*жирный и _курсив_*", (paragraph(Bold(("жирный и ", Italic("курсив")))),)),
        ("`a*b*c` и `/menu`", (paragraph(Code("a*b*c"), " и ", Code("/menu")),)),
        ("[*сюда*](https://kollega.ru/a_b_c)", (paragraph(Link((Bold("сюда"),), "https://kollega.ru/a_b_c")),)),
        ("> он сказал\n> *так*\nа я нет", (Quote(("он сказал\n", Bold("так"))), paragraph("а я нет"))),
        ("раз\n> два\n\nтри", (paragraph("раз"), Quote(("два",)), paragraph("три"))),
        ("```py\na = *b\n\nc\n```\n*d*", (Preformatted("a = *b\n\nc", "py"), paragraph(Bold("d")))),
        ("```x y```", (Preformatted("x y"),)),
        ("*две\nстроки*", (paragraph(Bold("две\nстроки")),)),
    ],
)
def test_marks_are_read(typed: str, blocks: tuple[Block, ...]) -> None:
    assert marked(typed) == blocks


@pytest.mark.parametrize(
    "typed",
    [
        "2 * 3 * 4",
        "a*b*c",
        "snake_case_name и ещё_одно",
        "* пункт\n* другой",
        "~5 минут, ~10",
        "https://kollega.ru/_a_/*b*",
        "______ ****",
        "5 > 3",
        "[слова](javascript:alert(1))",
        "*не закрыто",
        "обычный текст\n\nв два абзаца",
    ],
)
def test_what_is_no_mark_stays_as_it_was_typed(typed: str) -> None:
    assert marked(typed) == ()


@given(st.text(alphabet="*_~`>[]() \nab", max_size=60))
def test_no_letter_is_lost(typed: str) -> None:
    shown = plain(marked(typed) or (Paragraph((typed,)),))
    assert sorted(filter(str.isalpha, shown)) == sorted(filter(str.isalpha, typed))


def test_a_hundred_thousand_open_marks_take_no_time() -> None:
    started = time.process_time()
    marked("*a " * 33_000)
    assert time.process_time() - started < 3
