"""What a messenger is asked to show: a screen in one language, within one messenger's limits."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.codec import record
from core.chat.files import Attachment, Draft
from core.chat.screens import Block, CopyText, Visit


@dataclass(frozen=True, slots=True)
class Press:
    """A button that comes back with this data."""

    data: str


@dataclass(frozen=True, slots=True)
class Key:
    """A button in the reader's language."""

    label: str
    does: Press | Visit | CopyText


@record
@dataclass(frozen=True, slots=True)
class Choice:
    """An option that can be chosen by its number or label where there are no buttons, or by its sign if it has one."""

    label: str
    data: str
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message: text (its blocks hold plain strings, no phrases), or attachments with the text as a caption."""

    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment | Draft, ...] = ()
    rows: tuple[tuple[Key, ...], ...] = ()
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The messages that one screen becomes, in order; the last one carries the keys. `choices` only without buttons.

    `place` is where in the chat it belongs; see `core.chat.events.Said`. `asked`: it answers what its reader has just
    done, and rings nowhere else.
    """

    parts: tuple[Part, ...]
    choices: tuple[Choice, ...] = ()
    quiet: bool = False
    place: str = ""
    asked: bool = False
