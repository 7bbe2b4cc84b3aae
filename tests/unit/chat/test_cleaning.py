"""What strangers write is made safe to keep and to show, alike for all messengers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat.cleaning import LONGEST_NAME, clean, clean_file_name, clean_name


def test_a_text_keeps_all_that_can_be_read() -> None:
    text = "a\r\nb\rc\td\x00\x1b\x7f\x85\u202e\ud800 👩‍👩‍👧 ёж\u2028می\u200cخواهم"
    assert clean(text) == "a\nb\nc\td 👩‍👩‍👧 ёж\nمی\u200cخواهم"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("\u202eавосреП аннА", "авосреП аннА"),  # case 43
        ("\u3164", ""),
        ("\u2800\u200b\u00ad\u115f\u2060", ""),
        ("\u0301\u0301", ""),
        ("\u200d", ""),
        ("  Анна\u00a0\n Перова\u200b ", "Анна Перова"),
        ("Ан\u200bна\u2066 \u200eПерова\u2069", "Анна Перова"),
        ("O’Neil-Ёлкина 3", "O’Neil-Ёлкина 3"),
        (
            "👩‍👩‍👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "👩‍👩‍👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("H" + "\u0336" * 50 + "i", "H" + "\u0336" * 3 + "i"),
        ("и" * 500, "и" * LONGEST_NAME),
    ],
)
def test_a_name_is_what_can_be_seen_of_it(written: str, seen: str) -> None:
    assert clean_name(written) == seen


@given(st.text())
def test_a_name_is_in_one_line_without_anything_that_is_not_seen(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name
    assert name == " ".join(name.split())
    assert not name or any(unicodedata.category(char)[0] in "LNPS" for char in name)
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../../etc/\u202epasswd", "passwd"),
        ("C:\\Users\\me\\отчёт.xlsx", "отчёт.xlsx"),
        ("a\r\nb\u202egnp.exe", "a bgnp.exe"),
        ('who? "me": <1>|*.txt', "who_ _me__ _1___.txt"),
        ("...", "file"),
        ("\u3164", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_of_a_file_is_safe_to_show_and_to_save(written: str, kept: str) -> None:
    assert clean_file_name(written) == kept
