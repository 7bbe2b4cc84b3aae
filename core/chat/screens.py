"""What a person is shown, as data: blocks of rich text, rows of buttons, attachments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from core.chat.actions import Action
from core.chat.blocks import Block, Heading, Paragraph, Span
from core.chat.codec import record
from core.chat.files import Attachment, Draft
from core.chat.phrases import Language, Phrase, Text


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
    `answered`: what it asks was answered by another message, so nothing of it can be pressed any more. `binding`: its
    options are taken at their word, so it must not stand open once that has happened, whatever an edit costs. `shows`
    names the thing that it shows, such as "news:12", for `core.delivery.Reshow`.
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
    binding: bool = False
    shows: str = ""

    def bearing(self, mark: str) -> Screen:
        """As the recipient sees it whose copy bears this mark; empty for none."""
        for one in self.marked if mark else ():
            if one.mark == mark:
                return replace(self, blocks=(*self.blocks, *one.blocks), rows=one.rows)
        return self


def title_of(screen: Screen) -> Text | None:
    """What a screen says first, where that is a plain text."""
    match screen.blocks[:1]:
        case (Heading(text),):
            return text
        case (Paragraph((str() | Phrase() as text,)),):
            return text
    return None


def paragraph(*line: Span) -> Paragraph:
    """A paragraph of its spans."""
    return Paragraph(line)


def screen(title: Text | None, *blocks: Block | Text, rows: tuple[Row, ...] = ()) -> Screen:
    """The usual screen: a title, paragraphs (texts become paragraphs) and rows of buttons."""
    body = tuple(Paragraph((block,)) if isinstance(block, str | Phrase) else block for block in blocks)
    head = () if title is None else (Heading(title),)
    return Screen(blocks=(*head, *body), rows=rows)
