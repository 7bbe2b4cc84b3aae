"""What a form is made of: its steps, the questions that they ask and the answers that they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from bot.talk.request import Reply, Request
from core.access import Right
from core.chat.events import Event, Said
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Screen


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that a step offers as a button."""

    label: str | Phrase
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a step shows: its screen and the answers it offers. `done` adds a button that ends the step as it is.

    `before` is shown above the question, such as a preview.
    """

    screen: Screen
    options: tuple[tuple[Option, ...], ...] = ()
    done: Phrase | None = None
    before: Screen | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """An accepted answer; with `stay` the step asks on, with `waits` only when nothing more has come for a moment.

    `refused` says why what has just come is no part of it; the step itself shows it when it asks on.
    """

    value: object
    stay: bool = False
    waits: bool = False
    refused: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that does not do, and what would."""

    reason: Phrase


Taken = Value | Wrong
V = TypeVar("V")


class Answers:
    """What was answered so far, by the names of the steps and of what a form was opened with; read by its type.

    An answer that was skipped, or is of another type, is not there. A number may be kept as digits.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        """Whether it was asked, also when it was skipped."""
        return name in self._values

    def value(self, name: str) -> object:
        """An answer of whatever type; None for none."""
        return self._values.get(name)

    def get(self, name: str, kind: type[V]) -> V | None:
        """An answer, where there is one."""
        value = self._values.get(name)
        if kind is int and isinstance(value, str) and value.isdecimal():
            value = int(value)
        return value if isinstance(value, kind) else None

    def the(self, name: str, kind: type[V]) -> V:
        """An answer that is there: LookupError when it is not, which is a fault of the form."""
        value = self.get(name, kind)
        if value is None:
            raise LookupError(f"the form has no {kind.__name__} as its {name}")
        return value

    def all(self, name: str, kind: type[V]) -> tuple[V, ...]:
        """The parts of an answer that has several; empty for none."""
        parts = self._values.get(name)
        return tuple(part for part in parts if isinstance(part, kind)) if isinstance(parts, tuple) else ()

    def replaced(self, name: str, value: object) -> Answers:
        """The same with another answer in one place."""
        return Answers({**self._values, name: value})


class Step:
    """One question of a form. `optional` steps can be skipped; a skipped answer is None.

    `takes_text`: the answer is a text, also that of a caption, whose file goes to the step that `takes_files`. One that
    `gathers` has an answer out of several messages.
    """

    takes_text: ClassVar[bool] = False
    takes_files: ClassVar[bool] = False
    gathers: ClassVar[bool] = False

    def __init__(self, name: str, *, optional: bool = False) -> None:
        self.name, self.optional = name, optional

    def needed(self, answers: Answers) -> bool:
        """Whether this step is asked at all, given the answers before it."""
        return True

    def question(self, request: Request, answers: Answers) -> Question:
        """What to ask."""
        raise NotImplementedError

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        """The answer in a message."""
        return Wrong(phrase("Please choose one of the options."))

    def correct(self, request: Request, answers: Answers, event: Said, content: str) -> Taken | None:
        """The answer when a message of it has been edited, which brought the file with this content; None when the
        message is no part of it any more."""
        return self.take(request, answers, event)

    def begun(self, answers: Answers) -> bool:
        """Whether its answer is only understood, not yet taken. Back, and a message that is no answer, undo that first:
        what was understood before must not stay to be confirmed."""
        return False

    def done(self, request: Request, answers: Answers) -> Taken:
        """The answer when the step is ended as it is."""
        return Value(answers.value(self.name))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        """The answer in a button."""
        return Wrong(phrase("Please choose one of the options."))

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        """The answer as later questions recall it; None for one that can be read in the chat."""
        return None


class Form:
    """A conversation. Subclasses declare `code`, `title`, `right`, `steps`, and what to do at the end.

    One that is `corrected` stays open when its end is refused, with the reason, for whoever has written much in it.
    """

    code: ClassVar[str]
    title: ClassVar[Phrase]
    right: ClassVar[Right]
    steps: ClassVar[tuple[Step, ...]]
    corrected: ClassVar[bool] = False

    def finish(self, request: Request, answers: Answers) -> Reply:
        """Carries out what was asked for; the draft is gone afterwards. May raise `Refused`."""
        raise NotImplementedError

    def path(self, answers: Answers) -> list[Step]:
        """The steps that are asked with these answers."""
        return [step for step in self.steps if step.needed(answers)]
