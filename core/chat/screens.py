"""What a person is shown, as data: rich text as a small tree of blocks, rows of buttons, attachments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from core.chat.actions import Action
from core.chat.codec import record
from core.chat.files import Attachment, Draft
from core.chat.phrases import Language, Phrase, Text


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


@record
@dataclass(frozen=True, slots=True)
class Visit:
    """Opens a web address."""

    url: str


@record
@dataclass(frozen=True, slots=True)
class CopyText:
    """Puts a text (1 to 256 characters) on the clipboard."""

    text: str


@record
class Sign(Enum):
    """Where a button leads that leaves its screen: shown as a sign of its own where there are no buttons."""

    BACK = "↩️"
    EARLIER = "◀️"
    LATER = "▶️"
    CANCEL = "✖️"


@record
@dataclass(frozen=True, slots=True)
class Button:
    """A labelled verb. It is hidden from whoever lacks the right of its action. `sign` for ways back and pages."""

    label: Text
    does: Action | Visit | CopyText
    sign: Sign | None = None


Row = tuple[Button, ...]


class Made(Protocol):
    """A file as data: a record that makes it anew in each reader's language, such as a picture of figures."""

    def make(self, language: Language) -> Draft:
        """The file. It may take a second: it is called in a thread, once for all readers of a language."""


@record
@dataclass(frozen=True, slots=True)
class Marked:
    """How a recipient sees a message whose copy bears `mark`: with `blocks` at its end, and `rows` instead of its own.

    A mark is up to 24 letters and digits, such as "v2"; see `core.delivery.Mark`.
    """

    mark: str
    blocks: tuple[Block, ...] = ()
    rows: tuple[Row, ...] = ()


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """All that one answer shows.

    `contact` asks the person to share the own phone number, with this label on the button. `fresh` sends a new
    message even as the answer to a button, because it must be noticed or must stay. `quiet` asks for no sound.
    `place` is where in the chat it belongs; see `core.chat.events.Said`. `made` are files that come before the
    attachments. `marked` is how those see it who have answered; a mark that it does not name changes nothing.
    `answered`: what it asks was answered by another message, so its options cannot be pressed by a sign any more.
    """

    blocks: tuple[Block, ...]
    rows: tuple[Row, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    made: tuple[Made, ...] = ()
    contact: Text | None = None
    fresh: bool = False
    quiet: bool = False
    place: str = ""
    marked: tuple[Marked, ...] = ()
    answered: bool = False

    def bearing(self, mark: str) -> Screen:
        """As the recipient sees it whose copy bears this mark; empty for none."""
        for one in self.marked if mark else ():
            if one.mark == mark:
                return replace(self, blocks=(*self.blocks, *one.blocks), rows=one.rows)
        return self


def paragraph(*line: Span) -> Paragraph:
    """A paragraph of its spans."""
    return Paragraph(line)


def screen(title: Text | None, *blocks: Block | Text, rows: tuple[Row, ...] = ()) -> Screen:
    """The usual screen: a title, paragraphs (texts become paragraphs) and rows of buttons."""
    body = tuple(Paragraph((block,)) if isinstance(block, str | Phrase) else block for block in blocks)
    head = () if title is None else (Heading(title),)
    return Screen(blocks=(*head, *body), rows=rows)
