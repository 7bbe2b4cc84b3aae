"""What a failed request means for the message that it carried: pure, so that every case can be read at a glance."""

from __future__ import annotations

from http import HTTPStatus

from adapters.matrix.connection import Lost, NotReached, Refusal
from core.chat.messenger import Gone, Later, NotSent, Outcome, Refused, Unreachable

_RETRY_AFTER = 5.0

_OWN = {
    "M_UNKNOWN_TOKEN",
    "M_MISSING_TOKEN",
    "M_USER_DEACTIVATED",
    "M_USER_SUSPENDED",
    "M_USER_LOCKED",
    "M_CONSENT_NOT_GIVEN",
    "M_RESOURCE_LIMIT_EXCEEDED",
}
"""The bot's own account or the server as a whole: no fault of this message, and the health check tells the admin."""

_NOT_A_HOMESERVER = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT,
}


def sending(error: Exception) -> Outcome:
    """The outcome for a message whose request to send it ended with this error.

    A lost connection is no uncertainty: the transaction id makes a repetition harmless.
    """
    match error:
        case Refusal(code="M_FORBIDDEN" | "M_NOT_FOUND"):
            return Unreachable(reason(error))
        case _:
            return _outcome(error)


def changing(error: Exception) -> Outcome:
    """The outcome for an edit or a deletion: where we may not write any more, what is shown there is out of reach."""
    match error:
        case Refusal(code="M_FORBIDDEN" | "M_NOT_FOUND"):
            return Gone(reason(error))
        case Refusal(status=HTTPStatus.BAD_REQUEST, code="M_UNKNOWN"):
            return Gone(reason(error))  # the server has purged what the edit relates to
        case _:
            return _outcome(error)


def opening(error: Exception) -> Outcome:
    """The outcome for a message whose private room could not be made: each refusal is about the person invited."""
    outcome = _outcome(error)
    match outcome:
        case Later(seconds):
            return Later(seconds)  # rooms have a limit of their own, and other chats need none
        case Refused() if isinstance(error, Refusal):
            return Unreachable(outcome.reason)
    return outcome


def storing(error: Exception) -> Outcome:
    """The outcome for a message whose file could not be uploaded: no refusal of it is about the room."""
    return _outcome(error)


def reason(error: Exception) -> str:
    """One line for a log or a person, without anything that the server might have put there of a person."""
    if isinstance(error, Refusal):
        return error.code if error.code.startswith("M_") else f"HTTP {error.status}"
    return str(error) if isinstance(error, NotReached | Lost) else type(error).__name__


def _outcome(error: Exception) -> Outcome:
    match error:
        case Refusal(status=HTTPStatus.TOO_MANY_REQUESTS, seconds=seconds):
            # The server counts an account's messages in all rooms together.
            return Later(_RETRY_AFTER if seconds is None else seconds, everywhere=True)
        case Refusal(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
            return Refused("too large for the server")
        case Refusal(status=status, code=code):
            foreign = not code and (status in _NOT_A_HOMESERVER or status < HTTPStatus.BAD_REQUEST)
            if status == HTTPStatus.UNAUTHORIZED or code in _OWN or foreign:
                return NotSent(reason(error))
            return Refused(reason(error))
        case NotReached() | Lost():
            return NotSent(reason(error))
        case FileNotFoundError():
            return Refused("a file of the message is not kept here any more")
    return Refused(reason(error))
