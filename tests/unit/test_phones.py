"""Numbers as people and exchanges write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.phones import e164, pretty, withheld


@pytest.mark.parametrize(
    "raw",
    [
        "89161234567",
        "8 (916) 123-45-67",
        "79161234567",
        "9161234567",
        "+7 916 123-45-67",
        "8 916 123-45-67 доб. 12",
        " +79161234567 ",
        "sip:+79161234567@203.0.113.5:5060;user=phone",
        '"Иван" <sip:89161234567@203.0.113.5>',
        "tel:+79161234567",
        "089161234567",
    ],
)
def test_one_number_in_many_spellings(raw: str) -> None:
    assert e164(raw) == "+79161234567"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("810442071838750", "+442071838750"),
        ("00442071838750", "+442071838750"),
        ("87012345678", "+77012345678"),
        ("375291234567", "+375291234567"),
        ("74951110001", "+74951110001"),
    ],
    ids=["through 8-10", "through 00", "Kazakhstan", "Belarus without plus", "a city"],
)
def test_other_countries(raw: str, number: str) -> None:
    assert e164(raw) == number


@pytest.mark.parametrize(
    "raw",
    [None, "", "101", "112", "0890", "anonymous", "Anonymous", "<unknown>", "sip:anonymous@anonymous.invalid", "sip:",
     "s", "*8", "абв", "1" * 5000, "+0", "7" * 20],
)  # fmt: skip
def test_no_public_number(raw: str | None) -> None:
    assert e164(raw) is None


def test_an_extension_comes_before_any_number() -> None:
    assert e164("9161234567", {"9161234567"}) is None


def test_a_digit_for_the_outside_line() -> None:
    assert e164("989161234567") is None, "also a number in Iran: undecided without knowing the exchange"
    assert e164("989161234567", outside_prefix="9") == "+79161234567"
    assert e164("9161234567", outside_prefix="9") == "+79161234567"


def test_withheld_is_said_in_words() -> None:
    assert all(withheld(raw) for raw in (None, "", "anonymous", "Restricted", "<unknown>"))
    assert not withheld("101")


def test_pretty_is_for_people() -> None:
    assert pretty("+79161234567") == "+7 916 123-45-67"
    assert pretty("+442071838750") == "+44 20 7183 8750"
    assert pretty("0890") == "0890"
    assert pretty("+") == "+"


@given(st.text(max_size=80))
def test_any_text_is_safe(raw: str) -> None:
    number = e164(raw)
    assert number is None or e164(number) == number
    pretty(raw)
