"""Matrix, through the client-server API of any homeserver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.matrix.settings import SECTION, Account
from core.chat.adapter import Surroundings

if TYPE_CHECKING:
    from adapters.matrix.messenger import MatrixMessenger


def create(settings: Account, around: Surroundings, name: str = SECTION) -> MatrixMessenger | None:
    """The messenger, or None without a homeserver. Imports nio, which takes a second: may run in a thread."""
    if settings.homeserver is None:
        return None
    from adapters.matrix.messenger import MatrixMessenger

    return MatrixMessenger(settings, around, name=name)
