"""What a messenger is asked to show: a screen in one language, within one messenger's limits."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.blocks import Block
from core.chat.codec import record
from core.chat.files import Attachment, Draft
from core.chat.screens import CopyText, Visit


@dataclass(frozen=True, slots=True)
class Press:
    """A button that comes back with this data."""

    data: str


@dataclass(frozen=True, slots=True)
class Key:
    """A button in the reader's language. `grave`: pressing it cannot be undone, which its colour may say."""

    label: str
    does: Press | Visit | CopyText
    grave: bool = False


@record
@dataclass(frozen=True, slots=True)
class Choice:
    """An option that can be chosen by its number or label where there are no buttons, or by its sign if it has one.

    `number` is the one that it is shown by, None for what has none, 0 in menus of earlier versions, where it is the
    place. Not `offered`: it was, and its number and sign still mean it and nothing else; see `core.chat.bindings`.
    """

    label: str
    data: str
    sign: str = ""
    number: int | None = 0
    offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message: text (its blocks hold plain strings, no phrases), or attachments with the text as a caption."""

    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment | Draft, ...] = ()
    rows: tuple[tuple[Key, ...], ...] = ()
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The messages that one screen becomes, in order; one of them carries the keys. `choices` only without buttons;
    `retired` are those that the message offered before, and `hinted` when it says how to choose.

    `place` is where in the chat it belongs; see `core.chat.events.Said`. `asked`: it answers what its reader has just
    done, and rings nowhere else. `urgent`: it is an alert.
    """

    parts: tuple[Part, ...]
    choices: tuple[Choice, ...] = ()
    retired: tuple[Choice, ...] = ()
    hinted: bool = False
    quiet: bool = False
    place: str = ""
    asked: bool = False
    urgent: bool = False
