"""Receives updates, by polling or by webhook, and stores them as events before Telegram may forget them."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from http import HTTPStatus
from secrets import randbelow
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetFile, GetMe, SetWebhook, TelegramMethod
from aiogram.types import Update
from aiohttp import ClientError, web
from pydantic import ValidationError

from adapters.telegram.faults import fault
from adapters.telegram.outcomes import reason, says
from adapters.telegram.presses import Presses
from adapters.telegram.read import ALLOWED_UPDATES, DOWNLOAD_LIMIT, Received, press_of, read, unreadable
from adapters.telegram.settings import Account
from core.chat.clock import Clock
from core.chat.dangers import examine
from core.chat.events import Attached, Event
from core.chat.files import Files, Loss, NoSpace, TooLarge
from core.chat.messenger import Health, Inbox

log = structlog.get_logger()

BODY_LIMIT = 2**20
"""Bytes of an update that a webhook takes."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
_FETCHES = 4
_FETCH_SECONDS = 60
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds: how long a poll waits for updates, a request for its answer, a webhook for its body, and a fault for the
    next attempt."""

    poll: int = 30
    request: float = 60.0
    body: float = 60.0
    first_delay: float = 1.0
    longest_delay: float = 60.0


class _GetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with each update left as it is, so that one that cannot be read does not hold up the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Inbound:
    """The way in of one bot account."""

    def __init__(
        self, bot: Bot, settings: Account, files: Files, clock: Clock, timing: Timing, presses: Presses
    ) -> None:
        self._bot, self._settings, self._files, self._clock, self._timing = bot, settings, files, clock, timing
        self._presses = presses
        self._fetching = asyncio.Semaphore(_FETCHES)
        self._inbox: Inbox | None = None
        self._username = ""
        self._polling_only = False
        self._delay = 0.0
        self.fault: Health | None = None

    async def listen(self, inbox: Inbox) -> None:
        """Receives until cancelled. After a fault it waits, longer each time, and says in `fault` what is wrong."""
        self._inbox = inbox
        try:
            while True:
                try:
                    await (self._poll(inbox) if self._settings.webhook_url is None else self._be_called())
                except Exception as error:
                    await asyncio.sleep(self._mind(error))
        finally:
            self._inbox = None

    def routes(self) -> list[web.RouteDef]:
        """Where the web server lets Telegram in; nothing without a webhook."""
        if self._settings.webhook_url is None:
            return []
        return [web.post(urlsplit(self._settings.webhook_url).path, self._called)]

    async def _poll(self, inbox: Inbox) -> None:
        await self._learn_name()
        if not self._polling_only:
            await self._bot(DeleteWebhook(drop_pending_updates=False))
            self._polling_only = True
        cursor = await inbox.cursor()
        offset = int(cursor) + 1 if cursor is not None and cursor.isdecimal() else None
        wait = round(self._timing.poll + self._timing.request)
        while True:
            request = _GetUpdates(offset=offset, timeout=self._timing.poll, allowed_updates=list(ALLOWED_UPDATES))
            updates = await self._bot(request, request_timeout=wait)
            self._recovered()
            numbers = [number for update in updates if isinstance(number := update.get("update_id"), int)]
            if numbers:
                await inbox.store(await self._events(updates), str(max(numbers)))
                offset = max(numbers) + 1

    async def _be_called(self) -> None:
        secret = self._settings.webhook_secret
        assert self._settings.webhook_url is not None
        assert secret is not None
        await self._learn_name()
        request = SetWebhook(
            url=self._settings.webhook_url,
            secret_token=secret.get_secret_value(),
            allowed_updates=list(ALLOWED_UPDATES),
            drop_pending_updates=False,
        )
        await self._bot(request)
        self._recovered()
        await asyncio.Event().wait()

    async def _learn_name(self) -> None:
        if not self._username:
            self._username = (await self._bot(GetMe())).username or ""

    async def _called(self, request: web.Request) -> web.Response:
        """Takes one update: the secret first, then the size; 200 only when it is stored, so that Telegram repeats."""
        secret = self._settings.webhook_secret
        given = request.headers.get(SECRET_HEADER, "")
        if secret is None or not hmac.compare_digest(
            given.encode(errors="replace"), secret.get_secret_value().encode()
        ):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        if self._inbox is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            async with asyncio.timeout(self._timing.body):
                update = json.loads(await _body(request))
        except TimeoutError:
            return _cut_off(HTTPStatus.REQUEST_TIMEOUT)
        except TooLarge:
            return _cut_off(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except (ValueError, RecursionError, web.RequestPayloadError, ConnectionError):
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        try:
            await self._inbox.store(await self._events([update]), None)
        except Exception as error:
            log.warning("telegram_update_not_stored", error=type(error).__name__)
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response()

    async def _events(self, updates: Sequence[object]) -> list[Event]:
        found: list[Received] = []
        for update in updates:
            received = self._read(update)
            if received is not None:
                found.append(received)
            elif (press := press_of(update)) is not None:
                await self._presses.answer(press, None)  # nobody else is going to
        return list(await asyncio.gather(*(self._complete(received) for received in found)))

    def _read(self, update: object) -> Received | None:
        try:
            return read(Update.model_validate(update), self._clock.now(), self._username)
        except ValidationError as error:
            fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)})
            log.error("telegram_update_unreadable", fields=fields[:5])
            known = unreadable(update, self._clock.now())
            return None if known is None else Received(known)

    async def _complete(self, received: Received) -> Event:
        """The event with the content of its file, or with the reason why there is none."""
        event = received.event
        if not isinstance(event, Attached) or not received.file:
            return event
        attachment = event.attachment
        try:
            async with self._fetching:
                content, size = await self._fetch(received.file)
        except (TooLarge, NoSpace) as error:
            loss = Loss.TOO_LARGE if isinstance(error, TooLarge) else Loss.DISK_FULL
            return replace(event, attachment=replace(attachment, loss=loss))
        except (AiogramError, ClientError, TimeoutError) as error:
            loss = Loss.TOO_LARGE if says(error, "file is too big") else Loss.NOT_FETCHED
            log.warning("telegram_file_not_fetched", error=reason(error))
            return replace(event, attachment=replace(attachment, loss=loss))
        kept = replace(attachment, content=content, size=size)
        return replace(event, attachment=await asyncio.to_thread(examine, self._files, kept))

    async def _fetch(self, file: str) -> tuple[str, int]:
        """Fetches and keeps a file; tries again while Telegram cannot be reached."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with aclosing(self._chunks(file)) as chunks:
                    return await self._files.save(chunks, DOWNLOAD_LIMIT)
            except (AiogramError, ClientError, TimeoutError) as error:
                if attempt == _ATTEMPTS or says(error, ""):
                    raise
                await asyncio.sleep(_spread(self._timing.first_delay * 2 ** (attempt - 1)))
        raise AssertionError("unreachable")

    async def _chunks(self, file: str) -> AsyncGenerator[bytes, None]:
        found = await self._bot(GetFile(file_id=file))
        url = self._bot.session.api.file_url(self._bot.token, found.file_path or "")
        async with aclosing(self._bot.session.stream_content(url, timeout=_FETCH_SECONDS)) as stream:
            async for chunk in stream:
                yield chunk

    def _recovered(self) -> None:
        if self.fault is not None:
            log.info("telegram_recovered")
        self.fault, self._delay = None, 0.0

    def _mind(self, error: Exception) -> float:
        """Logs what went wrong and keeps it for the state; seconds to wait"""
        self._delay = min(self._timing.longest_delay, max(self._timing.first_delay, self._delay * 2))
        self.fault = fault(error)
        log.warning("telegram_not_receiving", state=str(self.fault), error=reason(error))
        if isinstance(error, TelegramConflictError):
            self._polling_only = False
        if isinstance(error, TelegramUnauthorizedError | TelegramNotFound):
            self._delay = self._timing.longest_delay
        if isinstance(error, TelegramRetryAfter):
            return float(error.retry_after)
        return _spread(self._delay)


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise TooLarge
    return bytes(body)


def _cut_off(status: HTTPStatus) -> web.Response:
    """An answer behind which nothing more is read."""
    response = web.Response(status=status)
    response.force_close()
    return response


def _spread(seconds: float) -> float:
    """Not all that lost a connection at once come back at once."""
    return seconds * (0.5 + randbelow(1000) / 2000)
