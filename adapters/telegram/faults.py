"""What is wrong with the connection to Telegram, in a sentence each, and what a person can do about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import WebhookInfo
from aiohttp import ClientConnectorCertificateError, ClientSSLError

from adapters.telegram.outcomes import reason
from core.chat.messenger import Health
from core.chat.phrases import phrase

_LATELY = timedelta(minutes=10)
"""For so long a failed call of the webhook counts when nothing waits: Telegram tells of the last one for ever."""


def fault(error: Exception) -> Health:
    """What a failed request says about the connection, and what a person can do about it."""
    match error:
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Health(
                ok=False,
                state=phrase("Telegram does not accept the bot’s token"),
                remedy=phrase(
                    "Ask @BotFather for the bot’s token and set {setting}.", setting="KOLLEGA_TELEGRAM__TOKEN"
                ),
            )
        case TelegramConflictError():
            return Health(
                ok=False,
                state=phrase("Another program receives this bot’s messages"),
                remedy=phrase("Stop the other program that uses the same token, or create a bot of your own for it."),
            )
        case TelegramNetworkError() if isinstance(error.__cause__, ClientConnectorCertificateError | ClientSSLError):
            return Health(
                ok=False,
                state=phrase("Telegram’s certificate is not accepted ({reason})", reason=reason(error)),
                remedy=phrase(
                    "Set the clock of the computer, by NTP; behind a proxy that opens TLS install its certificate."
                ),
            )
        case TelegramRetryAfter():
            return Health(ok=False, state=phrase("Telegram asks to wait"), remedy=phrase("It goes on by itself."))
        case AiogramError():
            return Health(
                ok=False,
                state=phrase("Telegram cannot be reached ({reason})", reason=reason(error)),
                remedy=phrase(
                    "Check the network and {setting}; it goes on by itself when it is back.",
                    setting="KOLLEGA_TELEGRAM__API_SERVER",
                ),
            )
    return Health(
        ok=False,
        state=phrase("Messages from Telegram cannot be stored ({reason})", reason=type(error).__name__),
        remedy=phrase("Check the database and the free space of the disk; nothing is lost meanwhile."),
    )


def webhook_fault(info: WebhookInfo, wanted: str, now: datetime) -> Health | None:
    """What is wrong with the webhook that should be at `wanted`, by what Telegram tells of it."""
    if info.url != wanted:
        return Health(
            ok=False,
            state=phrase("The webhook of this bot leads to {place}", place=urlsplit(info.url).netloc or "—"),
            remedy=phrase(
                "The running bot sets it anew at its next start; stop the other program that uses the same token."
            ),
        )
    failed = info.last_error_date
    if failed is None or not info.last_error_message:
        return None
    if not info.pending_update_count and now - failed > _LATELY:
        return None
    return Health(
        ok=False,
        state=phrase(
            "Telegram does not get through to the webhook ({reason}); updates that wait: {count}",
            reason=info.last_error_message,
            count=info.pending_update_count,
        ),
        remedy=phrase(
            "Check that its address leads from the internet to this bot’s web server, with a valid certificate, and "
            "that the bot runs; nothing is lost for a day."
        ),
    )
