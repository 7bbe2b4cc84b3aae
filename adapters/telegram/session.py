"""aiogram's HTTP session, made to understand a gateway in front of the Bot API, to hurry, and to close at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientRequest,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    FormData,
)
from yarl import URL

from core.chat.leaving import may_leave

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.methods import Response, TelegramMethod
    from aiogram.methods.base import TelegramType
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.connector import Connection

_OTHERS = 20
"""Connections for what is no message: updates, answers to presses, files."""
_JSON = {"Content-Type": "application/json"}


class Stopped(ClientConnectionError):
    """The request was stopped before anything of it left."""


class _Request(ClientRequest):
    """A request that may still be stopped when it has its connection and its first byte is about to leave."""

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        """Writes the head and the body."""
        if may_leave():
            await super().write_bytes(writer, conn, content_length)
            return
        if conn.protocol is not None:
            conn.protocol.set_exception(Stopped())
        conn.close()


class Session(AiohttpSession):
    """Takes a 5xx whose body is a web page, or has no description, for what it is: a failure of the server."""

    def __init__(self, api: TelegramAPIServer, timeout: float, at_once: int) -> None:
        """`timeout` in seconds for one request; `at_once` messages may be on their way."""
        super().__init__(limit=at_once + _OTHERS, api=api, timeout=timeout)
        self._patience = ClientTimeout(total=timeout)
        self._urls: dict[str, URL] = {}

    async def create_session(self) -> ClientSession:
        """The connections, opened when they are first needed."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=self._connector_type(**self._connector_init),
                cookie_jar=DummyCookieJar(),
                request_class=_Request,
            )
        return self._session

    async def close(self) -> None:
        """Closes without aiogram's quarter of a second for TLS, which aiohttp now ends by itself."""
        if self._session is not None:
            await self._session.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> TelegramType:
        """Any request. Raises AiogramError."""
        patience = self._patience if timeout is None else ClientTimeout(total=timeout)
        form = self.build_form_data(bot, method)
        status, content = await self._post(bot, method.__api_method__, form, None, lambda: method, patience)
        result: Any = self.check_response(bot, method, status, content.decode(errors="replace")).result
        return result  # type: ignore[no-any-return]

    async def hurry(
        self, bot: Bot, name: str, body: bytes, method: Callable[[], TelegramMethod[TelegramType]]
    ) -> int | None:
        """A request whose JSON is ready, and the id of the message that it made or changed, None if it told none.

        Raises AiogramError. `method` is the same request as aiogram has it; it is asked for only when this one failed.
        """
        status, content = await self._post(bot, name, body, _JSON, method, self._patience)
        if status == HTTPStatus.OK:
            try:
                answer = json.loads(content)
                if answer["ok"] is True:
                    return int(answer["result"]["message_id"])
            except (ValueError, LookupError, TypeError):
                pass  # then aiogram says what is wrong with it
        result = self.check_response(bot, method(), status, content.decode(errors="replace")).result
        return getattr(result, "message_id", None)

    async def _post(
        self,
        bot: Bot,
        name: str,
        data: FormData | bytes,
        headers: dict[str, str] | None,
        method: Callable[[], TelegramMethod[Any]],
        patience: ClientTimeout,
    ) -> tuple[int, bytes]:
        url = self._urls.get(name)
        if url is None:
            url = self._urls[name] = URL(self.api.api_url(token=bot.token, method=name))
        session = await self.create_session()
        try:
            async with session.post(url, data=data, headers=headers, timeout=patience) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method(), message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method(), message=type(error).__name__) from error

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
