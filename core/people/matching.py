"""Finds the colleague whom somebody means, however the name was typed and whatever was asked besides.

A text is read as it stands and in the other keyboard layout; each reading is parted in words that name somebody and
words that ask (`wording`). Names as they stand come first; slips are looked for when these fit nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from core.people.index import FIRST_NAME, NAMES, PATRONYMIC, SURNAMES, WEIGHTS, WORK, Entry, Hits, Index, field_of
from core.people.lookup import Lookup
from core.people.spelling import layouts, words
from core.people.vocabulary import KIN
from core.people.wording import Wording, asks, wordings

__all__ = ["Directory", "Entry", "Match", "Matches"]

_OTHER_LAYOUT = 0.97
_SURE, _AS_WRITTEN = 0.85, 0.985
_SECOND_THOUGHT = 0.9
_IN_PART = 0.55
_INITIAL_WEIGHT = 0.5
_OUT_OF_TURN = 0.9
"""For initials that stand in another order than the names."""
_UNREAD, _DENIED = 0.3, 1.0
"""What a word weighs that does not fit: one that may mean anything, and one that is another's name."""
_LONGEST_QUERY, _FEW = 200, 3
_TRUE_BESIDES = 0.05
_NEARLY = 0.1
"""How much less than another somebody may fit, when nobody fits all, and be listed."""
_EQUAL = 0.05
"""Likenesses that differ by less come in turns."""

_Scored = dict[int, float]
"""Places in the index with their scores."""


