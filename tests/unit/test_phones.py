"""Numbers as people and exchanges write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.phones import Dialling, e164, nameless, pretty, withheld


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
        "+8 916 123-45-67",
        "+89161234567",
        "+7 8 916 123-45-67",
        "007 916 123-45-67",
        "8107 916 123-45-67",
        "моб. 8-916-123-45-67",
        "сот.тел.: 8916 123 4567",
        "8 916 123-45-67 (WhatsApp, Telegram)",
        "8 916 123-45-67 / личный",
        "8 916 123-45-67, 12",
        "+7-916-123-45-67;ext=5",
        "8.916.123.45.67",
        "+7 (916) 123–45–67",
        "79161234567.0",
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
        ("8 495 123-45-67 офис", "+74951234567"),
        ("8 (499) 123-45-67 секр.", "+74991234567"),
        ("+8 (495) 123-45-67", "+74951234567"),
        ("+84951234567", "+84951234567"),
    ],
    ids=[
        "through 8-10",
        "through 00",
        "Kazakhstan",
        "Belarus without plus",
        "a city",
        "a word behind",
        "a bracket",
        "eight behind a plus",
        "Vietnam",
    ],
)
def test_other_countries(raw: str, number: str) -> None:
    assert e164(raw) == number


@pytest.mark.parametrize(
    "raw",
    [None, "", "101", "112", "0890", "anonymous", "Anonymous", "<unknown>", "sip:anonymous@anonymous.invalid", "sip:",
     "s", "*8", "абв", "1" * 5000, "+0", "7" * 20, "7,91612E+10", "7.9161234567E+10", "8 495 123-45-67/68",
     "8 916 123 45 67, 8 916 765 43 21", "8 916 123-45-67 8 916 765-43-21", "8 495 12-34-56 офис", "84 95 12 34 567/8"],
)  # fmt: skip
def test_no_public_number(raw: str | None) -> None:
    assert e164(raw) is None


def test_what_telephones_leave_out_or_put_in_front_is_known_of_their_exchange() -> None:
    exchange = Dialling(area_code="495", outside_prefix="9", own_numbers=("8 495 111-22-33", "7812000"))
    assert e164("989161234567") is None, "also a number in Iran: undecided without knowing the exchange"
    assert exchange.e164("989161234567") is None, "a caller does not dial for an outside line"
    assert {exchange.dialled(raw) for raw in ("989161234567", "9w89161234567", "9161234567")} == {"+79161234567"}
    assert exchange.dialled("91234567") == exchange.e164("1234567") == "+74951234567"
    assert all(map(exchange.own, ("+74951112233", "1112233", "sip:74951112233@203.0.113.5", "7812000")))
    assert not any(map(exchange.own, (None, "", "101", "+79161234567")))


@pytest.mark.parametrize(
    "raw",
    [None, "", "anonymous", "Restricted", "<unknown>", "Private caller", "ANONYMOUS CALL", "Out of area", "O", "P", "0",
     "0000000000", "+00000000", "+70000000000", "8 000 000-00-00", "+7", "1", "266696687", "Скрытый номер",
     "номер не определён", "№ скрыт", "нет номера", "sip:anonymous@anonymous.invalid", "sip:restricted@203.0.113.5",
     "prohib_not_screened", "any-word-of-an-exchange"],
)  # fmt: skip
def test_a_withheld_number_is_a_word_or_noughts(raw: str | None) -> None:
    assert withheld(raw)
    assert e164(raw) is None


@pytest.mark.parametrize("raw", ["101", "10", "800", "0890", "+79161234567"])
def test_a_number_is_not_withheld(raw: str) -> None:
    assert not withheld(raw)


def test_a_name_is_not_a_word_for_none() -> None:
    assert all(map(nameless, (None, "", "Anonymous", "<unknown>", "Аноним", "Неизвестный абонент", "[hidden]")))
    assert not any(map(nameless, ("Иванов", "Непомнящий", "Private Bank", "Оазис", "101")))


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
