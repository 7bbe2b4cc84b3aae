"""Colleagues are found by sentences that ask for them; every name and sentence here is this project's own."""

from __future__ import annotations

from collections import Counter

import pytest

from core.people.matching import Directory, Entry
from core.people.spelling import other_layout, rows
from core.people.wording import About, about, essence

(
    LOBANOV, LOBANOVA, MAIL, PHONES, LI, YU, SHEVCHUK, DOVZHENKO, SEDYKH, KRAVETS, VOROBEY, LEV, KRUZE, RIMSKAYA,
    STEPANOVA, STEPANOV, CHIEF, KEEPER, WILD, SOROKA, FEDOROV, YASHIN,
) = range(1, 23)  # fmt: skip

ROWS: list[tuple[int, str, str]] = [
    (LOBANOV, "Лобанов Геннадий Фомич", "Архив|Архивариус"),
    (LOBANOVA, "Лобанова Надежда Юрьевна", "Касса|Кассир"),
    (MAIL, "Почта Степан Ильич", "Касса|"),
    (PHONES, "Телефонов Мирон Ефимович", "Охрана|"),
    (LI, "Ли Тимофей Ян-Чолович", "Архив|"),
    (YU, "Ю Инна Олеговна", "Архив|"),
    (SHEVCHUK, "Шевчук Оксана Петровна", "Охрана|"),
    (DOVZHENKO, "Довженко Илья Маркович", "Охрана|"),
    (SEDYKH, "Седых Любовь Львовна", "Касса|"),
    (KRAVETS, "Кравец Павел Денисович", "Архив|"),
    (VOROBEY, "Воробей Пётр Егорович", "Касса|"),
    (LEV, "Зимин Лев Аркадьевич", "Отдел закупок|Снабженец"),
    (KRUZE, "Крузе Марта Оттовна", "Отдел закупок|"),
    (RIMSKAYA, "Римская-Шульгина Вера Андреевна", "Архив|"),
    (STEPANOVA, "Степанова Евгения Захаровна", "Касса|"),
    (STEPANOV, "Степанов Евгений Захарович", "Касса|"),
    (CHIEF, "Оськин Руслан Тихонович", "Касса|Начальник кассы"),
    (KEEPER, "Оськин Борис Глебович", "Архив|Хранитель"),
    (WILD, "Wilde Oscar", "Archive|"),
    (SOROKA, "Сорока Виктор Наумович", "Архив|"),
    (FEDOROV, "Федотов Фёдор Фёдорович", "Охрана|"),
    (YASHIN, "Яшин Яков Юрьевич", "Охрана|"),
]


def entry(id: int, name: str, work: str) -> Entry:
    last, first, *rest = name.split()
    department, position = work.split("|")
    patronymic = rest[0] if rest else ""
    return Entry(
        id=id, last_name=last, first_name=first, patronymic=patronymic, department=department, position=position
    )


