"""What a failed request means for the message that it carried: pure, so that every case can be read at a glance."""

from __future__ import annotations

import re

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError, InvalidURL

from adapters.telegram.session import Stopped
from core.chat.messenger import Gone, Later, NotSent, Outcome, Refused, Relocated, Uncertain, Unreachable

_UNREACHABLE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights in the channel",
    "group chat was deactivated",
)
_GONE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
)
NOT_MODIFIED = "message is not modified"
NOT_THERE = "message to delete not found"
_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{3,}")
_PREFIX = re.compile(r"^(Bad Request|Forbidden|Unauthorized|Not Found|Conflict): ")
GATEWAY_TIMEOUT = "HTTP 504"


def outcome_of(error: Exception) -> Outcome:
    """The outcome for a message whose request ended with this error. Edits and deletions may always be repeated."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return Later(float(seconds))
        case TelegramMigrateToChat(migrate_to_chat_id=chat):
            return Relocated(str(chat))
        case TelegramForbiddenError():
            return Unreachable(reason(error))
        case TelegramBadRequest():
            return _bad_request(error)
        case TelegramEntityTooLarge():
            return Refused("the file is too large for the server")
        case TelegramNetworkError():
            return _lost(error)
        case TelegramServerError(message=message):
            # A gateway gave up waiting for a server that may still do the work.
            return Uncertain(reason(error)) if message == GATEWAY_TIMEOUT else NotSent(reason(error))
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            return NotSent(reason(error))
        case TelegramAPIError() | ValueError() | TypeError():
            return Refused(reason(error))
    return Uncertain(reason(error))


def certain(error: Exception) -> bool:
    """Whether a request that ended with this error sent nothing."""
    return isinstance(error, FileNotFoundError) or not isinstance(outcome_of(error), Uncertain)


def says(error: Exception, words: str) -> bool:
    """Whether the server refused with these words (in small letters)."""
    return isinstance(error, TelegramBadRequest) and words in error.message.lower()


def reason(error: Exception) -> str:
    """One line for a log or a person: the server's words or the kind of failure, never an address or a token."""
    if isinstance(error, TelegramNetworkError) and error.__cause__ is not None:
        return type(error.__cause__).__name__
    if isinstance(error, TelegramRetryAfter):
        return f"retry after {error.retry_after} s"
    if isinstance(error, TelegramAPIError) and not isinstance(error, TelegramNetworkError):
        words = _PREFIX.sub("", str(error.message)).splitlines() or [""]
        return _TOKEN.sub("…", words[0])[:200]
    return "an answer that is none of the Bot API's" if isinstance(error, ClientDecodeError) else type(error).__name__


def _bad_request(error: TelegramBadRequest) -> Outcome:
    words = error.message.lower()
    if any(known in words for known in _UNREACHABLE):
        return Unreachable(reason(error))
    if any(known in words for known in _GONE):
        return Gone(reason(error))
    return Refused(reason(error))


def _lost(error: TelegramNetworkError) -> Outcome:
    """Without a connection nothing left; with one, the request may have been carried out before it was lost."""
    if isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError | InvalidURL | Stopped):
        return NotSent(reason(error))
    return Uncertain(reason(error))
