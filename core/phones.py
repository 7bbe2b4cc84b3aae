"""Phone numbers as people and telephone exchanges write them, brought to one form so that they can be compared.

There is one reading for all: the people file, the exchange, search and sign-in. What it cannot read with certainty is
no number: a text that failed is never tried again in a laxer way that could make it a number of another country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import phonenumbers

_LONGEST = 64  # a number with its extension and punctuation; more is not a number
_KEYPAD = frozenset({"266696687", "2666966687", "7378742833", "86282452253"})
"""Anonymous, restricted and unavailable, as digits on the keys of a telephone."""
_NOUGHTS = re.compile(r"\+?[0\s()\-.]*|\+?[78](?:[\s()\-.]*0){6,}|\+?[0-9]")
"""Nothing but noughts, also after the country code, or a lone digit: what stands where a number would."""

_NUMBER = re.compile(
    r"""
    (?:[^\d+＋]*(?:(?<!\w)|(?=[+＋])))?              # what it is, such as "tel.:"
    (?P<number>[+＋]?[ \u00a0]*[(]?\d[\d \u00a0\u2009\u202f()\-.\u2010-\u2015\u2212]*)
    (?P<rest>.*)                                    # an extension, or words about it
    """,
    re.VERBOSE | re.DOTALL,
)
_DIALS_ON = frozenset(",;#*")
_LONG = re.compile(r"\d(?:[ \u00a0()\-.]*\d){6}")
_POWER = re.compile(r"E\+?\d", re.IGNORECASE)
_OF_A_SHEET = re.compile(r"(\d{7,15})[.,]0+")
"""A number that a spreadsheet took for a quantity; with a power of ten (`_POWER`) its last digits are lost."""


def withheld(raw: str | None) -> bool:
    """Whether a word, noughts or nothing stand in place of the caller's number: it is nobody's, and joins nothing."""
    if raw is None:
        return True
    text = _bare(raw)
    if not any(letter.isdecimal() for letter in text):
        return True
    return _NOUGHTS.fullmatch(text) is not None or text.removeprefix("+") in _KEYPAD or nameless(text)


def nameless(raw: str | None) -> bool:
    """Whether an exchange wrote a word (or nothing) in place of the caller's name."""
    words = " ".join((raw or "").casefold().strip(" \t\n<>()[]\"'*-–—.").split())
    return not words or words in _words_for_nobody()


def e164(raw: str | None) -> str | None:
    """`+79161234567`, or None when `raw` is an extension, withheld, or no valid number.

    A number without a country code is Russian. An extension after the number (the Russian for "ext. 12") and words
    about it are dropped; two numbers in one text are none, because nobody knows which is meant.
    """
    return PLAIN.e164(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """What the telephones of an exchange leave out of numbers or put in front of them.

    `area_code` (such as `495`) belongs to numbers of seven digits or fewer, which are local; `outside_prefix` (such as
    `9`) is dialled to reach an outside line; `own_numbers` are the company's own, as the exchange or people write them.
    """

    area_code: str = ""
    outside_prefix: str = ""
    own_numbers: tuple[str, ...] = ()

    def e164(self, raw: str | None) -> str | None:
        """A number as somebody's: a caller's, or one that was written down. See `e164`."""
        if raw is None or len(raw) > _LONGEST:
            return None
        text = _bare(raw)
        return None if withheld(text) else _read(text, self.area_code)

    def dialled(self, raw: str | None) -> str | None:
        """A number as it was dialled inside, perhaps with the digits for an outside line in front."""
        if self.outside_prefix and raw is not None:
            inside = _bare(raw).removeprefix(self.outside_prefix).lstrip("wWpP,")
            if inside != _bare(raw) and (number := self.e164(inside)):
                return number
        return self.e164(raw)

    def knows(self, raw: str) -> bool:
        """Whether a text is a number, or the bare digits of one as an exchange may write it."""
        return self.e164(raw) is not None or (raw.isascii() and raw.isdecimal() and not withheld(raw))

    def own(self, raw: str | None) -> bool:
        """Whether a number is the company's own, in whatever form."""
        return not withheld(raw) and self._key(raw) in {self._key(number) for number in self.own_numbers}

    def _key(self, raw: str | None) -> str:
        return self.e164(raw) or phonenumbers.normalize_digits_only(raw or "")


PLAIN = Dialling()
"""Of nobody in particular: Russian telephones without an exchange."""


@cache
def _words_for_nobody() -> frozenset[str]:
    text = resources.files(__package__).joinpath("phone_words.tsv").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def pretty(number: str) -> str:
    """`+7 916 123-45-67`: how people read it and messengers link it; what is not E.164 comes back unchanged."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _bare(raw: str) -> str:
    """Without the wrapping of a SIP address: `"Name" <sip:+7916…@host;user=phone>` is `+7916…`."""
    text = raw.strip()
    if text.endswith(">") and "<" in text and text.casefold() != "<unknown>":
        text = text[text.rindex("<") + 1 : -1]
    scheme, colon, rest = text.partition(":")
    if colon and scheme.casefold() in {"sip", "sips", "tel"}:
        text = rest.partition("@")[0].partition(";")[0]
    return text.strip()


@lru_cache(maxsize=4096)  # a busy exchange says the same few numbers again and again
def _read(text: str, area_code: str) -> str | None:
    if whole := _OF_A_SHEET.fullmatch(text):
        text = whole[1]
    found = _NUMBER.fullmatch(text)
    if found is None or not _only_about(found["rest"]):
        return None
    written = found["number"].strip()
    digits = phonenumbers.normalize_digits_only(written)
    if written[0] in "+＋":
        return _with_plus(digits, apart=not written[1:].strip().lstrip("8")[:1].isdecimal())
    if area_code and len(digits) < 10 and len(area_code) + len(digits) == 10:
        return _valid("+7" + area_code + digits)
    return _without_plus(digits)


def _only_about(rest: str) -> bool:
    """Whether what follows a number says more about it, and is no second number and no list of endings ("…67/68")."""
    if _LONG.search(rest) or _POWER.match(rest):
        return False
    first = re.search(r"\w", rest)
    return first is None or first[0].isalpha() or rest[0] in _DIALS_ON


def _with_plus(digits: str, *, apart: bool) -> str | None:
    """In international form; +8 is how some write the 8 of Russian numbers, and no country has it alone.

    `apart`: the 8 stands by itself (+8 495 …), so that it is no beginning of +84, which is Vietnam.
    """
    russian = _valid("+7" + digits[1:]) if len(digits) == 11 and digits[0] == "8" else None
    if russian and apart:
        return russian
    return _valid("+" + digits) or russian


def _without_plus(digits: str) -> str | None:
    """As dialled in Russia (8 …, 8 10 …), or in international form without the plus, as exchanges write it.

    Where two readings give a valid number (989161234567: Iran, or 9 for an outside line and a Russian mobile) neither
    is taken, because a wrong client is worse than none.
    """
    if len(digits) <= 10:
        return _valid("+7" + digits) if len(digits) == 10 else None
    if len(digits) == 11 and digits[0] in "78":
        return _valid("+7" + digits[1:])
    if digits.startswith("810"):
        return _valid("+" + digits.removeprefix("810"))
    international = _valid("+" + digits.removeprefix("00"))
    outside = _valid("+7" + digits[2:]) if len(digits) == 12 and digits[0] in "09" and digits[1] in "78" else None
    if international and outside and international != outside:
        return None
    return international or outside


def _valid(text: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
