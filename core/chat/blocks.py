"""Rich text as data: spans with styles within styles, and the blocks that they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.codec import record
from core.chat.phrases import Text


@record
@dataclass(frozen=True, slots=True)
class Bold:
    """Strong text."""

    text: Words


@record
@dataclass(frozen=True, slots=True)
class Italic:
    """Emphasised text."""

    text: Words


@record
@dataclass(frozen=True, slots=True)
class Underline:
    """Underlined text."""

    text: Words


@record
@dataclass(frozen=True, slots=True)
class Strike:
    """Text that no longer holds."""

    text: Words


@record
@dataclass(frozen=True, slots=True)
class Spoiler:
    """Text that is hidden until its reader wants to see it."""

    text: Words


@record
@dataclass(frozen=True, slots=True)
class Code:
    """A short literal, such as a command or a one-time code."""

    text: str


@record
@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to an address; see `core.chat.addresses` for those that a messenger does not open."""

    text: Words
    url: str


@record
@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number (E.164), in a form that the messenger makes dialable; `shown` is for reading."""

    number: str
    shown: str


@record
@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture of a messenger's own in a line of text; elsewhere the characters of `text` stand for it.

    `id` is the messenger's: a number in Telegram, an `mxc:` address in Matrix.
    """

    text: str
    id: str


Span = Text | Bold | Italic | Underline | Strike | Spoiler | Code | Link | Phone | Emoji
Line = tuple[Span, ...]
Words = Text | Line
"""What stands in a style: a text, or spans that have styles of their own besides."""


@record
@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a screen or of a part of it."""

    text: Text


@record
@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that belongs together; a line break inside a text is kept."""

    line: Line


@record
@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, numbered from 1 or not."""

    items: tuple[Line, ...]
    numbered: bool = False


@record
@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values, such as a person's card."""

    rows: tuple[tuple[Text, Line], ...]


@record
@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words; `folded` shows only their beginning until the reader wants more."""

    line: Line
    folded: bool = False


@record
@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text whose spaces and line breaks carry meaning; `language` is the programming language of code, where known."""

    text: str
    language: str = ""


@record
@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; messengers without tables show each row as an item of a list."""

    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


Block = Heading | Paragraph | Bullets | Facts | Quote | Preformatted | Table
