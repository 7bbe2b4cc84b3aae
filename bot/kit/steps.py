"""The kinds of questions that forms are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.talk.questions import Answers, Option, Question, Step, Taken, Value, Wrong
from bot.talk.request import Request
from core.alike import as_read
from core.chat.addresses import written
from core.chat.blocks import Block, Bold, Paragraph, Quote
from core.chat.events import Attached, Event, Said
from core.chat.files import Attachment, Loss
from core.chat.layout import plain
from core.chat.phrases import Listing, Phrase, Text, phrase, plural
from core.chat.screens import Screen

Needed = Callable[[Answers], bool]
Options = Callable[[Request, Answers], Sequence[tuple[str, Text]]]
CAPTION_LIMIT = 4096
"""Characters of the caption of one file."""
_IN_LIST = 60

Summary = Callable[[Request, Answers], Sequence[Block]]


def always(answers: Answers) -> bool:
    """Asked whatever was answered before."""
    return True


class Asked(Step):
    """A step with a fixed question, asked only where `needed`."""

    def __init__(self, name: str, ask: Phrase, *, optional: bool = False, needed: Needed = always) -> None:
        super().__init__(name, optional=optional)
        self.ask, self._needed = ask, needed

    def needed(self, answers: Answers) -> bool:
        return self._needed(answers)

    def asked(self, *more: Block) -> Screen:
        """The question with what belongs to it."""
        return Screen(blocks=(Paragraph((Bold(self.ask),)), *more))


class TextStep(Asked):
    """A text of 1 to `limit` characters, in one line or many; without formatting, with addresses behind their words."""

    takes_text = True

    def __init__(self, name: str, ask: Phrase, *, limit: int, optional: bool = False, needed: Needed = always) -> None:
        super().__init__(name, ask, optional=optional, needed=needed)
        self._limit = limit

    def question(self, request: Request, answers: Answers) -> Question:
        return Question(self.asked())

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        text = readable(written(event.rich) or event.text)
        if not text:
            return Wrong(phrase("This is empty. Please write some text."))
        if len(text) > self._limit:
            return Wrong(too_long(self._limit, len(text)))
        return self.accept(request, answers, text, event)

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        """A further check, or another value made of the text."""
        return Value(text)


class LineStep(TextStep):
    """A text in one line. What was written before is shown and can be left as it is."""

    def question(self, request: Request, answers: Answers) -> Question:
        written = answers.get(self.name, str)
        if not written:
            return super().question(request, answers)
        without = ((Option(phrase("🗑 Remove"), "none"),),) if self.optional else ()
        return Question(self.asked(Quote((written,))), without, done=phrase("Leave as it is"))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(None) if self.optional else super().pick(request, answers, value)

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        return Value(" ".join(text.split()))


class ChoiceStep(Asked):
    """One of several options, each a value (at most 24 bytes) with its label."""

    def __init__(
        self,
        name: str,
        ask: Phrase,
        options: Options,
        *,
        in_row: int = 1,
        optional: bool = False,
        needed: Needed = always,
    ) -> None:
        super().__init__(name, ask, optional=optional, needed=needed)
        self._options, self._in_row = options, in_row

    def question(self, request: Request, answers: Answers) -> Question:
        options = [Option(label, value) for value, label in self._options(request, answers)]
        return Question(self.asked(), in_rows(options, self._in_row))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        if value in {known for known, _ in self._options(request, answers)}:
            return Value(value)
        return Wrong(phrase("This option is not available any more. Please choose another."))

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        taken = answers.get(self.name, str)
        offered = dict(self._options(request, answers))
        labels = [offered[value] for value in (taken, *answers.all(self.name, str)) if value in offered]
        return phrase("{names}", names=Listing(tuple(labels))) if len(labels) > 1 else next(iter(labels), None)

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if isinstance(event, Said):
            language = request.house.languages(request.language)
            said = as_read(event.text)
            for value, label in self._options(request, answers):
                if as_read(language.say(label)) == said:
                    return Value(value)
        return super().take(request, answers, event)


class SeveralStep(ChoiceStep):
    """Any number of options, at least one unless `optional`: its value is a tuple of values."""

    def question(self, request: Request, answers: Answers) -> Question:
        chosen = answers.all(self.name, str)
        options = [
            Option(phrase("{mark} {label}", mark="✅" if value in chosen else "▫️", label=label), value)
            for value, label in self._options(request, answers)
        ]
        done = phrase("Done") if chosen or self.optional else None
        return Question(self.asked(), in_rows(options, self._in_row), done)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        taken = super().pick(request, answers, value)
        if isinstance(taken, Wrong):
            return taken
        chosen = answers.all(self.name, str)
        kept = tuple(item for item in chosen if item != value)
        return Value(kept if value in chosen else (*kept, value), stay=True)

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        taken = super().take(request, answers, event)
        return self.pick(request, answers, str(taken.value)) if isinstance(taken, Value) else taken


class FilesStep(Asked):
    """Up to `limit` pictures or files, one message after the other: its value is a tuple of attachments.

    Each has its caption. Those that are there can be removed.
    """

    takes_files = True
    gathers = True

    def __init__(self, name: str, ask: Phrase, *, limit: int = 10, needed: Needed = always) -> None:
        super().__init__(name, ask, optional=True, needed=needed)
        self._limit = limit

    def question(self, request: Request, answers: Answers) -> Question:
        files = answers.all(self.name, Attachment)
        if not files:
            return Question(self.asked())
        count = plural("{n} file attached.", "{n} files attached.", n=len(files))
        names = tuple(Paragraph((f"📎 {_named(file)}",)) for file in files)
        remove = Option(phrase("🗑 Remove all"), "none")
        return Question(self.asked(*names, Paragraph((count,))), ((remove,),), done=phrase("Done"))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value((), stay=True)

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Attached):
            return Wrong(phrase("Please send a picture or a file, or choose below."))
        reason = loss(event.attachment)
        if reason is not None:
            return Wrong(reason)
        files = answers.all(self.name, Attachment)
        if len(files) >= self._limit:
            return Wrong(
                plural("At most {n} file can be attached.", "At most {n} files can be attached.", n=self._limit)
            )
        caption = event.rich or paragraphs(readable(event.caption))
        return _checked(caption) or Value((*files, replace(event.attachment, caption=caption)), stay=True)

    def correct(self, request: Request, answers: Answers, event: Said, content: str) -> Taken | None:
        files = answers.all(self.name, Attachment)
        if content not in {file.content for file in files}:
            return None
        caption = event.rich or paragraphs(readable(event.text))
        changed = (replace(file, caption=caption) if file.content == content else file for file in files)
        return _checked(caption) or Value(tuple(changed), stay=True)


class ConfirmStep(Step):
    """What is about to be done, in `summary`, with one button that does it. Its value is True."""

    def __init__(self, name: str, summary: Summary, go: Phrase) -> None:
        super().__init__(name)
        self._summary, self._go = summary, go

    def question(self, request: Request, answers: Answers) -> Question:
        shown = Screen(blocks=tuple(self._summary(request, answers)), binding=True)
        return Question(shown, ((Option(self._go, "go"),),))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(True)


def _checked(caption: tuple[Block, ...]) -> Wrong | None:
    length = len(plain(caption))
    return Wrong(too_long(CAPTION_LIMIT, length)) if length > CAPTION_LIMIT else None


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


def too_long(limit: int, length: int) -> Phrase:
    """Why a text of `length` characters does not do where `limit` are allowed."""
    return plural(
        "This is too long: at most {n} character is allowed, and you sent {length}.",
        "This is too long: at most {n} characters are allowed, and you sent {length}.",
        n=limit,
        length=length,
    )


def paragraphs(text: str) -> tuple[Block, ...]:
    """A text without formatting as blocks."""
    return tuple(Paragraph((part,)) for part in text.split("\n\n") if part.strip())


def in_rows(options: Sequence[Option], width: int) -> tuple[tuple[Option, ...], ...]:
    """Options in rows of `width`."""
    return tuple(tuple(options[start : start + width]) for start in range(0, len(options), width))


def readable(text: str) -> str:
    """A person's text without control characters and outer spaces; line breaks and emoji stay."""
    kept = (char for char in text.replace("\r\n", "\n") if char in "\n\t" or (ord(char) >= 32 and ord(char) != 127))
    return "".join(kept).strip()