COMPANY = Directory(entry(*row) for row in ROWS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # every case that a request puts a name in
        ("телефон Лобанова Геннадия", LOBANOV), ("Какой номер у Геннадия Фомича Лобанова?", LOBANOV),
        ("позвони Лобановой Наде", LOBANOVA), ("соедините меня с Надеждой Лобановой", LOBANOVA),
        ("расскажи о Лобанове Геннадии", LOBANOV), ("ищу Геннадия Лобанова из архива", LOBANOV),
        ("напиши Льву Зимину", LEV), ("что слышно о Льве Зимине", LEV), ("почта Зимина Льва Аркадьевича", LEV),
        ("как связаться с Павлом Кравцом", KRAVETS), ("добавочный Кравца", KRAVETS), ("к Петру Воробью", VOROBEY),
        ("переведи звонок Вите Сороке", SOROKA), ("контакты Сороки", SOROKA),
        # surnames that do not change, or ought not to
        ("телефон Любови Седых", SEDYKH), ("с Любовью Седых", SEDYKH), ("напиши Шевчук Оксане", SHEVCHUK),
        ("номер Ильи Довженко", DOVZHENKO), ("позвони Довженке", DOVZHENKO), ("найди Марту Крузе", KRUZE),
        ("почта Римской-Шульгиной", RIMSKAYA), ("где сидит Вера Шульгина", RIMSKAYA),
        # familiar names, made more familiar still
        ("набери Генку Лобанова", LOBANOV), ("напиши Надюшке Лобановой", LOBANOVA), ("Ксюше Шевчук", SHEVCHUK),
        ("Любаше Седых", SEDYKH), ("позвони Ильюше Довженко", DOVZHENKO), ("Верочка Римская", RIMSKAYA),
        # the order of words, politeness, departments, a question around it
        ("Добрый день! Подскажите, пожалуйста, почту Зимин Лев", LEV), ("нужен Лобанов Геннадий, Архив", LOBANOV),
        ("Лобанова Надежда из отдела Касса контакты", LOBANOVA), ("кто такая Марта Крузе и в каком она отделе", KRUZE),
        ("нужен Лобанов Геннадий, Бухгалтерия", LOBANOV), ("когда вернётся Геннадий Лобанов из отпуска", LOBANOV),
        ("начальник Оськин", CHIEF), ("Оськин хранитель архива", KEEPER), ("кто начальник кассы", CHIEF),
        # with slips, also of the words that ask
        ("телефн Лобнова Геннадия", LOBANOV), ("свяжи с Зимниым Львом", LEV),
        ("пожалйста номер Довжнко Ильи", DOVZHENKO),
        ("соедини с Надеждой Лобанвой", LOBANOVA), ("Римскй Шульгина", RIMSKAYA),
        ("e-mail Лобанова Геннадия", LOBANOV), ("скиньте, пож-та, и-мейл Зимина Льва", LEV),
        # initials
        ("Лобанов Г. Ф.", LOBANOV), ("Г.Ф. Лобанов", LOBANOV), ("Лобанов ГФ", LOBANOV), ("лобанов г ф", LOBANOV),
        ("телефон Лобанова Г.Ф.", LOBANOV), ("Зимин Л А", LEV), ("нужен Федотов Ф.Ф.", FEDOROV),
        ("Lobanov G. F.", LOBANOV), ("Yashin Ya.Yu.", YASHIN), ("нужна Седых Л. Л. из Бухгалтерии", SEDYKH),
        # in English, and in Latin letters
        ("phone of Gennady Lobanov", LOBANOV), ("who is Lev Zimin?", LEV), ("what is Oscar Wilde's number", WILD),
        ("I need to call Nadezhda Lobanova, please", LOBANOVA), ("where does Marta Kruse sit", KRUZE),
        ("how can I reach Pavel Kravetz", KRAVETS), ("телефон Оскара Вильде", WILD), ("Zimin Levv", LEV),
        # in the other keyboard layout, whole or in part
        (other_layout("телефон лобанова геннадия"), LOBANOV), ("телефон " + other_layout("зимина"), LEV),
        (other_layout("phone of oscar wilde"), WILD),
        # words that ask and are names, and names of two letters
        ("Почта Степан", MAIL), ("почта Степана Почты", MAIL), ("Телефонов", PHONES), ("телефон Телефонова", PHONES),
        ("почта Телефонова Мирона", PHONES), ("li", LI), ("ли", LI), ("кто такой Ли", LI), ("phone of Li", LI),
        ("Ю", YU), ("Ю Инна", YU), ("Инна Ю.", YU),
        # capital letters that are no initials
        ("У Лобанова Геннадия какой телефон", LOBANOV), ("СВЯЖИ С ЗИМИНЫМ ЛЬВОМ", LEV),
    ],
)  # fmt: skip
def test_the_person_asked_for_is_first(typed: str, meant: int) -> None:
    assert [match.person_id for match in COMPANY.find(typed)][:1] == [meant]


