"""Where the exchange reaches somebody: endpoints by their names there (`201`, `201-WS`), and mobiles; often several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.phones import e164

MOST = 8
"""Endpoints that one person has at most."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,38}[A-Za-z0-9])?")
_TECHNOLOGY = re.compile(r"(?:pjsip|sip|iax2?|dahdi|sccp|skinny|mgcp|local)/", re.IGNORECASE)
_SECOND = re.compile(r"(.*\d)[-_.][A-Za-z]{1,8}\d?")
"""The second telephone of an extension; what ends otherwise is a name of its own."""
_LABEL = re.compile(r"(?:[^\W\d_]+\.?\s*)?[#№]?\s*(?=[0-9])")
_BETWEEN = re.compile(r"[,;|]|(?<=\d)\s+[^\W\d_]{1,3}\s+(?=\d)")
_SEVERAL = re.compile(r"[\w.-]*\d[\w.-]*(?:[\s/]+[\w.-]*\d[\w.-]*)+")
_OF_A_SHEET = re.compile(r"([0-9]+)[.,]0+")
_NUMBER_LENGTH = 10
"""Digits from which an endpoint can only be a telephone number."""


def endpoints_of(kept: str | None) -> tuple[str, ...]:
    """The endpoints of a person, as `Person.extension` keeps them: with a comma between."""
    return tuple(part for part in (kept or "").split(", ") if part)


def kept_endpoints(text: str) -> str | None:
    """What somebody wrote of a person's endpoints as it is kept; None when a part of it is no endpoint.

    Several stand with commas, semicolons, slashes or spaces between. Names are those of the exchange; public numbers
    become E.164; what stands before a name (`PJSIP/`, "ext.", #) is left out.
    """
    found: dict[str, str] = {}
    for part in _parts(text):
        name = _endpoint(part)
        if name is None:
            return None
        found.setdefault(name.casefold(), name)
    return ", ".join(found.values()) if 0 < len(found) <= MOST else None


def known_as(endpoint: str) -> Iterator[str]:
    """What an endpoint may be known as, the surest first: itself, then what stands before `-WS` and the like, which
    exchanges add for a second telephone of one extension."""
    name = endpoint.removeprefix("external:")
    yield e164(name) or name
    while found := _SECOND.fullmatch(name):
        name = found[1]
        yield name


def _parts(text: str) -> Iterator[str]:
    """The pieces of a text that each name one endpoint."""
    if _OF_A_SHEET.fullmatch(text.strip()):
        yield text
        return
    for piece in map(str.strip, _BETWEEN.split(_TECHNOLOGY.sub("", text))):
        if e164(piece) is None and _SEVERAL.fullmatch(piece):
            yield from re.split(r"[\s/]+", piece)
        elif piece:
            yield piece


def _endpoint(part: str) -> str | None:
    digits = sum(letter.isdecimal() for letter in part)
    if digits >= _NUMBER_LENGTH and (number := e164(part)) is not None:
        return number
    if whole := _OF_A_SHEET.fullmatch(part):
        return whole[1]
    named = part if _NAME.fullmatch(part) else _LABEL.sub("", part, count=1)
    return named if _NAME.fullmatch(named) else None
