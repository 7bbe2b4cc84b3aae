"""What is said out of politeness, or asked in a whole sentence, is not somebody's name."""

from __future__ import annotations

import pytest

from bot.handlers.lobby.screens_admission import account_facts
from bot.talk.smalltalk import Kind, kind_of
from core.chat.phrases import Phrase
from core.people.person import Account


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Привет!", Kind.GREETING),
        ("добрый   день, бот", Kind.GREETING),
        ("Hello", Kind.GREETING),
        ("Спасибо большое!!", Kind.THANKS),
        ("👍", Kind.THANKS),
        ("...", Kind.THANKS),
        ("thank you", Kind.THANKS),
        ("Что ты умеешь?", Kind.ABOUT_ME),
        ("help", Kind.ABOUT_ME),
        ("Как оформить отпуск", Kind.QUESTION),
        ("Можно ли приходить с собакой?", Kind.QUESTION),
        ("Столовая работает по субботам?", Kind.QUESTION),
        ("How do I get a badge", Kind.QUESTION),
        ("Петрова", None),
        ("Петрова?", None),
        ("Кто Петрова?", None),
        ("Анна Привет", None),
        ("телефон Липатова Антона", None),
        ("Как Ван", None),
        ("Ли", None),
        ("parking", None),
    ],
)
def test_what_a_text_is(text: str, kind: Kind | None) -> None:
    assert kind_of(text) is kind


def test_who_has_no_name_that_can_be_seen_is_called_so() -> None:
    (label, (name,)), *_ = account_facts(Account(messenger="telegram", address="9100")).rows
    assert isinstance(label, Phrase)
    assert isinstance(name, Phrase)
    assert name.text == "no name"
