"""Uploads a file once: Telegram's id of it is remembered, so that a broadcast sends a reference to everybody."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, FSInputFile, Message

from adapters.telegram.methods import Source
from adapters.telegram.outcomes import says
from adapters.telegram.write import File
from core.chat.files import Files, Media

_REMEMBERED = 1000


class Uploads:
    """Gives the sources of files, and learns their ids from the messages that came of them."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._ids: OrderedDict[tuple[Media, str], str] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(
        self, files: Sequence[File], request: Callable[[Sequence[Source]], Awaitable[list[Message]]]
    ) -> list[Message]:
        """Sends with the ids that are known; when the server knows them no more, once again with the bytes.

        Raises FileNotFoundError when these are not kept here any more.
        """
        async with self._turn(files):
            try:
                sent = await request(self._sources(files))
            except TelegramBadRequest as error:
                if not says(error, "file") or not self._forget(files):
                    raise
                sent = await request(self._sources(files))
            self._learn(files, sent)
        return sent

    def knows(self, files: Sequence[File]) -> bool:
        """Whether none of these has to be uploaded."""
        return all(self._key(file) in self._ids for file in files)

    @asynccontextmanager
    async def _turn(self, files: Sequence[File]) -> AsyncIterator[None]:
        """Lets one request upload these files while those that want the same ones wait for the ids."""
        if self.knows(files):
            yield
            return
        name = "+".join(f"{file.media.value}{file.digest}" for file in files)
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        async with lock:
            yield

    def _sources(self, files: Sequence[File]) -> list[Source]:
        """An id or the bytes for each file."""
        return [self._ids.get(self._key(file)) or self._bytes(file) for file in files]

    def _learn(self, files: Sequence[File], messages: Sequence[Message]) -> None:
        """Remembers the ids; a file that Telegram shows as another kind than it was sent as has none of use."""
        for file, message in zip(files, messages, strict=False):
            sent = message.photo[-1] if file.media is Media.PHOTO and message.photo else None
            sent = sent or getattr(message, file.media.value) or None
            if sent is not None and not isinstance(sent, list):
                self._ids[self._key(file)] = sent.file_id
                self._ids.move_to_end(self._key(file))
        while len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)

    def _forget(self, files: Sequence[File]) -> bool:
        """Drops the ids of these files; whether there were any."""
        known = [self._ids.pop(self._key(file), None) for file in files]
        return any(known)

    def _key(self, file: File) -> tuple[Media, str]:
        return file.media, file.digest

    def _bytes(self, file: File) -> Source:
        if file.content is not None:
            return BufferedInputFile(file.content, file.name)
        path = self._files.path(file.digest)
        if not path.is_file():
            raise FileNotFoundError(file.digest)
        return FSInputFile(path, file.name)
