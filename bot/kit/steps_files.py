"""The question for pictures and files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.kit.steps import Asked, Needed, always, in_rows, paragraphs, readable, too_long
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.chat.blocks import Block, Paragraph
from core.chat.codec import record
from core.chat.events import Attached, Event, Said
from core.chat.files import Attachment, Loss
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Screen

CAPTION_LIMIT = 4096
"""Characters of the caption of one file."""
_IN_LIST = 60
_REASONS = 4
_KEY = 24


@record
@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a file that came with others is not among them."""

    reason: Phrase


class FilesStep(Asked):
    """Up to `limit` pictures or files, one message after the other: its value is a tuple of attachments.

    Each has its caption. They can be removed, one or all; what is not taken is named, and the rest kept.
    """

    takes_files = True
    gathers = True

    def __init__(self, name: str, ask: Phrase, *, limit: int = 10, needed: Needed = always) -> None:
        super().__init__(name, ask, optional=True, needed=needed)
        self._limit = limit

    def question(self, request: Request, answers: Answers) -> Question:
        files = answers.all(self.name, Attachment)
        refused = tuple(Paragraph(("⚠️ ", one.reason)) for one in answers.all(self.name, NotTaken))
        if not files:
            return Question(self._with(refused, self.asked()))
        count = plural("{n} file attached.", "{n} files attached.", n=len(files))
        names = tuple(Paragraph((f"📎 {_named(file)}",)) for file in files)
        each = [Option(phrase("🗑 {name}", name=file.name), _key(file)) for file in files] if len(files) > 1 else []
        remove = Option(phrase("🗑 Remove all") if each else phrase("🗑 Remove"), "none")
        shown = self._with(refused, self.asked(*names, Paragraph((count,))))
        return Question(shown, (*in_rows(each, 2), (remove,)), done=phrase("Done"))

    def _with(self, refused: tuple[Block, ...], asked: Screen) -> Screen:
        return replace(asked, blocks=(*refused, *asked.blocks))

    def done(self, request: Request, answers: Answers) -> Taken:
        return Value(answers.all(self.name, Attachment))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        files = answers.all(self.name, Attachment)
        gone = next((place for place, file in enumerate(files) if _key(file) == value), None)
        return Value(() if gone is None else (*files[:gone], *files[gone + 1 :]), stay=True)

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Attached):
            return Wrong(phrase("Please send a picture or a file, or choose below."))
        files = answers.all(self.name, Attachment)
        caption = event.rich or paragraphs(readable(event.caption))
        reason = loss(event.attachment)
        if reason is None and len(files) >= self._limit:
            reason = plural("At most {n} file can be attached.", "At most {n} files can be attached.", n=self._limit)
        if reason is None and (length := len(plain(caption))) > CAPTION_LIMIT:
            reason = too_long(CAPTION_LIMIT, length)
        if reason is None:
            return Value((*self._kept(answers), replace(event.attachment, caption=caption)), stay=True)
        before = tuple(one for one in self._kept(answers) if one != NotTaken(reason))
        return Value((*before, NotTaken(reason)), stay=True, refused=reason)

    def _kept(self, answers: Answers) -> tuple[Attachment | NotTaken, ...]:
        """The files, and why others that came with them were not taken: each must be read, whatever came after it."""
        refused = answers.all(self.name, NotTaken)
        return (*answers.all(self.name, Attachment), *refused[-_REASONS:])

    def correct(self, request: Request, answers: Answers, event: Said, content: str) -> Taken | None:
        files = answers.all(self.name, Attachment)
        if content not in {file.content for file in files}:
            return None
        caption = event.rich or paragraphs(readable(event.text))
        changed = (replace(file, caption=caption) if file.content == content else file for file in files)
        return _checked(caption) or Value(tuple(changed), stay=True)


def _checked(caption: tuple[Block, ...]) -> Wrong | None:
    length = len(plain(caption))
    return Wrong(too_long(CAPTION_LIMIT, length)) if length > CAPTION_LIMIT else None


def _key(file: Attachment) -> str:
    """By which a button means one of the files."""
    return file.content[:_KEY]


def _named(file: Attachment) -> str:
    """A file by its name and the beginning of its caption."""
    words = " ".join(plain(file.caption).split())
    shown = words if len(words) <= _IN_LIST else f"{words[: _IN_LIST - 1].rstrip()}…"
    return f"{file.name} — {shown}" if shown else file.name


def loss(attachment: Attachment) -> Phrase | None:
    """Why a file that somebody sent is not here, and what to do; None when it is."""
    match attachment.loss:
        case None:
            return None
        case Loss.TOO_LARGE:
            return phrase("The file {name} is too large: at most 20 MB can be received.", name=attachment.name)
        case Loss.DISK_FULL:
            return phrase(
                "The file {name} could not be kept: the disk is full. Please tell an admin.", name=attachment.name
            )
        case Loss.NOT_FETCHED:
            return phrase("The file {name} could not be received. Please send it again.", name=attachment.name)
        case Loss.EMPTY:
            return phrase("The file {name} is empty. Please check it and send it again.", name=attachment.name)
        case Loss.DANGEROUS:
            return phrase(
                "The file {name} was not taken: programs, scripts and documents with macros are passed on to nobody. "
                "A PDF or a picture will do.",
                name=attachment.name,
            )
