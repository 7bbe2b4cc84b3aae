"""Base64 and JSON as Matrix signs and encrypts them."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

_DEEPEST = 100
_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def unpadded(raw: bytes) -> str:
    """Base64 without padding: some clients silently drop a padded key id."""
    return b64encode(raw).decode().rstrip("=")


def padded(text: str) -> bytes:
    """The bytes of base64 with or without padding. Raises ValueError."""
    bare = text.rstrip("=")
    return b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def bare(thing: Mapping[str, Any]) -> dict[str, Any]:
    """What a signature is about."""
    return {name: value for name, value in thing.items() if name not in ("signatures", "unsigned")}


def canonical(thing: Mapping[str, Any]) -> str:
    """Canonical JSON of what is signed."""
    return json.dumps(bare(thing), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def shallow(raw: bytes) -> bytes:
    """JSON with null in place of what is nested deeper than any event has a reason to be."""
    kept, depth, since = bytearray(), 0, 0
    for mark in _MARKS.finditer(raw):
        if mark[0] in b"[{":
            depth += 1
            if depth == _DEEPEST + 1:
                kept += raw[since : mark.start()] + b"null"
        elif mark[0] in b"]}":
            depth -= 1
            if depth == _DEEPEST:
                since = mark.end()
    return bytes(kept + raw[since:])
