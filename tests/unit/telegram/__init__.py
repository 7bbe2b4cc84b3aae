"""The Telegram adapter against the strict Bot API server; aiogram is imported the quick way, as `create` does."""

from adapters.telegram.loading import load_aiogram

load_aiogram()
