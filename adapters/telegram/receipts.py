"""What a receipt remembers of the messages that it names: what each is, and what it shows; pure.

The note of a receipt has a word for each message: `t` for a text, `k` for one with a keyboard that asks for the number
(it cannot be edited), and for a file a letter with the beginning of its digest; then `=` and a mark of the text and the
buttons, so that nothing is edited that shows already what it is to show. `*` stands before the files of an album. In
notes of earlier versions these are joined by `+`, and there is no mark, or `~` and one of the caption. `@` and the hour
of the oldest message stands before all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

from adapters.telegram.methods import text_fields
from adapters.telegram.write import AlbumMessage, File, FileMessage, Outgoing, TextMessage
from core.chat.files import Media
from core.chat.messenger import Receipt

_LETTERS = {Media.PHOTO: "p", Media.VIDEO: "v", Media.DOCUMENT: "d", Media.AUDIO: "a", Media.VOICE: "o"}
_KINDS = {"p": "visual", "v": "visual", "d": "document", "a": "audio"}
_DIGITS = 12
_MEMBER = "*"
_SINCE = "@"
_MARK = re.compile("[=~]")
TEXT = "t"
ASKING = "k"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message (or an album) that was sent: its ids, and the words of the note, joined by `+`."""

    ids: tuple[int, ...]
    word: str


@dataclass(frozen=True, slots=True)
class One:
    """One message in the chat. `member`: of an album."""

    id: int
    word: str
    member: bool = False

    @property
    def bare(self) -> str:
        """What it is, without the mark of its text."""
        return _MARK.split(self.word)[0]

    @property
    def letter(self) -> str:
        """What kind of message it is."""
        return self.word[:1]

    @property
    def kind(self) -> str | None:
        """With which other files it can be in an album; None for a text and for a voice message."""
        return _KINDS.get(self.letter)


def word(message: Outgoing) -> str:
    """How the note names a message."""
    match message:
        case AlbumMessage(files):
            return "+".join(word(FileMessage(file, file.caption)) for file in files)
        case TextMessage() | FileMessage() if message.keyboard is not None and message.keyboard.asks:
            return ASKING
        case TextMessage():
            return f"{TEXT}={crc32(text_fields(message)):x}"
        case FileMessage(file, caption, keyboard):
            shown = caption if keyboard is None else caption + json.dumps(keyboard.fields)
            return f"{_LETTERS[file.media]}{file.digest[:_DIGITS]}={crc32(shown.encode()):x}"


def kind_of(file: File) -> str | None:
    """With which other files a file can be in an album."""
    return _KINDS.get(_LETTERS[file.media])


def ones(shown: Shown) -> list[One]:
    """The messages of what was sent at once."""
    words = shown.word.split("+")
    return [One(number, word, len(words) > 1) for number, word in zip(shown.ids, words, strict=True)]


def receipt(messages: Iterable[One], since: datetime) -> Receipt:
    """The receipt of these messages, the oldest of which is from `since`."""
    found = list(messages)
    words = (f"{_MEMBER if one.member else ''}{one.word}" for one in found)
    return Receipt(tuple(str(one.id) for one in found), " ".join((f"{_SINCE}{_hour(since):x}", *words)))


def since(receipt: Receipt) -> datetime | None:
    """The hour in which the oldest message was sent; None where it is not known."""
    first = receipt.note.partition(" ")[0]
    try:
        return datetime.fromtimestamp(int(first[1:], 16) * 3600, UTC) if first.startswith(_SINCE) else None
    except (ValueError, OverflowError, OSError):
        return None


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600


def shown(receipt: Receipt) -> list[One]:
    """What a receipt names; without a note of ours its messages are taken for texts."""
    ids = [int(number) for number in receipt.ids if number.isdecimal()]
    words = [part for word in receipt.note.split() if not word.startswith(_SINCE) for part in _parts(word)]
    if len(words) != len(ids):
        return [One(number, TEXT) for number in ids]
    return [One(number, word, member) for number, (word, member) in zip(ids, words, strict=True)]


def _parts(word: str) -> Sequence[tuple[str, bool]]:
    parts = word.split("+")
    return [(part.removeprefix(_MEMBER), len(parts) > 1 or part.startswith(_MEMBER)) for part in parts]
