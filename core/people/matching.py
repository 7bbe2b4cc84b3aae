"""Finds the colleague whom somebody means, however the name was typed.

Names repeat, so the distinct words are few: a query word is compared with the vocabulary, never with people.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain, islice

from core.people.endpoints import endpoints_of
from core.people.spelling import other_layout, words
from core.people.vocabulary import KIN, Vocabulary
from core.phones import e164

_OTHER_LAYOUT = 0.97
_SURE = 0.85
_IN_PART = 0.55
_INITIAL_WEIGHT = 0.5
_LONGEST_QUERY, _MOST_WORDS = 200, 6

_SURNAME, _FIRST_NAME, _SURNAME_PART, _PATRONYMIC, _NUMBER, _WORK = range(6)
_FIELDS = 6
_WEIGHTS = (1.0, 0.995, 0.98, 0.97, 1.0, 0.8)
_KEPT = re.compile(r"\+[1-9][0-9]{6,14}")
_NAMES = frozenset({_SURNAME, _FIRST_NAME, _SURNAME_PART, _PATRONYMIC})


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


@dataclass(frozen=True, slots=True)
class Match:
    """A person with a likeness from 0 to 1; below 0.6 only a part of the query fits them."""

    person_id: int
    score: float


class Directory:
    """An index of people that does not change; whoever owns it builds a new one when they do."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._people = array("q")
        self._terms: list[tuple[int, ...]] = []
        self._words: dict[str, int] = {}
        self._postings: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        self._phones: defaultdict[str, list[int]] = defaultdict(list)
        seen: list[dict[str, tuple[int, ...]]] = [{} for _ in range(_FIELDS)]
        for entry in entries:
            self._add(entry, seen)
        self._spelt = list(self._words)
        self._vocabulary = Vocabulary(self._spelt)

    def find(self, query: str, limit: int = 10) -> list[Match]:
        """The people whom `query` may mean, the likeliest first; an empty list if it means nobody.

        The query is a name or names in any order, script, case or keyboard layout, with initials, an
        extension, a phone number, a department or a position.
        """
        query = query[:_LONGEST_QUERY]
        if limit <= 0:
            return []
        by_phone = self._phones.get(_phone_key(query), [])
        if by_phone:
            return [Match(self._people[person], 1.0) for person in by_phone[:limit]]
        best: dict[int, float] = {}
        for similar in (False, True) if len(query.split()) > 1 else (True,):
            for reading, trust in ((query, 1.0), (other_layout(query), _OTHER_LAYOUT)):
                for score, person in self._read(reading, limit, similar):
                    best[person] = max(best.get(person, 0.0), score * trust)
                if max(best.values(), default=0.0) >= _SURE:
                    return self._matches(best, limit)
        return self._matches(best, limit)

    def _matches(self, best: dict[int, float], limit: int) -> list[Match]:
        order = sorted(best, key=lambda person: (-best[person], person))[:limit]
        return [Match(self._people[person], round(best[person], 4)) for person in order]

    def _add(self, entry: Entry, seen: list[dict[str, tuple[int, ...]]]) -> None:
        person = len(self._people)
        self._people.append(entry.id)
        terms: tuple[int, ...] = ()
        for field, text in (
            (_SURNAME, entry.last_name),
            (_FIRST_NAME, entry.first_name),
            (_PATRONYMIC, entry.patronymic),
            (_WORK, entry.department),
            (_WORK, entry.position),
            *((_NUMBER, endpoint) for endpoint in endpoints_of(entry.extension)),
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
        if field == _SURNAME and len(parts) > 1:
            field = _SURNAME_PART
        for word in parts:
            yield self._words.setdefault(word, len(self._words)) * _FIELDS + field

    def _read(self, query: str, limit: int, similar: bool) -> list[tuple[float, int]]:
        """(score, place in the index) of the people who fit one reading of the query.

        Similar words are looked for only if asked, since a name that fits as it stands needs none.
        """
        typed = self._words_of(query)
        if not 0 < len(typed) <= _MOST_WORDS:
            return []
        whole = [word for word in typed if len(word) > 2 or word in self._words]
        initials = [word for word in typed if word not in whole]
        hits = [self._hits(word, similar) for word in whole]
        if not hits:
            return []
        if len(typed) == 1:
            return list(islice(self._in_order(hits[0]), limit))
        strong = [{term: score for term, score in hit.items() if score >= _SURE} for hit in hits]
        found = self._together(strong, hits, initials, limit)
        if len(found) < limit:
            found = self._together(hits, hits, initials, limit)
        return found or (self._in_part(hits, limit, len(typed)) if similar else [])

    def _together(
        self, among: list[dict[int, float]], hits: list[dict[int, float]], initials: list[str], limit: int
    ) -> list[tuple[float, int]]:
        """The best of the people who have a term of each of `among`, scored by `hits`."""
        if not all(among):
            return []
        people = set.intersection(*map(self._people_with, among))
        scored = ((self._score(person, hits, initials), person) for person in people)
        return nlargest(limit, (pair for pair in scored if pair[0]), key=lambda pair: (pair[0], -pair[1]))

    def _words_of(self, query: str) -> list[str]:
        """The words of a query, with two initials written together taken apart."""
        typed: list[str] = []
        for written in query.split():
            parts = words(written)
            together = len(parts) == 1 and len(parts[0]) == 2 and written.isupper()
            typed += list(parts[0]) if together and parts[0] not in self._words else parts
        return typed

    def _in_order(self, hits: dict[int, float]) -> Iterator[tuple[float, int]]:
        told: set[int] = set()
        for term in sorted(hits, key=lambda term: (-hits[term], term)):
            for person in self._postings[term]:
                if person not in told:
                    told.add(person)
                    yield hits[term], person

    def _in_part(self, hits: list[dict[int, float]], limit: int, asked: int) -> list[tuple[float, int]]:
        """When nobody fits the whole query: the bearers of a surname that stands in it."""
        surnames = {
            term: score * _IN_PART
            for term, score in chain.from_iterable(hit.items() for hit in hits)
            if term % _FIELDS in {_SURNAME, _SURNAME_PART} and score >= KIN
        }
        return list(islice(self._in_order(surnames), limit)) if asked <= 3 else []

    def _people_with(self, hits: dict[int, float]) -> set[int]:
        people: set[int] = set()
        people.update(*(self._postings[term] for term in hits))
        return people

    def _score(self, person: int, hits: list[dict[int, float]], initials: list[str]) -> float:
        """The mean likeness of the query's words, each paired with another word of the person; 0 for no fit."""
        terms = self._terms[person]
        pairs = [(hit[term], place, term) for place, hit in enumerate(hits) for term in terms if term in hit]
        pairs.sort(reverse=True)
        total, placed, used = 0.0, set[int](), set[int]()
        for score, place, term in pairs:
            if place not in placed and term not in used:
                placed.add(place)
                used.add(term)
                total += score
        if len(placed) < len(hits):
            return 0.0
        for initial in initials:
            term = next((term for term in terms if term not in used and self._begins(term, initial)), -1)
            if term < 0:
                return 0.0
            used.add(term)
            total += _INITIAL_WEIGHT * _WEIGHTS[term % _FIELDS]
        return total / (len(hits) + _INITIAL_WEIGHT * len(initials))

    def _begins(self, term: int, initial: str) -> bool:
        word, field = divmod(term, _FIELDS)
        return field in _NAMES and self._vocabulary.begins(self._spelt[word], initial)

    def _hits(self, word: str, similar: bool) -> dict[int, float]:
        """The terms (a word in a field) that a query word may stand for, with their likeness."""
        hits: dict[int, float] = {}
        for name, score in self._vocabulary.likeness(word, similar).items():
            first = self._words[name] * _FIELDS
            for field, weight in enumerate(_WEIGHTS):
                if first + field in self._postings:
                    hits[first + field] = score * weight
        return hits


def _phone_key(text: str) -> str:
    """The number that a text says, in E.164 (most are kept so, and reading them all would take seconds); or nothing."""
    return text if _KEPT.fullmatch(text) else e164(text) or ""
