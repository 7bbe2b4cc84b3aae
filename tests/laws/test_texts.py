"""What a machine can see of the style of texts: `docs/texts.md` has the rules, by these numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.pofile import read_po

from bot.locales.sync import texts
from bot.talk.language import LOCALES

_COMMON = {
    13: r"\.\.|[!?…]\.|[.,;:][.,;:]|\s[.,;:!?](?!\w)",
    16: r"\w -|- \w",
    17: r"\.{3}",
}
_ENGLISH = {**_COMMON, 15: r"[\"'«»„]", 20: r"(?i)\bshall\b"}
_RUSSIAN = {
    **_COMMON,
    15: r"[\"'“”„‘’]",
    18: r"(?i)\b(еще|ее|нее|мое|твое|свое|пришел|ушел|нашел|учет|отчет|расчет|счет|ждет|зовет|берет|дает"
    r"|живет|вернет|придет|подойдет|найдет|пойдет|прочтет|четырех|трех|серьезно|надежно|путем)\b",
}
_NAMED_BY_SIGN = re.compile(r"[“«]-[”»]|--[a-z]+(-[a-z]+)*")
"""A hyphen that people are told to type, and options of commands."""
_NUMBER_ONLY = frozenset({
    "Anonymous: nobody sees who chose what, and results are shown from {n} answers on.",
    "Call number {n} in 30 minutes",
    "Fewer than {n} people answered, so the answers are not shown.",
    "The table ends after {n} rows; those who have not acknowledged stand first.",
    "{n} of {total}",
    "{n} or more",
})  # fmt: skip
"""Texts about a number that never is one, or that is no count of the noun behind it."""


def _english() -> Iterator[str]:
    for _, _, _, message in texts():
        yield from [message] if isinstance(message, str) else message


def _russian() -> Iterator[str]:
    for path in sorted((LOCALES / "ru").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    yield from [message.string] if isinstance(message.string, str) else message.string


def _faults(all_texts: Iterator[str], rules: dict[int, str]) -> list[str]:
    patterns = {number: re.compile(pattern) for number, pattern in rules.items()}
    return sorted(
        f"rule {number}: {text}"
        for text in set(all_texts)
        for number, pattern in patterns.items()
        if pattern.search(_NAMED_BY_SIGN.sub("x", text))
    )


def test_english_texts_keep_the_rules() -> None:
    assert _faults(_english(), _ENGLISH) == []


def test_russian_texts_keep_the_rules() -> None:
    assert _faults(_russian(), _RUSSIAN) == []


def test_what_counts_has_plural_forms() -> None:
    """Rule 14."""
    single = {message for _, _, _, message in texts() if isinstance(message, str)}
    assert sorted(text for text in single - _NUMBER_ONLY if re.search(r"\{n\} [a-z]", text)) == []
