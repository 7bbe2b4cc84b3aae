"""What a receipt remembers of the messages that it names, and which of them can become which new ones; pure.

The note of a receipt is the room and a word for each message: a letter (text, menu that got reactions, file), the
beginning of the hash of what it shows, and a mark when it was edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.matrix.write import Outgoing, TextMessage
from core.chat.files import Attachment
from core.chat.messenger import Receipt

_DIGITS = 12
_TEXT = "t"
_MENU = "m"
_FILE = "f"
_EDITED = "~"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that was sent: its id, and its word in the note."""

    id: str
    word: str

    @property
    def is_text(self) -> bool:
        """Whether it can be edited."""
        return self.word.startswith((_TEXT, _MENU))

    @property
    def has_signs(self) -> bool:
        """Whether the bot may have put reactions under it."""
        return self.word.startswith(_MENU)

    def shows(self, message: Outgoing) -> bool:
        """Whether it shows this already."""
        same = self.word[1:].rstrip(_EDITED) == word(message)[1:]
        return same and self.is_text == isinstance(message, TextMessage)

    @property
    def was_edited(self) -> bool:
        """Whether it has edits, which its withdrawal leaves where they are."""
        return self.word.endswith(_EDITED)

    def turned(self, message: Outgoing) -> Shown:
        """The same message, which shows something else now."""
        changed = self.was_edited or not self.shows(message)
        return Shown(self.id, word(message) + (_EDITED if changed and self.is_text else ""))


def word(message: Outgoing) -> str:
    """How the note names a message."""
    if isinstance(message, TextMessage):
        return _TEXT + _digest(json.dumps(message.content, sort_keys=True).encode())
    file = message.file
    return _FILE + (file.content[:_DIGITS] if isinstance(file, Attachment) else _digest(file.content))


def receipt(room: str, shown: Sequence[Shown], version: str, signs: Sequence[str] = ()) -> Receipt:
    """The receipt of these messages, whose menu gets these reactions."""
    with_signs = menu(shown) if signs else None
    words = (_MENU + item.word[1:] if item.id == with_signs else item.word for item in shown)
    return Receipt(tuple(item.id for item in shown), " ".join([room, *words]), version)


def shown(receipt: Receipt) -> tuple[str, list[Shown]]:
    """The room that a receipt names, and its messages."""
    room, *words = receipt.note.rsplit(" ", len(receipt.ids))
    words = words if len(words) == len(receipt.ids) else [_TEXT] * len(receipt.ids)
    return room, [Shown(event, word) for event, word in zip(receipt.ids, words, strict=True)]


def menu(shown: Sequence[Shown]) -> str:
    """The message that carries the menu: the last text, or the last of all."""
    return next((item.id for item in reversed(shown) if item.is_text), shown[-1].id)


def partners(old: Sequence[Shown], new: Sequence[Outgoing]) -> list[Shown]:
    """For each of the first new messages the old one that becomes it, in order; the others have none.

    A text becomes any text. A file only stays what it is: clients show no edits of files.
    """
    found: list[Shown] = []
    position = 0
    for message in new:
        match = next((i for i in range(position, len(old)) if _becomes(old[i], message)), None)
        if match is None:
            break
        found.append(old[match])
        position = match + 1
    return found


def _becomes(old: Shown, new: Outgoing) -> bool:
    return old.is_text if isinstance(new, TextMessage) else old.shows(new)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
