"""What a messenger can do, as levels and limits; the core never asks for its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum

from core.chat.addresses import is_web


class Level(IntEnum):
    """How well something is supported."""

    NONE = 0
    PARTIAL = 1
    FULL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a bot account may send. Rates in messages a second, `chat` to one private chat, `group` to one group.

    `burst` messages may go at once to a chat. `in_flight` requests may be on their way, and some more for what is
    urgent; the connections of an adapter suffice for `at_once`.
    """

    overall: float = 30.0
    chat: float = 1.0
    burst: int = 3
    group: float = 20 / 60
    in_flight: int = 50

    @property
    def at_once(self) -> int:
        """How many requests can be on their way at the most."""
        return self.in_flight + spare(self.in_flight)


def spare(in_flight: int) -> int:
    """How many requests beyond these are left to what is urgent; none for a messenger that is asked one at a time."""
    return (in_flight + 7) // 8 if in_flight > 1 else 0


def never(chat: str) -> bool:
    """The answer for a messenger whose chats are all private, or are treated alike."""
    return False


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Levels and limits of one messenger.

    `buttons`: FULL under the message, NONE means numbered lines and typed answers. `edits`: FULL in place, PARTIAL
    in place but slow or with a trace, NONE never. `deletes` within `delete_within` (None: for ever). `toasts`: a
    short answer to a press that leaves no message. `measure` gives the size of a shown text in the unit of
    `text_limit` and `caption_limit`, `marks_limit` how many styled pieces a message can have; a text that needs
    more than `most_parts` messages becomes a file. `cut_at` is the size at which clients cut what a person writes
    into several messages, where they do. `tidies`: an edit costs so little that every question that was answered by
    another message loses its keys. Without buttons, `choice_keys` options of a menu can be pressed by a sign.
    `writes_first`: an account can be written to before it ever wrote, at its address. `group` tells from its id
    whether a chat has several people in it. `start_link` is what makes the bot's address a link that says {} to it,
    where there are such links. `opens` tells whether an address can be a link; any other is written behind its
    words.
    """

    buttons: Level
    edits: Level
    deletes: Level
    toasts: Level
    tables: Level = Level.NONE
    copying: Level = Level.NONE
    contact: Level = Level.NONE
    delete_within: timedelta | None = None
    measure: Callable[[str], int] = len
    text_limit: int = 4096
    caption_limit: int = 1024
    label_limit: int = 64
    button_limit: int = 100
    row_limit: int = 8
    album_limit: int = 10
    marks_limit: int | None = None
    most_parts: int = 5
    cut_at: int | None = None
    tidies: bool = False
    choice_keys: int = 0
    writes_first: bool = False
    file_limit: int = 50 * 2**20
    command_prefix: str = "/"
    start_link: str = ""
    group: Callable[[str], bool] = never
    opens: Callable[[str], bool] = is_web
    pace: Pace = field(default_factory=Pace)
