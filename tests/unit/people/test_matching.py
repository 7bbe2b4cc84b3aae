"""Colleagues are found however their names are typed."""

from __future__ import annotations

import random
import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.people.matching import Directory, Entry, Match

ANNA, IVAN, PETR, SHURA, JOHN, ARTYOM, DMITRY, YULIA, JURGEN, EVGENY, LEV, VIKTOR, YAN, SEAN, PAVEL = range(1, 16)

COLLEAGUES = Directory(
    [
        Entry(
            id=IVAN,
            last_name="Петров",
            first_name="Иван",
            patronymic="Ильич",
            department="Склад",
            position="Кладовщик",
        ),
        Entry(
            id=ANNA,
            last_name="Петрова",
            first_name="Анна",
            patronymic="Сергеевна",
            extension="103, 203-WS, +79160000004",
        ),
        Entry(id=PETR, last_name="Иванов", first_name="Пётр", patronymic="Петрович", phone="8 (916) 000-00-03"),
        Entry(id=SHURA, last_name="Щербаков", first_name="Александр", patronymic="Юрьевич"),
        Entry(id=JOHN, last_name="Smith", first_name="John"),
        Entry(id=ARTYOM, last_name="Королёв", first_name="Артём"),
        Entry(id=DMITRY, last_name="Мамин-Сибиряк", first_name="Дмитрий"),
        Entry(id=YULIA, last_name="Хрущёва", first_name="Юлия"),
        Entry(id=JURGEN, last_name="Müller", first_name="Jürgen"),
        Entry(id=EVGENY, last_name="Жуков", first_name="Евгений"),
        Entry(id=LEV, last_name="Толстой", first_name="Лев"),
        Entry(id=VIKTOR, last_name="Цой", first_name="Виктор"),
        Entry(id=YAN, last_name="Ли", first_name="Ян"),
        Entry(id=SEAN, last_name="O'Brien", first_name="Sean"),
        Entry(id=PAVEL, last_name="Смирнов", first_name="Павел"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # scenario 4 of the acceptance list
        ("петровой", ANNA), ("ПЕТРОВА", ANNA), ("Пертова", ANNA),
        # parts and orders of a name
        ("Анна Петрова", ANNA), ("петрова анна", ANNA), ("Петрова Анна Сергеевна", ANNA), ("Анна Сергеевна", ANNA),
        ("сергеевна", ANNA), ("Петров И.", IVAN), ("Петров И. И.", IVAN), ("Петров И.И.", IVAN), ("Петров ИИ", IVAN),
        ("И. Петров", IVAN), ("Щерб", SHURA),
        # cases
        ("Петрову Ивану", IVAN), ("Льву Толстому", LEV), ("Цоя", VIKTOR),
        ("Павла Смирнова", PAVEL), ("Юлии Хрущёвой", YULIA), ("Королевым", ARTYOM),
        # letters
        ("королев", ARTYOM), ("хрущева", YULIA), ("артем", ARTYOM),
        # transliteration
        ("Petrova", ANNA), ("Ivan Petrov", IVAN), ("Shcherbakov", SHURA), ("Scherbakov", SHURA), ("Ščerbakov", SHURA),
        ("Khrushcheva", YULIA), ("Hruscheva", YULIA), ("Iuliia", YULIA), ("Yulia", YULIA), ("Julia", YULIA),
        ("Evgeny", EVGENY), ("Yevgeniy", EVGENY), ("Evgenij Zhukov", EVGENY), ("Tsoi", VIKTOR), ("Coj", VIKTOR),
        ("Korolyov", ARTYOM), ("Smirnoff", PAVEL), ("Смит", JOHN), ("Джон Смит", JOHN), ("Мюллер", JURGEN),
        # keyboard
        ("Gtnhjd Bdfy", IVAN), ("Шмфт Зуекщм", IVAN), (";erjd", EVGENY), (":erjd", EVGENY),
        ("Ыьшер", JOHN),
        # familiar names
        ("Саша", SHURA), ("Sasha", SHURA), ("Саше Щербакову", SHURA), ("Женя Жуков", EVGENY), ("Дима", DMITRY),
        # hyphens and other names
        ("Мамин", DMITRY), ("сибиряк", DMITRY), ("Мамин-Сибиряк Дмитрий", DMITRY), ("мамин сибиряк", DMITRY),
        ("Ли", YAN), ("smith", JOHN), ("muller", JURGEN), ("OBrien", SEAN), ("O’Brien", SEAN),
        # typos together with the rest
        ("Щербоков Саня", SHURA), ("Scherbakow Alexandr", SHURA), ("Сибирик", DMITRY),
        ("Щербкову", SHURA), ("Смрнову Павлу", PAVEL),
        # numbers and work
        ("103", ANNA), ("203-WS", ANNA), ("8 916 000-00-04", ANNA),
        ("Петрова 103", ANNA), ("+7 916 000 00 03", PETR), ("89160000003", PETR),
        ("тел. +8 916 000-00-03", PETR), ("кладовщик", IVAN), ("Иван склад", IVAN),
    ],
)  # fmt: skip
def test_the_person_meant_is_first(typed: str, meant: int) -> None:
    assert COLLEAGUES.find(typed)[0].person_id == meant


def test_an_exact_name_outranks_a_similar_one() -> None:
    scores = {match.person_id: match.score for match in COLLEAGUES.find("Петров")}
    assert scores[IVAN] == 1.0
    assert scores[IVAN] > scores[ANNA]
    assert [match.person_id for match in COLLEAGUES.find("Петрова")][:2] == [ANNA, IVAN]


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "абырвалг", "qwerty", "asdfgh", "как оформить отпуск", "привет", "12345", "+7", "😀", "\x00", "...",
        "%_%", "а", "'; DROP TABLE people; --", "слово " * 1000, "я" * 10_000, "И И", "[](){}*+?",
    ],
)  # fmt: skip
def test_nobody_is_found_for_what_is_no_name(typed: str) -> None:
    assert COLLEAGUES.find(typed) == []


