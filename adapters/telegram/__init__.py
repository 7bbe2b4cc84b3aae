"""Telegram, through the Bot API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.telegram.settings import SECTION, Account
from core.chat.adapter import Surroundings

if TYPE_CHECKING:
    from adapters.telegram.messenger import TelegramMessenger


def create(settings: Account, around: Surroundings, name: str = SECTION) -> TelegramMessenger | None:
    """The messenger, or None without a token. Imports aiogram, which takes a second: may run in a thread."""
    if settings.token is None:
        return None
    from adapters.telegram.loading import build_usual_models, load_aiogram

    load_aiogram()
    build_usual_models()
    from adapters.telegram.messenger import TelegramMessenger

    return TelegramMessenger(settings, around, name=name)
