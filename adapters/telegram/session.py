"""aiogram's HTTP session, made to understand a gateway in front of the Bot API and to close at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramServerError

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.methods import Response, TelegramMethod
    from aiogram.methods.base import TelegramType


class Session(AiohttpSession):
    """Takes a 5xx whose body is a web page, or has no description, for what it is: a failure of the server."""

    async def close(self) -> None:
        """Closes without aiogram's quarter of a second for TLS, which aiohttp now ends by itself."""
        if self._session is not None:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        if status_code == HTTPStatus.GATEWAY_TIMEOUT:
            raise TelegramServerError(method=method, message=f"HTTP {status_code}")
        try:
            return super().check_response(bot, method, status_code, content)
        except (ClientDecodeError, TypeError):
            if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise TelegramServerError(method=method, message=f"HTTP {status_code}") from None
            raise
