"""Reads business cards (vCard 3 and 4) as address books write them: the few lines of a card that a book of clients
needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.chat.phrases import Phrase, phrase

_LINE = re.compile(r"(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<about>(?:;(?:\"[^\"]*\"|[^\":;])*)*):(?P<value>.*)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BETWEEN = re.compile(r"(?<!\\);")
_COMMAS = re.compile(r"(?<!\\),")
_FAX = re.compile(r"[;,=\"](?:fax|pager)\b", re.IGNORECASE)
_READ = ("3.0", "4.0")


@dataclass(slots=True)
class Card:
    """What a card says, as it is written there. `line` is where it begins, `fault` why it cannot be read."""

    line: int
    name: str = ""
    parts: str = ""
    company: str = ""
    numbers: list[str] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    fault: Phrase | None = None

    @property
    def title(self) -> str:
        """The name that it is filed under."""
        return self.name or self.parts or self.company


def is_cards(text: str) -> bool:
    """Whether a text is cards."""
    return text.lstrip("\ufeff \t\r\n")[:11].upper() == "BEGIN:VCARD"


def cards(text: str) -> Iterator[Card]:
    """The cards of a text; numbers of telefaxes and pagers are left out."""
    card: Card | None = None
    for line, content in _unfolded(text):
        found = _LINE.fullmatch(content)
        name, value = ("", "") if found is None else (found["name"].upper(), found["value"].strip())
        opens = name == "BEGIN" and value.upper() == "VCARD"
        if card is not None and opens:
            card.fault = phrase("The card is never closed")
            yield card
        if opens:
            card = Card(line)
        elif card is not None and name == "END":
            yield card
            card = None
        elif card is not None and found is not None:
            _take(card, name, found["about"], value)
    if card is not None:
        card.fault = phrase("The card is never closed")
        yield card


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Long lines go on in the next one, after a blank."""
    begun, whole = 1, ""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if line[:1] in (" ", "\t") and whole:
            whole += line[1:]
            continue
        yield begun, whole
        begun, whole = number, line
    yield begun, whole


def _take(card: Card, name: str, about: str, value: str) -> None:
    match name:
        case "VERSION" if value not in _READ:
            card.fault = phrase("vCard {version} is not read; export the contacts as vCard 3.0 or 4.0", version=value)
        case "FN":
            card.name = card.name or _plain(value)
        case "N":
            last, first, middle = [*_BETWEEN.split(value), "", ""][:3]
            card.parts = " ".join(filter(None, map(_plain, (last, first, middle))))
        case "ORG":
            card.company = _plain(_BETWEEN.split(value)[0])
        case "TEL" if value and not _FAX.search(about):
            card.numbers.append(_plain(value))
        case "CATEGORIES":
            card.tags = (*card.tags, *filter(None, map(_plain, _COMMAS.split(value))))
        case _:
            pass


def _plain(value: str) -> str:
    """Without the marks that keep commas and line breaks."""
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()
