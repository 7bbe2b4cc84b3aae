"""The index that people are found by: distinct words, each in the fields where it stands, and who bears it.

Names repeat, so the distinct words are few: a query word is compared with the vocabulary, never with people.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.people.endpoints import endpoints_of
from core.people.spelling import words
from core.people.vocabulary import Vocabulary
from core.phones import e164

SURNAME, FIRST_NAME, SURNAME_PART, PATRONYMIC, NUMBER, WORK = range(6)
"""Where a word stands: its field."""
NAMES = frozenset({SURNAME, FIRST_NAME, SURNAME_PART, PATRONYMIC})
SURNAMES = frozenset({SURNAME, SURNAME_PART})
WEIGHTS = (1.0, 0.995, 0.98, 0.97, 1.0, 0.8)
"""How much a likeness counts in each field."""
_FIELDS = len(WEIGHTS)
_KEPT = re.compile(r"\+[1-9][0-9]{6,14}")

Hits = Mapping[int, float]
"""Terms (a word in a field, as one number) that a query word may stand for, each with its likeness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one person may be found by; texts may be empty, `phone` in any form."""

    id: int
    last_name: str
    first_name: str
    patronymic: str = ""
    department: str = ""
    position: str = ""
    extension: str = ""
    phone: str = ""
    active: bool = True


class Index:
    """The words of people, who are numbered by their places in `people` (their ids)."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.people = array("q")
        self.active = bytearray()
        self._terms: list[tuple[int, ...]] = []
        self._words: dict[str, int] = {}
        self._postings: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        self._phones: defaultdict[str, list[int]] = defaultdict(list)
        seen: list[dict[str, tuple[int, ...]]] = [{} for _ in range(_FIELDS)]
        for entry in entries:
            self._add(entry, seen)
        self._spelt = list(self._words)
        self._vocabulary = Vocabulary(self._spelt)

    def with_phone(self, text: str) -> list[int]:
        """The people with the phone number that a text is."""
        return self._phones.get(_phone_key(text), [])

    def knows(self, word: str) -> bool:
        """Whether somebody's word is written or sounds like this one."""
        return word in self._vocabulary

    def called(self, word: str) -> bool:
        """Whether somebody's name has this word as it is written."""
        first = self._words.get(word, -1) * _FIELDS
        return first >= 0 and any(first + field in self._postings for field in NAMES)

    def terms(self, person: int) -> tuple[int, ...]:
        """The terms of a person, in the order of their name."""
        return self._terms[person]

    def with_any(self, terms: Iterable[int]) -> set[int]:
        """Everybody who has one of these terms."""
        people: set[int] = set()
        people.update(*(self._postings[term] for term in terms))
        return people

    def count(self, terms: Iterable[int]) -> int:
        """How many people have one of these terms, those twice who have two."""
        return sum(len(self._postings[term]) for term in terms)

    def bearers(self, term: int) -> array[int]:
        """Everybody who has a term, in the order of the entries."""
        return self._postings[term]

    def hits(self, word: str, *, similar: bool, inflected: bool) -> dict[int, float]:
        """The terms that a query word may stand for; misspelt ones among them only if `similar`.

        With `inflected` a case form is as likely as the name as it stands.
        """
        hits: dict[int, float] = {}
        for name, score in self._vocabulary.likeness(word, similar=similar, inflected=inflected).items():
            first = self._words[name] * _FIELDS
            for field, weight in enumerate(WEIGHTS):
                if first + field in self._postings:
                    hits[first + field] = score * weight
        return hits

    def begins(self, term: int, initial: str) -> float:
        """How likely a term is a name that an initial stands for; 0 for not at all."""
        word, field = divmod(term, _FIELDS)
        return self._vocabulary.begins(self._spelt[word], initial) * WEIGHTS[field] if field in NAMES else 0.0

    def _add(self, entry: Entry, seen: list[dict[str, tuple[int, ...]]]) -> None:
        person = len(self.people)
        self.people.append(entry.id)
        self.active.append(entry.active)
        terms: tuple[int, ...] = ()
        for field, text in (
            (SURNAME, entry.last_name),
            (FIRST_NAME, entry.first_name),
            (PATRONYMIC, entry.patronymic),
            (WORK, entry.department),
            (WORK, entry.position),
            *((NUMBER, endpoint) for endpoint in endpoints_of(entry.extension)),
        ):
            if text:
                known = seen[field].get(text)
                if known is None:
                    known = seen[field][text] = tuple(self._terms_of(field, text))
                terms += known
        self._terms.append(terms)
        for term in terms:
            self._postings[term].append(person)
        for number in dict.fromkeys(map(_phone_key, (entry.phone, *endpoints_of(entry.extension)))):
            if number:
                self._phones[number].append(person)

    def _terms_of(self, field: int, text: str) -> Iterator[int]:
        parts = words(text)
        if field == SURNAME and len(parts) > 1:
            field = SURNAME_PART
        for word in parts:
            yield self._words.setdefault(word, len(self._words)) * _FIELDS + field


def field_of(term: int) -> int:
    """The field of a term."""
    return term % _FIELDS


def _phone_key(text: str) -> str:
    """The number that a text says, in E.164 (most are kept so, and reading them all would take seconds); or nothing."""
    return text if _KEPT.fullmatch(text) else e164(text) or ""
