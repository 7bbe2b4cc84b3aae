"""Files on their way to the homeserver: uploaded once, encrypted where they must be, and pictures made small."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path

import pytest
from nio.crypto.attachments import decrypt_attachment
from PIL import Image

from adapters.matrix.connection import Refusal
from adapters.matrix.media import Media
from adapters.matrix.thumbnails import picture
from core.chat.files import Attachment, Draft, TooLarge
from core.chat.files import Media as Kind
from tests.unit.matrix.scripted import Scripted, scripted


class Folder:
    """Files in a folder, as the bot keeps them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def save(self, chunks: AsyncIterable[bytes], limit: int) -> tuple[str, int]:
        content = b"".join([chunk async for chunk in chunks])
        if len(content) > limit:
            raise TooLarge
        return self.keep(content), len(content)

    def path(self, content: str) -> Path:
        return self._folder / content

    def keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.path(digest).write_bytes(content)
        return digest


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as script:
        yield script


@pytest.fixture
async def media(server: Scripted, files: Folder) -> AsyncIterator[Media]:
    connection = server.connection()
    yield Media(connection, files)
    await connection.close()


def drawing(width: int, height: int, form: str = "PNG", turned: bool = False) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    Image.effect_noise((width, height), 60).quantize(4).convert("RGB").save(out, form, exif=exif)
    return out.getvalue()


def photo(files: Folder, content: bytes, mime: str = "image/png") -> Attachment:
    return Attachment(media=Kind.PHOTO, name="p", mime=mime, size=len(content), content=files.keep(content))


async def test_a_file_goes_up_once_for_everybody(media: Media, files: Folder, server: Scripted) -> None:
    file = Attachment(media=Kind.DOCUMENT, name="a.txt", mime="text/plain", size=2, content=files.keep(b"hi"))
    both = await asyncio.gather(media.upload(file, False), media.upload(file, False))
    again = await media.upload(file, False)
    assert [*both] == [again, again]
    assert [(asked.body, asked.mime) for asked in server.all("upload")] == [(b"hi", "text/plain")]
    assert (again.file.size, again.file.mime, again.file.keys, again.thumbnail) == (2, "text/plain", None, None)


async def test_an_upload_that_failed_is_tried_again(media: Media, server: Scripted) -> None:
    draft = Draft("long.txt", "text/plain", b"long")
    server.refuse("upload", 502)
    with pytest.raises(Exception, match="502"):
        await media.upload(draft, False)
    assert (await media.upload(draft, False)).file.mxc.startswith("mxc://")


async def test_an_encrypted_file_is_unreadable_to_the_server(media: Media, server: Scripted) -> None:
    draft = Draft("long.txt", "text/plain", b"a secret" * 100)
    clear, secret = await media.upload(draft, False), await media.upload(draft, True)
    sent = server.all("upload")[1]
    assert sent.mime == "application/octet-stream"
    assert b"secret" not in sent.body
    keys = secret.file.keys
    assert keys is not None
    assert decrypt_attachment(sent.body, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"]) == draft.content
    assert (secret.file.size, secret.file.mime) == (800, "text/plain")
    assert clear.file.mxc != secret.file.mxc


async def test_a_large_picture_gets_a_small_copy(media: Media, files: Folder, server: Scripted) -> None:
    stored = await media.upload(photo(files, drawing(1600, 800)), False)
    assert stored.thumbnail is not None
    assert (stored.file.width, stored.file.height) == (1600, 800)
    assert (stored.thumbnail.width, stored.thumbnail.height, stored.thumbnail.mime) == (800, 400, "image/jpeg")
    small = Image.open(io.BytesIO(server.all("upload")[0].body))
    assert small.size == (800, 400)


async def test_a_small_picture_gets_none(media: Media, files: Folder) -> None:
    stored = await media.upload(photo(files, drawing(80, 60)), False)
    assert (stored.thumbnail, stored.file.width, stored.file.height) == (None, 80, 60)


async def test_a_picture_that_is_none_is_a_file(media: Media, files: Folder) -> None:
    stored = await media.upload(photo(files, b"\x89PNG broken"), False)
    assert (stored.thumbnail, stored.file.mime) == (None, "application/octet-stream")


async def test_what_is_missing_or_too_large_is_not_sent(media: Media, files: Folder, server: Scripted) -> None:
    server.known["/_matrix/client/v1/media/config"] = {"m.upload.size": 3}
    lost = Attachment(media=Kind.DOCUMENT, name="a", mime="text/plain", size=2, content="0" * 64)
    with pytest.raises(FileNotFoundError):
        await media.upload(lost, False)
    with pytest.raises(Refusal, match="413"):
        await media.upload(Draft("a", "text/plain", b"four"), False)
    large = Attachment(media=Kind.DOCUMENT, name="a", mime="text/plain", size=2, content=files.keep(b"four"))
    with pytest.raises(Refusal, match="413"):
        await media.upload(large, False)
    assert server.all("upload") == []


async def test_a_type_that_is_none_breaks_no_request(media: Media, server: Scripted) -> None:
    await media.upload(Draft("a", "text/plain\r\nX-Evil: 1", b"a"), False)
    assert server.all("upload")[0].mime == "application/octet-stream"


def test_a_turned_photo_is_shown_upright() -> None:
    seen = picture(drawing(1600, 800, form="JPEG", turned=True))
    assert seen is not None
    assert seen.small is not None
    assert (seen.width, seen.height, seen.mime) == (800, 1600, "image/jpeg")
    assert (seen.small.width, seen.small.height) == (300, 600)
    assert Image.open(io.BytesIO(seen.small.content)).getexif().get(0x0112) is None


def test_a_transparent_picture_stays_so() -> None:
    out = io.BytesIO()
    image = Image.effect_noise((1600, 800), 90).convert("RGBA")
    image.putalpha(Image.effect_noise((1600, 800), 90))
    image.save(out, "PNG")
    seen = picture(out.getvalue())
    assert seen is not None
    assert seen.small is not None
    assert seen.small.mime == "image/png"
    assert Image.open(io.BytesIO(seen.small.content)).mode == "RGBA"


def test_a_picture_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    seen = picture(out.getvalue())
    assert seen is not None
    assert (seen.width, seen.small) == (9000, None)
    out = io.BytesIO()
    Image.new("1", (20000, 20000)).save(out, "PNG")
    assert picture(out.getvalue()) is None


def test_half_a_picture_has_no_small_copy() -> None:
    whole = drawing(1600, 800)
    seen = picture(whole[: len(whole) // 2])
    assert seen is not None
    assert seen.small is None
