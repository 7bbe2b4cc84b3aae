"""What a failed sync says about the connection, and what a person can do about it."""

from __future__ import annotations

from http import HTTPStatus

from adapters.matrix.connection import Lost, NotReached, Refusal
from core.chat.messenger import Health

REVOKED = Health(
    ok=False,
    state="Matrix: the server no longer accepts the access token",
    remedy=(
        "Set KOLLEGA_MATRIX__PASSWORD, or a new KOLLEGA_MATRIX__ACCESS_TOKEN with its KOLLEGA_MATRIX__DEVICE_ID,"
        " and start Kollega again."
    ),
)
"""Nothing but a person can end this."""


def fault(error: Exception) -> Health:
    """The state of the connection after an error."""
    match error:
        case Refusal(status=HTTPStatus.UNAUTHORIZED) | Refusal(code="M_UNKNOWN_DEVICE"):
            return REVOKED
        case Refusal(seconds=float()):
            return Health(ok=False, state="Matrix: the server asks to wait", remedy="It goes on by itself.")
        case Refusal():
            return Health(
                ok=False,
                state=f"Matrix: the server refuses to tell what is new ({error})",
                remedy="Check KOLLEGA_MATRIX__HOMESERVER and the account at the server; it goes on by itself.",
            )
        case NotReached() | Lost():
            return Health(
                ok=False,
                state=f"Matrix: the server cannot be reached ({error})",
                remedy="Check the network and KOLLEGA_MATRIX__HOMESERVER; it goes on by itself when it is back.",
            )
    return Health(
        ok=False,
        state=f"Messages from Matrix cannot be stored ({type(error).__name__})",
        remedy="Check the database and the free space of the disk; nothing is lost meanwhile.",
    )
