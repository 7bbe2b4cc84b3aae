"""What a failed sync says about the connection, and what a person can do about it."""

from __future__ import annotations

from http import HTTPStatus

from adapters.matrix.connection import Lost, NotReached, Refusal
from core.chat.messenger import Health
from core.chat.phrases import phrase

REVOKED = Health(
    ok=False,
    state=phrase("Matrix: the server no longer accepts the access token"),
    remedy=phrase(
        "Set {password}, or a new {token} with its {device}, and start Kollega again.",
        password="KOLLEGA_MATRIX__PASSWORD",  # noqa: S106  # the name of a setting
        token="KOLLEGA_MATRIX__ACCESS_TOKEN",  # noqa: S106
        device="KOLLEGA_MATRIX__DEVICE_ID",
    ),
)
"""Nothing but a person can end this."""


def fault(error: Exception) -> Health:
    """The state of the connection after an error."""
    match error:
        case Refusal(status=HTTPStatus.UNAUTHORIZED) | Refusal(code="M_UNKNOWN_DEVICE"):
            return REVOKED
        case Refusal(seconds=float()):
            return Health(
                ok=False, state=phrase("Matrix: the server asks to wait"), remedy=phrase("It goes on by itself.")
            )
        case Refusal():
            return Health(
                ok=False,
                state=phrase("Matrix: the server refuses to tell what is new ({reason})", reason=str(error)),
                remedy=phrase(
                    "Check {setting} and the account at the server; it goes on by itself.",
                    setting="KOLLEGA_MATRIX__HOMESERVER",
                ),
            )
        case NotReached() | Lost():
            return Health(
                ok=False,
                state=phrase("Matrix: the server cannot be reached ({reason})", reason=str(error)),
                remedy=phrase(
                    "Check the network and {setting}; it goes on by itself when it is back.",
                    setting="KOLLEGA_MATRIX__HOMESERVER",
                ),
            )
    return Health(
        ok=False,
        state=phrase("Messages from Matrix cannot be stored ({reason})", reason=type(error).__name__),
        remedy=phrase("Check the database and the free space of the disk; nothing is lost meanwhile."),
    )
