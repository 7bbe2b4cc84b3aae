"""The same English words can be said differently in two rooms; what was stored before rooms had texts is still read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.handlers.news.screens import kind_name
from bot.talk import language
from bot.talk.language import Languages, catalogue
from core.chat.codec import Json, dump, load
from core.chat.phrases import Phrase, phrase, room_of
from core.news.item import Kind

STORED_BEFORE: Json = {"_": "Phrase", "text": "Open"}


TEXTS: dict[str, dict[str | tuple[str, str], str | tuple[str, ...]]] = {
    "doors": {"Open": "Отворить", ("{n} key", "{n} keys"): ("{n} ключ", "{n} ключа", "{n} ключей")},
    "files": {"Open": "Открыть", ("{n} key", "{n} keys"): ("{n} клавиша", "{n} клавиши", "{n} клавиш")},
    "kollega": {"Back": "Назад"},
}


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two rooms that mean different things by one word, and a word of all rooms."""
    folder = tmp_path / "ru"
    folder.mkdir()
    for room, words in TEXTS.items():
        made = Catalog(locale="ru")
        for text, said in words.items():
            made.add(text, said, context=None if room == "kollega" else room)
        with (folder / f"{room}.po").open("wb") as file:
            write_po(file, made)
    monkeypatch.setattr(language, "LOCALES", tmp_path)
    catalogue.cache_clear()
    language._speech.cache_clear()
    yield
    catalogue.cache_clear()
    language._speech.cache_clear()


@pytest.mark.usefixtures("locales")
def test_each_room_has_its_own_words() -> None:
    say = Languages("ru")().say
    assert say(Phrase("Open", room="doors")) == "Отворить"
    assert say(Phrase("Open", room="files")) == "Открыть"
    assert say(Phrase("{n} key", "{n} keys", {"n": 5}, "doors")) == "5\N{NO-BREAK SPACE}ключей"
    assert say(Phrase("{n} key", "{n} keys", {"n": 2}, "files")) == "2\N{NO-BREAK SPACE}клавиши"
    assert say(Phrase("Back", room="doors")) == "Назад"


@pytest.mark.usefixtures("locales")
def test_what_was_stored_before_is_still_translated() -> None:
    assert Languages("ru")().say(load(STORED_BEFORE)) in ("Отворить", "Открыть")


def test_a_phrase_knows_the_room_of_the_code_that_makes_it() -> None:
    made = kind_name(Kind.NEWS)
    assert made.room == "news"
    assert load(dump(made)).room == "news"
    assert made == phrase(made.text), "whose text it is says nothing about what it says"


@pytest.mark.parametrize(
    ("module", "room"),
    [
        ("bot.handlers.news.screens_editor", "news"),
        ("core.news.item", "news"),
        ("core.quiet", "quiet"),
        ("storage.queries.news", "news"),
        ("adapters.webchat.texts", "webchat"),
        ("adapters.pbx.asterisk.source", "asterisk"),
        ("bot.talk.respond", ""),
        ("bot.app", ""),
    ],
)
def test_the_room_of_a_module(module: str, room: str) -> None:
    assert room_of(module) == room