def test_a_surname_with_a_wrong_first_name_is_found_as_a_part() -> None:
    (match,) = COLLEAGUES.find("Петров Василий")
    assert match.person_id == IVAN
    assert match.score < 0.6


def test_one_word_of_a_name_does_not_fit_two_of_the_query() -> None:
    assert all(match.score < 0.6 for match in COLLEAGUES.find("Ян Ян"))


def test_the_limit_is_kept_and_namesakes_keep_their_order() -> None:
    namesakes = Directory(Entry(id=number, last_name="Иванов", first_name="Иван") for number in range(50))
    assert [match.person_id for match in namesakes.find("Иванов Иван", 3)] == [0, 1, 2]
    assert [match.person_id for match in namesakes.find("иванов", 3)] == [0, 1, 2]
    assert namesakes.find("иванов", 0) == []


def test_an_empty_directory_finds_nobody() -> None:
    assert Directory([]).find("Иванов") == []


def test_other_scripts_are_found_as_they_are() -> None:
    directory = Directory(
        [Entry(id=1, last_name="李", first_name="小龙"), Entry(id=2, last_name="ლომიძე", first_name="ნინო")]
    )
    assert directory.find("李小龙") == []
    assert directory.find("李") == [Match(1, 1.0)]
    assert directory.find("ლომიძე ნინო")[0].person_id == 2


@cache
def crowd() -> tuple[list[Entry], Directory]:
    """2,000 invented people with different surnames."""
    chance = random.Random(4)
    words = "ба ве го ду жа зе ки ло му не пи ро су та фе хо ци чу ша ям бор вет гол дан зор кар лин мол щук"
    syllables = words.split()
    surnames: dict[str, None] = {}
    while len(surnames) < 2000:
        root = "".join(chance.choice(syllables) for _ in range(chance.choice((2, 3))))
        surnames[root.capitalize() + chance.choice(("ов", "ин", "енко", "ский", "ова"))] = None
    first_names = ("Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Зоя", "Иван")
    people = [
        Entry(id=number, last_name=surname, first_name=chance.choice(first_names))
        for number, surname in enumerate(surnames)
    ]
    return people, Directory(people)


LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
SLIPS = {
    "an extra letter": lambda name, place, letter: name[:place] + letter + name[place:],
    "another letter": lambda name, place, letter: name[:place] + letter + name[place + 1 :],
    "a missing letter": lambda name, place, letter: name[:place] + name[place + 1 :],
    "two letters changed over": lambda name, place, letter: (
        name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
@settings(max_examples=200)
@given(data=st.data())
def test_one_slip_in_a_surname_keeps_the_person_in_sight(slip: str, data: st.DataObject) -> None:
    person = data.draw(st.sampled_from([one for one in crowd()[0] if len(one.last_name) >= 5]))
    place, letter = data.draw(st.integers(0, len(person.last_name) - 1)), data.draw(st.sampled_from(LETTERS))
    typed = SLIPS[slip](person.last_name.lower(), place, letter)
    assert person.id in {match.person_id for match in crowd()[1].find(typed, 5)}


@settings(max_examples=200)
@given(data=st.data())
def test_a_slip_in_the_case_of_a_surname_does_not_hide_it(data: st.DataObject) -> None:
    person = data.draw(st.sampled_from([one for one in crowd()[0] if one.last_name[-2:] in ("ов", "ин")]))
    name = person.last_name.lower()
    place = data.draw(st.integers(1, len(name) - 1))
    typed = name[:place] + name[place + 1 :] + data.draw(st.sampled_from(("а", "у", "ом")))
    assert person.id in {match.person_id for match in crowd()[1].find(typed, 20)}


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    assert all(0 < match.score <= 1 for match in COLLEAGUES.find(text))


def test_a_query_takes_milliseconds() -> None:
    people, directory = crowd()
    start = time.perf_counter()
    for person in people[:100]:
        directory.find(f"{person.last_name[1:]} {person.first_name}")
    assert (time.perf_counter() - start) / 100 < 0.05
