"""Fetches the contents of attachments before their events are stored: the server may not keep them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from secrets import randbelow
from typing import Any

import structlog
from nio.crypto.attachments import decrypt_attachment
from nio.exceptions import EncryptionError

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal
from adapters.matrix.read import DOWNLOAD_LIMIT, Received, Source
from adapters.matrix.timing import Timing
from core.chat.dangers import examine
from core.chat.events import Attached, Event
from core.chat.files import Files, Loss, NoSpace, TooLarge

log = structlog.get_logger()

_FETCHES = 4
_DECRYPTIONS = 2
"""Encrypted contents are whole in memory, twice."""
_ATTEMPTS = 3


class _Broken(Exception):
    """The content is not what its keys say."""


class Fetching:
    """Downloads a few contents at once."""

    def __init__(self, connection: Connection, files: Files, timing: Timing) -> None:
        self._connection, self._files, self._timing = connection, files, timing
        self._fetching = asyncio.Semaphore(_FETCHES)
        self._decrypting = asyncio.Semaphore(_DECRYPTIONS)

    async def complete(self, received: Received) -> Event:
        """The event with the content of its file, or with the reason why there is none."""
        event, source = received.event, received.source
        if not isinstance(event, Attached) or source is None:
            return event
        attachment = event.attachment
        try:
            async with self._fetching if source.keys is None else self._decrypting:
                content, size = await self._fetch(source)
        except (TooLarge, NoSpace) as error:
            loss = Loss.TOO_LARGE if isinstance(error, TooLarge) else Loss.DISK_FULL
            return replace(event, attachment=replace(attachment, loss=loss))
        except (Refusal, NotReached, Lost, _Broken) as error:
            log.warning("matrix_file_not_fetched", error=type(error).__name__)
            return replace(event, attachment=replace(attachment, loss=Loss.NOT_FETCHED))
        kept = replace(attachment, content=content, size=size)
        return replace(event, attachment=await asyncio.to_thread(examine, self._files, kept))

    async def _fetch(self, source: Source) -> tuple[str, int]:
        """Fetches and keeps a file; tries again while the server cannot be reached or asks for patience."""
        for attempt in range(_ATTEMPTS):
            try:
                async with aclosing(self._chunks(source)) as chunks:
                    return await self._files.save(chunks, DOWNLOAD_LIMIT)
            except (Refusal, NotReached, Lost) as error:
                patience = error.seconds if isinstance(error, Refusal) else None
                if attempt == _ATTEMPTS - 1 or (isinstance(error, Refusal) and patience is None):
                    raise
                delay = self._timing.first_delay * 2**attempt * (0.5 + randbelow(1000) / 2000)
                await asyncio.sleep(min(self._timing.longest_delay, max(delay, patience or 0.0)))
        raise AssertionError("unreachable")

    async def _chunks(self, source: Source) -> AsyncGenerator[bytes]:
        async with aclosing(self._connection.download(source.mxc, DOWNLOAD_LIMIT)) as stream:
            if source.keys is None:
                async for chunk in stream:
                    yield chunk
                return
            content = bytearray()
            async for chunk in stream:
                content += chunk
        yield await asyncio.to_thread(_clear, content, source.keys)


def _clear(content: bytearray, keys: Mapping[str, Any]) -> bytes:
    """What an encrypted content says. Raises `_Broken` when it was changed, or the keys are none."""
    try:
        clear = decrypt_attachment(content, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
    except (EncryptionError, ValueError, TypeError, KeyError, OverflowError):
        raise _Broken from None
    return bytes(clear)
