"""Which messages in a chat become which of a page: what is there already stays as it is; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.telegram.receipts import ASKING, TEXT, One, kind_of, word
from adapters.telegram.write import AlbumMessage, FileMessage, Outgoing, TextMessage
from core.chat.files import Media

Single = TextMessage | FileMessage


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the chat that becomes one of the page. Nothing has to be done when it shows that already."""

    old: One
    new: Single
    word: str

    @property
    def needed(self) -> bool:
        """Whether it has to be edited."""
        return self.old.word != self.word

    @property
    def same_file(self) -> bool:
        """Whether only the words and buttons of a file are others."""
        return self.old.bare == One(0, self.word).bare

    @property
    def after(self) -> One:
        """The message as it is then."""
        return One(self.old.id, self.word, self.old.member)


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the messages of a chat: `turns` in the order of the page, those that have no place any more, and
    what has to be sent."""

    turns: tuple[Turn, ...]
    gone: tuple[One, ...]
    rest: tuple[Outgoing, ...]


def changes(old: Sequence[One], new: Sequence[Outgoing], word: Callable[[Outgoing], str] = word) -> Changes:
    """Texts become texts in their order. A file stays where it is; another one takes the place of a file that is not
    wanted any more, where Telegram allows it. `word` names a message in the note."""
    singles = [single for message in new for single in _singles(message)]
    words = [word(single) for single in singles]
    free = list(old)
    partners: list[One | None] = [None] * len(singles)
    for fits in (_same, _becomes):
        for place, single in enumerate(singles):
            if partners[place] is None:
                found = next((one for one in free if fits(one, single, words[place])), None)
                if found is not None:
                    free.remove(found)
                    partners[place] = found
    pairs = zip(partners, singles, words, strict=True)
    turns = tuple(Turn(partner, single, word) for partner, single, word in pairs if partner is not None)
    return Changes(turns, tuple(free), tuple(_rest(new, partners)))


def _singles(message: Outgoing) -> list[Single]:
    if isinstance(message, AlbumMessage):
        return [FileMessage(file, file.caption) for file in message.files]
    return [message]


def _same(old: One, new: Single, word: str) -> bool:
    """Whether it is the very file, whatever stands below it."""
    return isinstance(new, FileMessage) and word != ASKING and old.bare == One(0, word).bare


def _becomes(old: One, new: Single, word: str) -> bool:
    """Whether Telegram can show the one in place of the other."""
    if ASKING in (old.letter, word):
        return False
    if isinstance(new, TextMessage):
        return old.letter == TEXT
    if old.kind is None or new.file.media is Media.VOICE:
        return False
    return not old.member or old.kind == kind_of(new.file)


def _rest(new: Sequence[Outgoing], partners: list[One | None]) -> list[Outgoing]:
    rest: list[Outgoing] = []
    place = 0
    for message in new:
        size = len(_singles(message))
        missing = [number for number in range(size) if partners[place + number] is None]
        place += size
        if len(missing) == size:
            rest.append(message)
        elif missing:
            assert isinstance(message, AlbumMessage)
            files = tuple(message.files[number] for number in missing)
            rest.append(AlbumMessage(files) if len(files) > 1 else FileMessage(files[0], files[0].caption))
    return rest
