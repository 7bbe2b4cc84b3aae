"""The answers to presses: each once, and tried again while Telegram cannot be reached, as its button waits for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import AnswerCallbackQuery

from adapters.telegram.outcomes import reason

log = structlog.get_logger()

TOAST_LIMIT = 200
_ANSWERED = 1000
_ATTEMPTS = 4
_PATIENCE = 15.0
"""Seconds after which Telegram takes no answer any more."""


class Presses:
    """Those of one bot account. `delay` are the seconds before the second attempt, doubled for each further one."""

    def __init__(self, bot: Bot, delay: float) -> None:
        self._bot, self._delay = bot, delay
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def answer(self, press: str, toast: str | None) -> None:
        """Answers a press; one that is too old is nobody's loss."""
        if not press or press in self._answered:
            return
        self._answered[press] = None
        if len(self._answered) > _ANSWERED:
            self._answered.popitem(last=False)
        request = AnswerCallbackQuery(callback_query_id=press, text=_shown(toast))
        for attempt in range(_ATTEMPTS):
            try:
                await self._bot(request)
            except (TelegramRetryAfter, TelegramNetworkError, TelegramServerError) as error:
                wait = error.retry_after if isinstance(error, TelegramRetryAfter) else self._delay * 2**attempt
                log.debug("telegram_press_waits", reason=reason(error))
                if wait > _PATIENCE:
                    return
                await asyncio.sleep(wait)
            except AiogramError as error:
                log.debug("telegram_press_not_answered", reason=reason(error))
                return
            else:
                return


def _shown(toast: str | None) -> str | None:
    text = (toast or "").strip()
    if not text:
        return None
    return text if len(text) <= TOAST_LIMIT else f"{text[: TOAST_LIMIT - 1].rstrip()}…"
