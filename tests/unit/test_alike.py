"""Names are compared as people read them."""

from __future__ import annotations

import pytest

from core.alike import as_read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Отдел учёта", "ОТДЕЛ УЧЕТА"),
        ("Отдел учёта", " отдел\u00a0 учета "),
        ("Отдел учёта", "Отдeл yчётa"),  # Latin e, y and a
        ("Цех А", "Цех A"),
        ("Бухгалтерия", "Бухгалтери\u200bя"),
        ("Йошкар-Ола", "И\u0306ошкар\u2011Ола"),
        ("Юг — Запад", "Юг-Запад"),
        ("ООО «Ромашка»", 'ООО "Ромашка"'),
        ("Ещё", "еще"),
        ("HR", "ＨＲ"),
        ("Office", "OFFICE"),
        ("Д'Артаньян", "Д’Артаньян"),
    ],
)
def test_one_name(one: str, other: str) -> None:
    assert as_read(one) == as_read(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Отдел 1", "Отдел 2"), ("Склад", "Склады"), ("Юг Запад", "Юг-Запад"), ("HR", "НР"), ("№ 1", "1")],
)
def test_two_names(one: str, other: str) -> None:
    assert as_read(one) != as_read(other)
