"""No-break spaces are set when texts are read: no text in the code or a catalogue carries them by hand."""

from __future__ import annotations

import pytest

from bot.locales.sync import texts
from bot.run.setting_file import setting_file
from bot.run.settings import with_sections
from bot.talk.language import LOCALES, Languages
from bot.talk.spaces import NO_BREAK, bound
from core.chat.phrases import phrase, plural


@pytest.mark.parametrize(
    ("code", "text", "read"),
    [
        ("ru", "Кто и где в отделе", "Кто и~где в~отделе"),
        ("ru", "Вход — по паролю", "Вход~— по~паролю"),
        ("ru", "Осталось {n} минут", "Осталось {n}~минут"),
        ("ru", "5 минут, 12 и 13 дней, 30 % от {total}", "5~минут, 12 и~13~дней, 30~% от~{total}"),
        ("ru", "А. К. Иванов, заказ № 5", "А.~К.~Иванов, заказ №~5"),
        ("ru", "свободно {megabytes} МБ", "свободно {megabytes}~МБ"),
        ("ru", "то же ли это, если бы", "то~же~ли это, если~бы"),
        ("ru", "по-русски, кто-то из «Продаж»", "по-русски, кто-то из~«Продаж»"),
        ("en", "{megabytes} MB — in all", "{megabytes}~MB~— in all"),
        ("en", "to be or not", "to be or not"),
    ],
)
def test_what_belongs_together_stays_together(code: str, text: str, read: str) -> None:
    assert bound(text, code).replace(NO_BREAK, "~") == read


def test_readers_get_them_and_values_are_left_alone() -> None:
    russian = Languages("ru")()
    assert russian.say(plural("{n} minute", "{n} minutes", n=5)) == f"5{NO_BREAK}минут"
    said = russian.say(phrase("{name} is erased. Backups still hold what was kept.", name="Коля и Оля"))
    assert "Коля и Оля" in said
    assert f"В{NO_BREAK}резервных" in said


def test_nobody_writes_them_by_hand() -> None:
    written = [text for _, _, _, message in texts() for text in ([message] if isinstance(message, str) else message)]
    assert [text for text in written if NO_BREAK in text] == []
    assert [path.name for path in LOCALES.rglob("*.po") if NO_BREAK in path.read_text("utf-8")] == []


def test_a_file_for_programs_has_plain_spaces() -> None:
    assert NO_BREAK not in setting_file(with_sections(), Languages("ru")())
