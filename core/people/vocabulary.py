"""The distinct words of a directory: which of them a typed word may stand for, and how likely."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.people.spelling import beginning, heard, kin, letters, nominatives, sound

EXACT, SAME_SOUND, CASE_FORM, CASE_FORM_SOUND, KIN = 1.0, 0.97, 0.94, 0.92, 0.9
_PREFIX, _PREFIX_SOUND, _PREFIX_COMPLETE = 0.72, 0.57, 0.18
_TYPO = 0.9
_LEAST_SIMILAR = 0.7

_Lengths = Mapping[int, Sequence[str]]
"""Words by their lengths."""


class Vocabulary:
    """Folded words, compared as written and as they sound."""

    def __init__(self, words: Iterable[str]) -> None:
        spelt = {word: letters(word) for word in words}
        self._words = {word: heard(plain) for word, plain in spelt.items()}
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for word, key in self._words.items():
            self._by_sound[key].append(word)
        self._sorted_words = sorted(self._words)
        self._sorted_sounds = sorted(self._by_sound)
        self._of_length = _by_length(self._words)
        self._sounds_of_length = _by_length(self._by_sound)
        self._by_letters: defaultdict[str, list[str]] = defaultdict(list)
        for word, plain in spelt.items():
            if plain != self._words[word]:
                self._by_letters[plain].append(word)
        self._letters_of_length = _by_length(self._by_letters)

    def __contains__(self, word: str) -> bool:
        return word in self._words or sound(word) in self._by_sound

    def begins(self, word: str, initial: str) -> float:
        """The likeness of a folded initial and the beginning of a word of the vocabulary, in any script."""
        if word.startswith(initial):
            return EXACT
        key = beginning(initial)
        return SAME_SOUND if key and self._words[word].startswith(key) else 0.0

    def likeness(self, word: str, *, similar: bool, inflected: bool = False) -> dict[str, float]:
        """The words that a folded word may stand for, each with a likeness from 0 to 1.

        Misspelt ones are among them only if `similar`; looking for these is what costs time. With `inflected` a case
        form is as likely as the word as it stands.
        """
        found: dict[str, float] = {}
        near = chain(self._similar(word), self._similar_case_form(word, inflected)) if similar else ()
        for name, score in chain(self._same(word, inflected), self._beginning(word), near):
            if score > found.get(name, 0.0):
                found[name] = score
        return found

    def _same(self, word: str, inflected: bool) -> Iterator[tuple[str, float]]:
        if word in self._words:
            yield word, EXACT
        if word.isdecimal():
            return
        yield from self._sounding_like(word, SAME_SOUND)
        yield from ((name, KIN) for form in kin(word) for name, _ in self._sounding_like(form, KIN))
        for base in nominatives(word):
            if base in self._words:
                yield base, EXACT if inflected else CASE_FORM
            yield from self._sounding_like(base, SAME_SOUND if inflected else CASE_FORM_SOUND)
            for form in kin(base):
                yield from self._sounding_like(form, KIN)

    def _sounding_like(self, word: str, score: float) -> Iterator[tuple[str, float]]:
        key = sound(word)
        if key in self._by_sound:
            yield from ((name, score) for name in self._by_sound[key])

    def _beginning(self, word: str) -> Iterator[tuple[str, float]]:
        if len(word) < 3 or word.isdecimal():
            return
        for name in _with_prefix(self._sorted_words, word):
            yield name, _PREFIX + _PREFIX_COMPLETE * len(word) / len(name)
        key = sound(word)
        if len(key) >= 3:
            for longer in _with_prefix(self._sorted_sounds, key):
                score = _PREFIX_SOUND + _PREFIX_COMPLETE * len(key) / len(longer)
                yield from ((name, score) for name in self._by_sound[longer])

    def _similar(self, word: str) -> Iterator[tuple[str, float]]:
        """Words one slip away as written, or two as heard."""
        if len(word) < 4 or word.isdecimal():
            return
        for name in _near(word, self._of_length, 1):
            yield name, _TYPO * OSA.normalized_similarity(word, name)
        slips = 2 if len(word) > 4 else 1
        keys = {sound(word), letters(word)}
        for key in keys:
            yield from self._heard(word, key, self._sounds_of_length, self._by_sound, slips)
        if word.isascii():
            yield from self._heard(word, letters(word), self._letters_of_length, self._by_letters, 1)

    def _heard(
        self, word: str, key: str, of_length: _Lengths, named: Mapping[str, list[str]], slips: int
    ) -> Iterator[tuple[str, float]]:
        """The names of keys that are so many slips from the key of a word, by which is more alike, sound or letters."""
        for other in _near(key, of_length, slips):
            alike_in_sound = 0.98 * OSA.normalized_similarity(key, other)
            for name in named[other]:
                alike = max(alike_in_sound, OSA.normalized_similarity(word, name))
                if alike >= _LEAST_SIMILAR:
                    yield name, _TYPO * alike

    def _similar_case_form(self, word: str, inflected: bool) -> Iterator[tuple[str, float]]:
        """Words of four letters or more of which a case form, or that of the other sex, is one slip away."""
        if word.isdecimal():
            return
        form = EXACT if inflected else CASE_FORM
        for base in {base for base in nominatives(word) if len(base) > 3}:
            for name in _near(base, self._of_length, 1):
                yield name, form * _TYPO * OSA.normalized_similarity(base, name)


def _by_length(texts: Iterable[str]) -> defaultdict[int, list[str]]:
    lists: defaultdict[int, list[str]] = defaultdict(list)
    for text in texts:
        if not text.isdecimal():
            lists[len(text)].append(text)
    return lists


def _near(text: str, choices: _Lengths, slips: int) -> Iterator[str]:
    """The choices at most so many slips (a letter wrong, missing, extra or swapped) away."""
    for length in range(len(text) - slips, len(text) + slips + 1):
        found = process.extract(text, choices.get(length, ()), scorer=OSA.distance, score_cutoff=slips, limit=None)
        yield from (other for other, _, _ in found)


def _with_prefix(ordered: list[str], prefix: str) -> Iterator[str]:
    for place in range(bisect_left(ordered, prefix), len(ordered)):
        if not ordered[place].startswith(prefix):
            return
        yield ordered[place]
