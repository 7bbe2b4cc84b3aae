"""Keys for tests, the same at each run."""

from __future__ import annotations

import hashlib


def key_for(purpose: str) -> bytes:
    """32 bytes for a purpose, as the application's key gives them."""
    return hashlib.sha256(purpose.encode()).digest()
