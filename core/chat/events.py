"""What happens in a messenger, in one vocabulary for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.chat.blocks import Block
from core.chat.codec import record
from core.chat.files import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that an account did in a chat.

    `id` is unique among the events that one bot account receives. `account` and `chat` are the messenger's own ids.
    `name` and `language` are what the messenger tells of the account.
    """

    messenger: str
    id: str
    at: datetime
    account: str
    chat: str
    private: bool = True
    name: str = ""
    language: str | None = None


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Event):
    """A text. `rich` is the same with its formatting, empty when there is none.

    `place` is where in the chat it was said, such as a thread, in the messenger's own words: an answer goes there.
    """

    text: str
    rich: tuple[Block, ...] = ()
    message: str = ""
    reply_to: str | None = None
    place: str = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Attached(Event):
    """One file with its caption; the files of an album are events of their own with the same `album`.

    `rich` is the caption with its formatting, as in `Said`.
    """

    attachment: Attachment
    caption: str = ""
    rich: tuple[Block, ...] = ()
    album: str | None = None
    message: str = ""
    place: str = ""
    reply_to: str | None = None


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Wordless(Event):
    """A message that is neither a text nor a file: a sticker, a place on the map, a poll."""

    message: str = ""
    reply_to: str | None = None
    place: str = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Event):
    """A button of `message`, with the data that it carried. `press` answers it while it is fresh.

    `place` as in `Said`.
    """

    data: str
    message: str
    press: str = ""
    place: str = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Event):
    """An option of the menu `message`, chosen by the sign that stands for it where there are no buttons.

    `version` names what of the message the person saw, as its receipt did; empty when the messenger cannot tell.
    `press` answers it, as for `Pressed`.
    """

    sign: str
    message: str
    version: str = ""
    press: str = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact(Event):
    """A telephone number; `own` only when the messenger vouches that it is the sender's."""

    phone: str
    own: bool


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Event):
    """The sender changed the text of an earlier message, or the caption of its file; `rich` as in `Said`."""

    message: str
    text: str
    rich: tuple[Block, ...] = ()


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Event):
    """A message was removed."""

    message: str


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Event):
    """The account has seen everything up to and including `message`."""

    message: str


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(Event):
    """A message that came encrypted, without the key to read it; or `unknown`, of a kind that nobody here knows."""

    message: str
    unknown: bool = False


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted(Event):
    """The account wants to make sure, by `message`, that it talks to the bot and to nobody else."""

    message: str


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """The account can be written to again, or entered the chat."""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """The account blocked the bot or left the chat; `reason` in the messenger's words."""

    reason: str = ""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """The chat has a new id."""

    to: str
