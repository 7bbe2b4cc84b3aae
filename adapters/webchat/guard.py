"""What keeps other web pages away from a chat without a sign-in: checks of requests, headers of answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_LANGUAGE = re.compile(r"(?:^|,)\s*([a-z]{2,8})(?:-[a-z0-9-]{1,20})?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?(?=,|$)")

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer, unless it sets one itself."""

FILE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=31536000, immutable",
}
"""Of a file, which somebody else made."""


def is_local(host: str) -> bool:
    """Whether a Host header names this machine: any other name is a page that rebound its name to our address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a request that changes something comes from our own page; a browser always says so."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("Origin")
    if origin is None:
        return site is not None
    parts = urlsplit(origin)
    return parts.scheme == "http" and parts.netloc == headers.get("Host", "")


def preferred(header: str) -> Sequence[str]:
    """The languages of an Accept-Language header, the most wanted first: "en-GB,ru;q=0.8" gives en, ru (RFC 9110)."""
    found = _LANGUAGE.findall(header[:1000].lower())
    return [code for code, weight in sorted(found, key=lambda one: -float(one[1] or 1)) if float(weight or 1) > 0]
