"""Requests to a homeserver, each with one of three ends: an answer, a refusal, or not knowing.

nio's own client is not used for this: it sleeps when the server asks for patience, which would hold up every chat,
and it keeps a model of all rooms (docs/decisions/0009).
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)

from adapters.matrix.encoding import shallow
from core.chat.files import TooLarge

ANSWER_LIMIT = 256 * 2**20
"""Bytes of an answer that are read; the first sync of very many rooms is large."""
_CONNECTIONS = 100
_CHUNK = 2**16
_LARGE = 2**20
"""Bytes of an answer that would hold up everybody else while it is read."""
_RETRY_AFTER = 5.0


class Refusal(Exception):
    """The server said no. `status` is of HTTP, `code` the server's word such as M_FORBIDDEN.

    `seconds` is set when it asks for patience; `details` is the whole answer.
    """

    def __init__(self, status: int, details: Mapping[str, Any], seconds: float | None = None) -> None:
        self.status, self.details, self.seconds = status, details, seconds
        code, message = details.get("errcode"), details.get("error")
        self.code = code if isinstance(code, str) else ""
        self.message = message[:200] if isinstance(message, str) else ""
        super().__init__(f"{status} {self.code} {self.message}".strip())


class NotReached(Exception):
    """The server was not reached, or something before it said that it could not do the work."""


class Lost(Exception):
    """The request had left when the connection was lost: it may have been carried out."""


class Connection:
    """One account at one homeserver. `user`, `device` and `token` are set by whoever signs in.

    With `service` the token is that of an application service, used on behalf of `user` and `device`.
    """

    def __init__(self, homeserver: str, *, seconds: float = 60.0) -> None:
        self.homeserver = homeserver.rstrip("/")
        self.user, self.device = "", ""
        self.token: str | None = None
        self.service = False
        self._timeout = ClientTimeout(total=seconds, sock_connect=10)
        self._session: ClientSession | None = None

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        seconds: float | None = None,
        token: str | None = None,
    ) -> dict[str, Any]:
        """The answer to a request. Raises `Refusal`, `NotReached` or `Lost`.

        `path` begins with a slash, its variable parts quoted by `part`. `token` is used instead of the account's.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"} if data is not None else {}
        async with _Exchange(self, method, path, data, headers, query, seconds, token) as response:
            return await _answer(response)

    async def upload(self, content: bytes, mime: str) -> str:
        """Puts a content into the server's media store; its mxc address."""
        headers = {"Content-Type": mime}
        async with _Exchange(self, "POST", "/_matrix/media/v3/upload", content, headers) as response:
            address = (await _answer(response)).get("content_uri")
        if not isinstance(address, str):
            raise NotReached("an upload without an address")
        return address

    async def download(self, mxc: str, limit: int) -> AsyncGenerator[bytes]:
        """The bytes of a media content. Raises `TooLarge` past `limit` bytes."""
        server, _, name = mxc.removeprefix("mxc://").partition("/")
        path = f"/_matrix/client/v1/media/download/{part(server)}/{part(name)}"
        async with _Exchange(self, "GET", path, None, {}) as response:
            if response.status != HTTPStatus.OK:
                await _answer(response)
                raise NotReached(f"HTTP {response.status}")
            size = 0
            async for chunk in response.content.iter_chunked(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                yield chunk

    def session(self) -> ClientSession:
        """The pool of connections, made when it is first needed, inside the event loop."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=self._timeout, connector=TCPConnector(limit=_CONNECTIONS))
        return self._session

    def timeout(self, seconds: float | None) -> ClientTimeout:
        """The usual time limit, or another total."""
        return self._timeout if seconds is None else ClientTimeout(total=seconds, sock_connect=10)

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()


def part(text: str) -> str:
    """A variable part of a path."""
    return quote(text, safe="")


class _Exchange:
    """A request on its way; network failures come out as `NotReached` or `Lost`."""

    def __init__(
        self,
        connection: Connection,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        seconds: float | None = None,
        token: str | None = None,
    ) -> None:
        own = token or connection.token
        behalf = {"user_id": connection.user, "device_id": connection.device}
        if connection.service and token is None:
            query = {**(query or {}), **behalf}
        authorized = {"Authorization": f"Bearer {own}"} if own else {}
        self._request = connection.session().request(
            method,
            connection.homeserver + path,
            data=data if data is None or len(data) < _CHUNK else io.BytesIO(data),
            params=query,
            headers={**headers, **authorized},
            timeout=connection.timeout(seconds),
            allow_redirects=False,
        )

    async def __aenter__(self) -> ClientResponse:
        try:
            return await self._request.__aenter__()
        except Exception as error:
            raise _failure(error) from None

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        await self._request.__aexit__(kind, error, trace)
        if isinstance(error, ClientError | TimeoutError | OSError):
            raise _failure(error) from None


def _failure(error: Exception) -> Exception:
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        return NotReached(type(error).__name__)
    if isinstance(error, ClientError | TimeoutError | OSError):
        return Lost(type(error).__name__)
    return error


async def _answer(response: ClientResponse) -> dict[str, Any]:
    """The JSON of an answer. Raises `Refusal` for a no, `NotReached` or `Lost` for what is none of a homeserver's."""
    raw = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        raw += chunk
        if len(raw) > ANSWER_LIMIT:
            raise Lost("an answer that is too large")
    answer = await asyncio.to_thread(_object, bytes(raw)) if len(raw) > _LARGE else _object(bytes(raw))
    if response.status in (HTTPStatus.OK, HTTPStatus.CREATED):
        return answer
    if response.status == HTTPStatus.GATEWAY_TIMEOUT:
        raise Lost("HTTP 504")  # a gateway gave up waiting for a server that may still do the work
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotReached(f"HTTP {response.status}")
    raise Refusal(response.status, answer, _patience(response, answer))


def _object(raw: bytes) -> dict[str, Any]:
    """The JSON object of an answer, empty for anything else. What is nested too deep in it was never meant for us."""
    try:
        found = json.loads(raw)
    except RecursionError:
        found = json.loads(shallow(raw))
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _patience(response: ClientResponse, answer: Mapping[str, Any]) -> float | None:
    """Seconds that the server wants to be left alone, None when it does not."""
    if response.status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    after = answer.get("retry_after_ms")
    if isinstance(after, int | float):
        return min(3600.0, max(0.0, after / 1000))
    header = response.headers.get("Retry-After", "")
    return min(3600.0, float(header)) if header.isdecimal() else _RETRY_AFTER