@dataclass(frozen=True, slots=True)
class Match:
    """A person with a likeness from 0 to 1; below 0.6 only a part of the query fits them."""

    person_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The likeliest people, and how many there are in all."""

    best: list[Match]
    total: int


class Directory:
    """An index of people that does not change; whoever owns it builds a new one when they do."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._index = Index(entries)

    def find(self, query: str, limit: int = 10) -> list[Match]:
        """The people whom `query` may mean, the likeliest first; an empty list if it means nobody.

        The query is a name or names in any order, script, case or keyboard layout, with initials, an
        extension, a phone number, a department or a position, in a sentence that asks for them or alone.
        """
        return self.search(query, limit).best

    def search(self, query: str, limit: int = 10, *, inactive: bool = True) -> Matches:
        """Like `find`, with the number of all who fit; without `inactive` only those who work here."""
        query = query[:_LONGEST_QUERY]
        if limit <= 0:
            return Matches([], 0)
        looking = Lookup(self._index, inactive)
        by_phone = [one for one in self._index.with_phone(query) if inactive or self._index.active[one]]
        best = dict.fromkeys(by_phone, 1.0) or self._look(looking, query)
        first = islice(best.items(), limit)
        return Matches([Match(self._index.people[person], round(score, 4)) for person, score in first], len(best))

    def _look(self, looking: Lookup, query: str) -> _Scored:
        """Everybody who fits, as those who fit equally should be listed."""
        best: _Scored = {}
        sure = False
        readings = [(text, _OTHER_LAYOUT if place else 1.0) for place, text in enumerate(layouts(query))]
        readings = [pair for pair in readings if self._means(looking, pair[0])] or readings
        for similar in (False, True):
            for reading, trust in readings:
                found = self._read(looking, reading, similar)
                weight = trust * (_SECOND_THOUGHT if sure else 1.0)
                best = _merged(best, {person: score * weight for person, score in found.items()})
                score = max(found.values(), default=0.0)
                if score >= (_AS_WRITTEN if reading.isascii() and not similar else _SURE):
                    return best
                sure = sure or score >= _SURE
        return best

    def _means(self, looking: Lookup, text: str) -> bool:
        """Whether a reading has a whole word of somebody's, or one that asks: letters of the wrong layout have none."""
        return any(len(word) > _FEW and (asks(word) or looking.is_word(word)) for word in words(text))

    def _read(self, looking: Lookup, text: str, similar: bool) -> _Scored:
        """The people who fit one reading of the query.

        Similar words are looked for only if asked, since a name that fits as it stands needs none.
        """
        found: _Scored = {}
        parted = wordings(text, looking)
        for before, wording in zip([None, *parted], parted, strict=False):
            if found and (before is None or before.asking != wording.asking):
                break
            fitting = self._fitting(looking, wording, similar)
            found = _merged(found, self._working(looking, wording, fitting))
        return found or (self._in_part(looking, parted) if similar else {})

    def _working(self, looking: Lookup, wording: Wording, found: _Scored) -> _Scored:
        """Those first of whom also a word that asks is true: “manager Petrov” may have that position."""
        terms = {
            term
            for word in wording.asking
            for term, score in looking.hits(word, False, True).items()
            if field_of(term) == WORK and score >= WEIGHTS[WORK]
        }
        true = [person for person in found if not terms.isdisjoint(self._index.terms(person))] if terms else []
        return _merged(found, {person: min(1.0, found[person] + _TRUE_BESIDES) for person in true})

    def _fitting(self, looking: Lookup, wording: Wording, similar: bool) -> _Scored:
        """Everybody of whom all names and initials of a wording may be parts."""
        inflected = _is_inflected(wording)
        if len(wording.names) == 1 and not wording.initials:
            return self._alone(looking, wording, inflected)
        hits = [looking.hits(word, similar, inflected) for word in wording.names]
        found: _Scored = {}
        if not similar:
            strong = [{term: score for term, score in hit.items() if score >= _SURE} for hit in hits]
            found = self._together(looking, strong, wording.initials)
        found = found or self._together(looking, hits, wording.initials)
        found = {person: found[person] for person in sorted(found, key=lambda person: (-found[person], person))}
        return self._by_turns(found, hits) if inflected else found

    def _alone(self, looking: Lookup, wording: Wording, inflected: bool) -> _Scored:
        """One word has none beside it to tell it apart, so that similar ones are always among those found."""
        (word,) = wording.names
        hits = looking.hits(word, wording.asked, inflected)
        found = dict(self._in_order(looking, hits))
        if not (wording.asked or looking.is_word(word)):
            found = {person: score * _IN_PART for person, score in found.items()}
        return self._by_turns(found, [hits]) if inflected else found

    def _together(self, looking: Lookup, hits: Sequence[Hits], initials: Sequence[str]) -> _Scored:
        """The people who have a term of each of `hits`."""
        if not all(hits):
            return {}
        rarest = min(hits, key=self._index.count)
        others = [hit for hit in hits if hit is not rarest]
        found: _Scored = {}
        for person in looking.people(rarest):
            terms = self._index.terms(person)
            if any(hit.keys().isdisjoint(terms) for hit in others):
                continue
            score = self._score(looking, person, hits, initials)
            if score:
                found[person] = score
        return found

    def _in_order(self, looking: Lookup, hits: Hits) -> Iterator[tuple[int, float]]:
        """The people of one word, by the likeness of what they have of it."""
        told: set[int] = set()
        for term in sorted(hits, key=lambda term: (-hits[term], term)):
            for person in self._index.bearers(term):
                if person not in told and (looking.inactive or self._index.active[person]):
                    told.add(person)
                    yield person, hits[term]

    def _by_turns(self, found: _Scored, hits: Sequence[Hits]) -> _Scored:
        """Those who fit about equally in turns of the names they have of the words.

        A genitive may be a man's name as well as, put carelessly, a woman's: either stands among the first.
        """
        seen: Counter[tuple[object, ...]] = Counter()
        order: dict[int, tuple[float, int]] = {}
        for person, score in found.items():
            about = round(score / _EQUAL)
            turn = (about, *sorted(term for term, _ in self._placed(person, hits).values()))
            order[person] = (-about, seen[turn])
            seen[turn] += 1
        return {person: found[person] for person in sorted(found, key=order.__getitem__)}

    def _placed(self, person: int, hits: Sequence[Hits]) -> dict[int, tuple[int, float]]:
        """Which term of a person each word may be, by the place of the word: each term once, the likeliest first."""
        pairs = [
            (hit[term], place, term)
            for place, hit in enumerate(hits)
            for term in self._index.terms(person)
            if term in hit
        ]
        pairs.sort(reverse=True)
        placed: dict[int, tuple[int, float]] = {}
        used: set[int] = set()
        for score, place, term in pairs:
            if place not in placed and term not in used:
                placed[place] = (term, score)
                used.add(term)
        return placed

    def _score(self, looking: Lookup, person: int, hits: Sequence[Hits], initials: Sequence[str]) -> float:
        """The mean likeness of the query's words, each paired with another word of the person; 0 for no fit."""
        placed = self._placed(person, hits)
        if len(placed) < len(hits):
            return 0.0
        stood_for = self._initials(looking, person, placed, initials)
        if len(stood_for) < len(initials):
            return 0.0
        total = sum(score for _, score in placed.values()) + _INITIAL_WEIGHT * sum(stood_for)
        return total / (len(hits) + _INITIAL_WEIGHT * len(initials))

    def _initials(
        self, looking: Lookup, person: int, placed: Mapping[int, tuple[int, float]], initials: Sequence[str]
    ) -> list[float]:
        """The likeness of each initial that stands for a name of the person which no word is."""
        used = {term for term, _ in placed.values()}
        rest = [term for term in self._index.terms(person) if term not in used]
        likely: list[float] = []
        for initial in initials:
            fits = [looking.begins(term, initial) for term in rest]
            best = max(fits, default=0.0)
            if best:
                place = fits.index(best)
                likely.append(best if place == 0 or len(initials) == 1 else best * _OUT_OF_TURN)
                del rest[place]
        return likely

    def _in_part(self, looking: Lookup, parted: Sequence[Wording]) -> _Scored:
        """When nobody fits all that was written: those who fit most of it, else the bearers of a surname in it."""
        for wording in parted:
            hits = [looking.hits(word, True, _is_inflected(wording)) for word in wording.names]
            costs = [_DENIED if looking.is_word(word, NAMES) else _UNREAD for word in wording.names]
            times = Counter(chain.from_iterable(map(looking.people, hits)))
            least_words = 1 if wording.initials else 2
            scored = (
                (person, self._score_in_part(looking, person, wording.initials, hits, costs))
                for person, n in times.items()
                if n >= least_words
            )
            found = {person: score for person, score in scored if score}
            if found:
                least = max(found.values()) - _NEARLY
                order = sorted(found, key=lambda person: (-found[person], person))
                return {person: found[person] for person in order if found[person] >= least}
        return self._by_surname(looking, parted[0]) if parted else {}

    def _score_in_part(
        self, looking: Lookup, person: int, initials: Sequence[str], hits: Sequence[Hits], costs: Sequence[float]
    ) -> float:
        """Like `_score` when some words do not fit; 0 unless a surname and more does, or both other names."""
        placed = self._placed(person, hits)
        stood_for = self._initials(looking, person, placed, initials)
        fields = {field_of(term) for term, _ in placed.values()}
        fits = len(placed) + _INITIAL_WEIGHT * len(stood_for)
        if fits < 2 or not (fields & SURNAMES or fields >= {FIRST_NAME, PATRONYMIC}):
            return 0.0
        left = sum(cost for place, cost in enumerate(costs) if place not in placed) + len(initials) - len(stood_for)
        return (sum(score for _, score in placed.values()) + _INITIAL_WEIGHT * sum(stood_for)) / (fits + left)

    def _by_surname(self, looking: Lookup, wording: Wording) -> _Scored:
        hits = [looking.hits(word, True, _is_inflected(wording)) for word in wording.names]
        surnames = {
            term: score * _IN_PART
            for term, score in chain.from_iterable(hit.items() for hit in hits)
            if field_of(term) in SURNAMES and score >= KIN
        }
        short = len(wording.names) + len(wording.initials) <= _FEW
        return dict(self._in_order(looking, surnames)) if short else {}


def _merged(some: _Scored, others: _Scored) -> _Scored:
    """Everybody with the better of their scores; each of the two is in order, and stays so where scores are alike."""
    if not some or not others:
        return some or others
    best = {person: max(score, others.get(person, 0.0)) for person, score in chain(others.items(), some.items())}
    return {person: best[person] for person in sorted(best, key=lambda person: -best[person])}


def _is_inflected(wording: Wording) -> bool:
    """Whether the words that ask put the names in some case, as Russian does."""
    return any(len(word) > 1 and not word.isascii() for word in wording.asking)
