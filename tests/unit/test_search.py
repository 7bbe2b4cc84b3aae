"""Words by which things are found, and the line that is shown of them."""

from __future__ import annotations

import pytest

from core.search import excerpt, stems, weighed


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Корпоратив в пятницу", "корпоратива"),
        ("Отдел учёта переехал", "учет"),
        ("Новый график отпусков", "отпуск"),
        ("New policies", "policy"),
        ("Room 7", "7"),
    ],
)
def test_what_is_found_by_another_form_of_the_word(text: str, asked: str) -> None:
    assert stems(asked)
    assert set(stems(asked)) <= set(stems(text))


def test_words_of_two_letters_say_too_little() -> None:
    assert stems("it is so") == []


def test_a_word_of_the_title_weighs_as_there() -> None:
    assert weighed((("Picnic", 3), ("The picnic is on Friday", 1)))["picnic"] == 3


def test_the_line_that_is_shown_has_the_word() -> None:
    text = "It was a long year. " * 10 + "The garage is closed on Monday. " + "Thanks to all. " * 10
    shown = excerpt(text, stems("garages"))
    assert "garage is closed" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 100


def test_without_the_word_it_is_the_beginning() -> None:
    assert excerpt("On Friday", ("picnic",)) == "On Friday"
    assert excerpt("", ()) == ""
