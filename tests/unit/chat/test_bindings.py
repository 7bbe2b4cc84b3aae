"""Numbers and signs of options where there are no buttons, and how they read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.talk.language import Languages
from core.chat.bindings import DIGITS, Option, choices_of
from core.chat.fit import fit
from core.chat.layout import plain
from core.chat.pages import Choice
from core.chat.screens import Button, Screen, Sign, paragraph
from tests.support.plain import CAPABILITIES
from tests.unit.chat.test_actions import Colour, Paint

ENGLISH = Languages("en")("en")
BACK = Option("Back", "back", Sign.BACK)
TAKE, NOTE, SPAM, GIVE, UNSPAM = (Option(word, word, None) for word in ("take", "note", "spam", "give", "unspam"))


class Message:
    """A menu through its life."""

    def __init__(self, *, asked: bool, keys: int = 8) -> None:
        self.asked, self.keys = asked, keys
        self.choices: tuple[Choice, ...] = ()
        self.meant: dict[str, str] = {}

    def shows(self, *options: Option) -> str:
        """What an edit shows, in short; nothing may change its meaning."""
        offered, retired = choices_of(options, self.choices, asked=self.asked, keys=self.keys)
        self.choices = (*offered, *retired)
        for choice in self.choices:
            for name in {choice.sign, str(choice.number)} - {"", "None"}:
                assert self.asked or self.meant.setdefault(name, choice.data) == choice.data
        return " ".join(f"{choice.number}{choice.sign and '!'}{choice.label}" for choice in offered)


def test_a_sign_means_one_thing_for_the_life_of_a_message() -> None:
    alert = Message(asked=False)
    assert alert.shows(TAKE, NOTE, SPAM) == "1!take 2!note 3!spam"
    assert alert.shows(GIVE, NOTE, SPAM) == "4!give 2!note 3!spam"
    assert alert.shows(TAKE, NOTE, SPAM) == "1!take 2!note 3!spam"
    assert alert.shows(UNSPAM) == "5!unspam"
    assert alert.shows() == ""
    assert alert.shows(NOTE, BACK) == "2!note 6!Back"
    assert [(choice.data, choice.offered) for choice in alert.choices if choice.number == 1] == [("take", False)]


def test_a_menu_that_was_asked_for_and_turns_into_another_counts_anew() -> None:
    items = [Option(f"{n}", f"{n}", None) for n in range(12)]
    menu = Message(asked=True)
    assert menu.shows(*items[:3], BACK) == "1!0 2!1 3!2 4!Back"
    assert menu.shows(*items[3:6], items[0], BACK) == "1!3 2!4 3!5 4!0 5!Back", "the next page"
    assert menu.shows(*items[4:6], items[9], items[0], BACK) == "2!4 3!5 1!9 4!0 5!Back".replace("1!9", "6!9")
    assert menu.shows(BACK) == "None!Back"


def test_a_menu_of_an_earlier_version_has_its_places() -> None:
    before = (Choice("take", "take", DIGITS[0]), Choice("note", "note", DIGITS[1]))
    offered, retired = choices_of((GIVE, NOTE), before, asked=False, keys=8)
    assert [(choice.number, choice.data) for choice in offered] == [(3, "give"), (2, "note")]
    assert retired == (Choice("take", "take", DIGITS[0], 1, offered=False),)


@pytest.mark.parametrize(
    ("labels", "sign", "keys", "shown"),
    [
        (("Tea", "Milk"), None, 8, "1. Tea\n2. Milk\n\nAnswer with a number or press a reaction."),
        (("3 November", "4. December"), None, 0, "1) 3 November\n2) 4. December\n\nAnswer with a number."),
        (("‹ Back",), Sign.BACK, 8, "↩️ Back"),
        (("‹ Back",), Sign.BACK, 0, "‹ Back"),
        (("✕ Cancel",), Sign.CANCEL, 8, "✖️ Cancel"),
    ],
)
def test_options_read_well(labels: tuple[str, ...], sign: Sign | None, keys: int, shown: str) -> None:
    rows = tuple((Button(label, Paint(place, Colour.RED), sign),) for place, label in enumerate(labels))
    page = fit(
        Screen(blocks=(paragraph("Which?"),), rows=rows), replace(CAPABILITIES, choice_keys=keys), ENGLISH, asked=True
    )
    assert plain(page.parts[0].blocks) == f"Which?\n\n{shown}"
