"""What each way in which a request can fail means for the message."""

from __future__ import annotations

import pytest

from adapters.matrix.connection import Lost, NotReached, Refusal
from adapters.matrix.outcomes import changing, opening, sending
from core.chat.messenger import Gone, Later, NotSent, Outcome, Refused, Unreachable


def no(status: int, code: str = "", seconds: float | None = None) -> Refusal:
    return Refusal(status, {"errcode": code, "error": "@anna:example.org did something"}, seconds)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (no(429, "M_LIMIT_EXCEEDED", 7.0), Later(7.0, everywhere=True)),
        (no(401, "M_UNKNOWN_TOKEN"), NotSent("M_UNKNOWN_TOKEN")),
        (no(403, "M_USER_DEACTIVATED"), NotSent("M_USER_DEACTIVATED")),
        (no(403, "M_FORBIDDEN"), Unreachable("M_FORBIDDEN")),
        (no(404, "M_NOT_FOUND"), Unreachable("M_NOT_FOUND")),
        (no(413, "M_TOO_LARGE"), Refused("too large for the server")),
        (no(413), Refused("too large for the server")),
        (no(400, "M_BAD_JSON"), Refused("M_BAD_JSON")),
        (no(403), NotSent("HTTP 403")),
        (no(404), NotSent("HTTP 404")),
        (no(302), NotSent("HTTP 302")),
        (NotReached("HTTP 502"), NotSent("HTTP 502")),
        (Lost("ServerDisconnectedError"), NotSent("ServerDisconnectedError")),
        (FileNotFoundError("a"), Refused("a file of the message is not kept here any more")),
        (KeyError("@anna:example.org"), Refused("KeyError")),
    ],
)
def test_a_message_that_was_not_sent(error: Exception, outcome: Outcome) -> None:
    assert sending(error) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (no(403, "M_FORBIDDEN"), Gone("M_FORBIDDEN")),
        (no(404, "M_NOT_FOUND"), Gone("M_NOT_FOUND")),
        (no(400, "M_UNKNOWN"), Gone("M_UNKNOWN")),
        (no(404), NotSent("HTTP 404")),
        (no(429, "M_LIMIT_EXCEEDED", 1.0), Later(1.0, everywhere=True)),
    ],
)
def test_an_edit_that_was_not_made(error: Exception, outcome: Outcome) -> None:
    assert changing(error) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (no(403, "M_FORBIDDEN"), Unreachable("M_FORBIDDEN")),
        (no(404, "M_NOT_FOUND"), Unreachable("M_NOT_FOUND")),
        (no(400, "M_INVALID_PARAM"), Unreachable("M_INVALID_PARAM")),
        (no(429, "M_LIMIT_EXCEEDED", 60.0), Later(60.0)),
        (no(401, "M_UNKNOWN_TOKEN"), NotSent("M_UNKNOWN_TOKEN")),
        (Lost("TimeoutError"), NotSent("TimeoutError")),
    ],
)
def test_a_room_that_was_not_opened(error: Exception, outcome: Outcome) -> None:
    assert opening(error) == outcome
