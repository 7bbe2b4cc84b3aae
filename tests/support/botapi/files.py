"""Uploaded files, their ids, and the refusals of files that are empty, foreign or of the wrong type."""

import base64
import binascii
from typing import Any

from tests.support.botapi.model import StoredFile
from tests.support.botapi.params import Params, Part
from tests.support.botapi.refusal import bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
_FOLDERS = {"photo": "photos", "document": "documents", "video": "videos", "audio": "music", "voice": "voice"}


class Files:
    """Everything the bot or people uploaded to one bot account."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._by_id: dict[str, StoredFile] = {}

    def add(self, kind: str, part: Part) -> StoredFile:
        number = len(self._by_id) + 1
        extension = part.name.rpartition(".")[2] if "." in part.name else "bin"
        stored = StoredFile(
            file_id=_file_id(kind, self._bot_id, number),
            unique_id=_encoded(f"u{number}"),
            kind=kind,
            content=part.content,
            name=part.name,
            mime=part.mime,
            path=f"{_FOLDERS.get(kind, 'files')}/file_{number}.{extension if extension.isalnum() else 'bin'}",
        )
        self._by_id[stored.file_id] = stored
        return stored

    def foreign_id(self, kind: str) -> str:
        """A file_id as another bot would have it."""
        return _file_id(kind, self._bot_id + 1, 1)

    def by_path(self, path: str) -> StoredFile | None:
        return next((stored for stored in self._by_id.values() if stored.path == path), None)

    def downloadable(self, file_id: str) -> StoredFile:
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("invalid file_id")
        if len(stored.content) > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return stored

    def take(self, params: Params, kind: str, value: Any, own_part: str = "") -> StoredFile:
        """The file a request means: an uploaded part, or the id of a known file of the same kind."""
        named = str(value or "")
        part = params.parts.get(own_part)
        if named.startswith("attach://"):
            part = params.parts.get(named.removeprefix("attach://"))
        if part:
            return self._uploaded(kind, part)
        if not named:
            raise bad_request(f"there is no {kind} in the request")
        if named.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        return self._known(kind, named)

    def _uploaded(self, kind: str, part: Part) -> StoredFile:
        if not part.content:
            raise bad_request("file must be non-empty")
        if kind == "photo":
            _check_photo(part.content)
        return self.add(kind, part)

    def _known(self, kind: str, file_id: str) -> StoredFile:
        stored = self._by_id.get(file_id)
        if stored is None:
            foreign = _decoded(file_id)
            if foreign is None:
                raise bad_request("wrong file identifier/HTTP URL specified")
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
        return stored


def photo_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels; a fixed size for what is no PNG."""
    if content.startswith(_IMAGES[0]) and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return 1280, 720


def _check_photo(content: bytes) -> None:
    if len(content) > PHOTO_LIMIT:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
        )
    if not content.startswith(_IMAGES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = photo_size(content)
    if not (width and height) or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _file_id(kind: str, bot_id: int, number: int) -> str:
    return _encoded(f"file:{kind}:{bot_id}:{number}".ljust(48, "."))


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(file_id: str) -> str | None:
    try:
        text = base64.urlsafe_b64decode(file_id + "=" * (-len(file_id) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return text if text.startswith("file:") else None
