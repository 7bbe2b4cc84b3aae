"""The kinds of questions that forms are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.talk.questions import Answers, Option, Question, Step, Taken, Value, Wrong
from bot.talk.request import Request
from core.alike import as_read
from core.chat.addresses import written
from core.chat.blocks import Block, Bold, Paragraph, Quote
from core.chat.events import Event, Said
from core.chat.phrases import Listing, Phrase, Text, phrase, plural
from core.chat.screens import Screen

Needed = Callable[[Answers], bool]
Options = Callable[[Request, Answers], Sequence[tuple[str, Text]]]

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
