"""The language that a person has not chosen is named after where it comes from."""

from __future__ import annotations

import pytest

from bot.handlers.people.screens_own import languages_screen
from bot.talk.language import NAMES, Languages
from core.chat.translate import text_in


@pytest.mark.parametrize(("told", "last"), [(True, "🔘 as in the messenger"), (False, "🔘 the company's language")])
def test_a_messenger_that_tells_no_language_is_not_named(told: bool, last: str) -> None:
    screen = languages_screen(tuple(NAMES.items()), None, told=told)
    labels = [text_in(button.label, Languages("en")()) for row in screen.rows for button in row]
    assert labels == ["⚪ русский", "⚪ English", last, "‹ Back"]
