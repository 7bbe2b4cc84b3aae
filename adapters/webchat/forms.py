"""The bodies of requests, read within limits of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from adapters.webchat.read import FILE_LIMIT, Malformed, attachment
from adapters.webchat.texts import TOO_MUCH
from core.chat.dangers import examine
from core.chat.files import Attachment, Files, Loss, NoSpace, TooLarge
from core.chat.phrases import phrase

FILES_AT_ONCE = 10
_FORM_LIMIT = 2 * 2**20
"""Bytes; 100,000 characters of four bytes each need 1.2 MB in a form."""
_UPLOAD_LIMIT = (FILES_AT_ONCE + 1) * FILE_LIMIT

Form = dict[str, str]


async def read_form(request: web.Request) -> Form:
    """The fields of a plain form. `Malformed` when it is too large or none."""
    _check_length(request, _FORM_LIMIT)
    body = await request.content.read()
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise Malformed(phrase("The form could not be read.")) from error


async def read_upload(
    request: web.Request, files: Files, admit: Callable[[Form], Awaitable[object]]
) -> tuple[Form, list[Attachment]]:
    """The fields and files of a form; the fields come first and `admit` sees them before a file is kept.

    A file that is too large, or that the disk has no room for, comes with its loss.
    """
    _check_length(request, _UPLOAD_LIMIT)
    if not request.content_type.startswith("multipart/"):
        raise Malformed(phrase("The form could not be read."))
    form: Form = {}
    kept: list[Attachment] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise Malformed(phrase("The form could not be read."))
            if part.filename is None:
                form[part.name] = await _field(part)
            elif part.filename:
                if not kept:
                    await admit(form)
                if len(kept) == FILES_AT_ONCE:
                    raise Malformed(phrase("At most 10 files at once."))
                kept.append(await _keep(part, files))
            else:
                await part.release()
    except ValueError as error:
        raise Malformed(phrase("The form could not be read.")) from error
    if not kept:
        raise Malformed(phrase("Choose a file first."))
    return form, kept


def _check_length(request: web.Request, limit: int) -> None:
    if request.content_length is None or request.content_length > limit:
        raise Malformed(TOO_MUCH)


async def _field(part: BodyPartReader) -> str:
    value = bytearray()
    while chunk := await part.read_chunk():
        value += chunk
        if len(value) > _FORM_LIMIT:
            raise Malformed(TOO_MUCH)
    return value.decode()


async def _keep(part: BodyPartReader, files: Files) -> Attachment:
    name, kind, size = part.filename or "", part.headers.get("Content-Type", ""), 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal size
        while chunk := await part.read_chunk(2**16):
            size += len(chunk)
            yield chunk

    try:
        content, size = await files.save(chunks(), FILE_LIMIT)
    except (TooLarge, NoSpace) as error:
        async for _ in chunks():  # the rest is read so that the browser reads our answer
            pass
        loss = Loss.TOO_LARGE if isinstance(error, TooLarge) else Loss.DISK_FULL
        return attachment(name, kind, size, "", loss)
    return await asyncio.to_thread(examine, files, attachment(name, kind, size, content))
