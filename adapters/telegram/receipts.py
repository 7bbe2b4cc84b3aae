"""What a receipt remembers of the messages that it names, and which of them can be edited into which new ones; pure.

The note of a receipt has a word for each message: `t` for a text, `k` for one with a keyboard that asks for the
number (it cannot be edited), and for files a letter with the beginning of the digest, those of an album joined by `+`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from adapters.telegram.write import AlbumMessage, File, FileMessage, Outgoing, TextMessage
from core.chat.files import Media
from core.chat.messenger import Receipt

_LETTERS = {Media.PHOTO: "p", Media.VIDEO: "v", Media.DOCUMENT: "d", Media.AUDIO: "a", Media.VOICE: "o"}
_KINDS = {"p": "visual", "v": "visual", "d": "document", "a": "audio"}
_DIGITS = 12
TEXT = "t"
ASKING = "k"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message (or an album) that was sent: its ids and its word in the note."""

    ids: tuple[int, ...]
    word: str

    @property
    def words(self) -> list[str]:
        """The word of each id."""
        return self.word.split("+")

    @property
    def has_caption(self) -> bool:
        """Whether it is a single file."""
        return len(self.ids) == 1 and self.word not in (TEXT, ASKING)


def word(message: Outgoing) -> str:
    """How the note names a message."""
    if isinstance(message, AlbumMessage):
        return "+".join(file_word(file) for file in message.files)
    if message.keyboard is not None and message.keyboard.asks:
        return ASKING
    return TEXT if isinstance(message, TextMessage) else file_word(message.file)


def file_word(file: File) -> str:
    """How the note names a file, with its caption in an album."""
    caption = f"~{crc32(file.caption.encode()):x}" if file.caption else ""
    return _LETTERS[file.media] + file.digest[:_DIGITS] + caption


def receipt(shown: Sequence[Shown]) -> Receipt:
    """The receipt of these messages."""
    ids = tuple(str(number) for item in shown for number in item.ids)
    return Receipt(ids, " ".join(item.word for item in shown))


def shown(receipt: Receipt) -> list[Shown]:
    """What a receipt names; without a note of ours its messages are taken for texts."""
    ids = [int(number) for number in receipt.ids if number.isdecimal()]
    words = receipt.note.split()
    if sum(len(item.split("+")) for item in words) != len(ids):
        return [Shown((number,), TEXT) for number in ids]
    found = []
    for item in words:
        size = len(item.split("+"))
        found.append(Shown(tuple(ids[:size]), item))
        del ids[:size]
    return found


def pairs(old: Sequence[Shown], new: Sequence[Outgoing]) -> list[Shown | None]:
    """For each new message the old one that is edited into it; after the first None all are None.

    Old ones keep their order, and one without a partner is to be removed.
    """
    found: list[Shown | None] = []
    position = 0
    for message in new:
        match = next((i for i in range(position, len(old)) if _becomes(old[i], message)), None)
        if match is None:
            break
        found.append(old[match])
        position = match + 1
    return found + [None] * (len(new) - len(found))


def _becomes(old: Shown, new: Outgoing) -> bool:
    if ASKING in (old.word, word(new)):
        return False
    match new:
        case TextMessage():
            return old.word == TEXT
        case FileMessage(file):
            return old.has_caption and (old.word == file_word(file) or (old.word[0] in _KINDS and _movable(file)))
        case AlbumMessage(files):
            if len(files) != len(old.ids) or old.word in (TEXT, ASKING):
                return False
            letters = [_LETTERS[file.media] for file in files]
            return all(_KINDS.get(a[0]) == _KINDS.get(b) for a, b in zip(old.words, letters, strict=True))


def _movable(file: File) -> bool:
    """Whether a message's file can be replaced by this one: not by a voice message."""
    return file.media is not Media.VOICE