@pytest.mark.parametrize(
    "typed",
    [
        "спасибо", "спасибо большое!", "привет", "как дела", "да", "нет", "ок", "thanks", "how are you",
        "когда зарплата", "кто сегодня дежурит", "how do I reset my password", "перенеси встречу на завтра",
        "хочу в отпуск с понедельника", "где взять справку о доходах", "сломался принтер на третьем этаже",
        "телефон", "phone of", "кто это", "с", "И. О.",
    ],
)  # fmt: skip
def test_talk_and_questions_mean_nobody(typed: str) -> None:
    assert [match for match in COMPANY.find(typed) if match.score >= 0.6] == []


def test_a_name_in_a_case_is_a_man_or_carelessly_a_woman() -> None:
    assert {match.person_id for match in COMPANY.find("телефон Степанова Евгения", 2)} == {STEPANOV, STEPANOVA}
    assert COMPANY.find("Степанова Евгения")[0].person_id == STEPANOVA
    assert COMPANY.find("телефон Степановой Евгении")[0].person_id == STEPANOVA


def test_whoever_fits_equally_comes_in_turns_of_their_names() -> None:
    people = [("Степанова", "Евгения")] * 30 + [("Степанов", "Евгений")] * 30
    crowd = Directory(Entry(id=id, last_name=last, first_name=first) for id, (last, first) in enumerate(people))
    first = [match.person_id < 30 for match in crowd.find("номер Степанова Евгения", 6)]
    assert sorted(first) == [False] * 3 + [True] * 3


def test_a_name_that_is_another_persons_is_no_clear_match() -> None:
    (match,) = COMPANY.find("телефон Зимина Степана Аркадьевича")
    assert match.person_id == LEV
    assert 0.6 <= match.score < 0.85


def test_all_who_fit_are_counted_and_those_who_left_only_when_asked() -> None:
    crowd = Directory(Entry(id=id, last_name="Уткин", first_name="Роман", active=id % 3 > 0) for id in range(90))
    assert (len(crowd.search("уткин", 5).best), crowd.search("уткин", 5).total) == (5, 90)
    here = crowd.search("телефон Романа Уткина", 100, inactive=False)
    assert here.total == len(here.best) == 60
    assert all(match.person_id % 3 for match in here.best)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("телефон Зимина", About.PHONE), ("Зимин мобильный", About.PHONE), ("extension of Zimin", About.PHONE),
        ("подскажи почту Зимина", About.MAIL), ("где сидит Зимин", About.PLACE), ("начальник Зимина", About.BOSS),
        ("кто такой Зимин", None), ("Телефонов", None), ("", None),
    ],
)  # fmt: skip
def test_what_is_asked_for(text: str, what: About | None) -> None:
    assert about(text) is what


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Зимин Лев", "Зимин Лев"),
        ("какой телефон у Зимина?", "какой телефон у Зимина?"),
        ("подскажите, пожалуйста, какой телефон у Зимина", "телефон Зимина"),
        ("пожалуйста, свяжи меня с Львом Зиминым", "свяжи Львом Зиминым"),
        ("соедини меня с Надеждой Лобановой", "Надеждой Лобановой"),
        ("Надежда Лобанова Юрьевна", "Надежда Лобанова"),
        ("... " * 20, ""),
        ("Ы" * 30, ""),
    ],
)
def test_a_long_request_keeps_its_names_on_a_button(text: str, kept: str) -> None:
    assert essence(text, 42) == kept


@pytest.mark.parametrize("text", ["телефон Лобанова Геннадия", "пожалуйста, соедините меня с Надеждой Лобановой"])
def test_what_is_kept_means_the_same_people(text: str) -> None:
    whole, kept = COMPANY.find(text), COMPANY.find(essence(text, 60))
    assert whole == kept


@pytest.mark.parametrize("table", ["wording.tsv", "inflections.tsv", "familiar_endings.tsv", "familiar_names.tsv"])
def test_no_line_of_a_table_is_lost_to_another(table: str) -> None:
    lines = list(rows(table))
    keys = (
        [word for _, forms in lines for word in forms.split()] if table == "wording.tsv" else [key for key, _ in lines]
    )
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert all(key and value for key, value in lines)
