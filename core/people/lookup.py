"""One search over the index: what its words may stand for is found out once, however often the search asks."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from core.people.index import WEIGHTS, Index, field_of
from core.people.vocabulary import KIN


@dataclass(frozen=True, slots=True)
class Lookup:
    """A search among the people of an index; without `inactive` only among those who work here."""

    index: Index
    inactive: bool
    _hits: dict[tuple[str, bool, bool], dict[int, float]] = field(default_factory=dict)
    _begins: dict[tuple[int, str], float] = field(default_factory=dict)

    def hits(self, word: str, similar: bool, inflected: bool) -> dict[int, float]:
        """See `Index.hits`."""
        key = (word, similar, inflected)
        if key not in self._hits:
            self._hits[key] = self.index.hits(word, similar=similar, inflected=inflected)
        return self._hits[key]

    def named(self, word: str) -> bool:
        """Whether a word may be a form or the beginning of somebody's, without a slip."""
        return bool(self.hits(word, False, False))

    def is_word(self, word: str, fields: Container[int] = range(len(WEIGHTS))) -> bool:
        """Whether a word is a whole one of somebody's, or a form of one."""
        return any(field_of(term) in fields and score >= KIN for term, score in self.hits(word, False, False).items())

    def called(self, word: str) -> bool:
        """See `Index.called`."""
        return self.index.called(word)

    def knows(self, word: str) -> bool:
        """See `Index.knows`."""
        return self.index.knows(word)

    def begins(self, term: int, initial: str) -> float:
        """See `Index.begins`."""
        key = (term, initial)
        if key not in self._begins:
            self._begins[key] = self.index.begins(term, initial)
        return self._begins[key]

    def people(self, terms: Iterable[int]) -> set[int]:
        """Those who have one of these terms."""
        found = self.index.with_any(terms)
        return found if self.inactive else {person for person in found if self.index.active[person]}
