"""Phone numbers as people and telephone exchanges write them, brought to one form so that they can be compared."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache

import phonenumbers

REGION = "RU"
_LONGEST = 64  # a number with its extension and punctuation; more is not a number

_WITHHELD = frozenset(
    {
        "",
        "<unknown>",
        "unknown",
        "anonymous",
        "unavailable",
        "withheld",
        "restricted",
        "private",
        "none",
        "asserted",
    }
)


def withheld(raw: str | None) -> bool:
    """Whether an exchange wrote a word (or nothing) in place of the caller's number."""
    return raw is None or _bare(raw).casefold() in _WITHHELD


def e164(raw: str | None, extensions: Container[str] = (), *, outside_prefix: str = "") -> str | None:
    """`+79161234567`, or None when `raw` is an extension, withheld, or no valid number.

    A number without a country code is Russian. `outside_prefix` is what telephones dial to reach an outside
    line (such as `9`). An extension after the number (the Russian for "ext. 12") is dropped.
    """
    if raw is None or len(raw) > _LONGEST:
        return None
    text = _bare(raw)
    if text in extensions or withheld(text):
        return None
    if outside_prefix and text.startswith(outside_prefix):
        inside = _valid(text.removeprefix(outside_prefix))
        if inside:
            return inside
    return _valid(text) or _without_plus(text)


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
def _valid(text: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _without_plus(text: str) -> str | None:
    """Exchanges drop the plus or put a digit for the outside line in front.

    Where both readings give a valid number (989161234567: Iran, or 9 and a Russian mobile) neither is taken,
    because a wrong client is worse than none.
    """
    digits = phonenumbers.normalize_digits_only(text)
    if text.startswith("+") or len(digits) < 11:
        return None
    international = _valid("+" + digits.removeprefix("00"))
    outside = _valid(digits[1:]) if digits[0] in "09" and digits[1] in "78" else None
    if international and outside and international != outside:
        return None
    return international or outside
