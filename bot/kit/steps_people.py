"""The questions for a colleague and for a department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.kit.steps import Asked, Needed, always, in_rows, readable
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.alike import as_read
from core.chat.blocks import Paragraph
from core.chat.codec import record
from core.chat.events import Event, Said
from core.chat.phrases import Phrase, Text, phrase
from core.people.directory import Departments, FindPeople, access_person
from core.people.person import Department, Person

_NOBODY = phrase("I found nobody of this name. Please write it another way.")
_LONGEST_NAME = 100
_SUGGESTED = 8
_MOST_OPTIONS = 60


@record
@dataclass(frozen=True, slots=True)
class Sought:
    """What was written to find something; which of what was found is meant, is still open."""

    text: str


class LookUpStep(Asked):
    """Something that is written as one remembers it, and chosen among what is found. Its value is an id.

    `nothing` is the answer when nothing is found.
    """

    in_row = 1
    which = phrase("Which one? If it is none of these, write it another way.")

    def __init__(
        self, name: str, ask: Phrase, *, nothing: Phrase, optional: bool = False, needed: Needed = always
    ) -> None:
        super().__init__(name, ask, optional=optional, needed=needed)
        self._nothing = nothing

    def offered(self, request: Request) -> Sequence[tuple[int, Text]]:
        """What can be chosen before anything is written."""
        return ()

    def found(self, request: Request, text: str) -> Sequence[tuple[int, Text]]:
        """What a text may mean, the likeliest first."""
        raise NotImplementedError

    def checked(self, request: Request, key: int) -> bool:
        """Whether it may be chosen still; Refused is as good an answer as no."""
        raise NotImplementedError

    def named(self, request: Request, key: int) -> Text | None:
        """What it is called, to recall it."""
        raise NotImplementedError

    def question(self, request: Request, answers: Answers) -> Question:
        again = (Paragraph((self.which,)),) if answers.get(self.name, Sought) else ()
        options = [Option(label, str(key)) for key, label in self._options(request, answers)]
        return Question(self.asked(*again), in_rows(options, self.in_row))

    def begun(self, answers: Answers) -> bool:
        return answers.get(self.name, Sought) is not None

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        text = readable(event.text)[:_LONGEST_NAME]
        language = request.house.languages(request.language)
        for key, label in self._options(request, answers):
            if as_read(language.say(label)) == as_read(text):
                return Value(key)
        return Value(Sought(text), stay=True) if self.found(request, text) else Wrong(self._nothing)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        if value.isdecimal() and self.checked(request, int(value)):
            return Value(int(value))
        return Wrong(phrase("This option is not available any more. Please choose another."))

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        key = answers.get(self.name, int)
        return None if key is None else self.named(request, key)

    def _options(self, request: Request, answers: Answers) -> Sequence[tuple[int, Text]]:
        sought = answers.get(self.name, Sought)
        return self.offered(request) if sought is None else self.found(request, sought.text)


class PersonStep(LookUpStep):
    """A colleague, found as in the directory. Its value is the person's id."""

    which = phrase("Which one? If it is none of these, write the name another way.")

    def __init__(
        self,
        name: str,
        ask: Phrase,
        *,
        nothing: Phrase = _NOBODY,
        optional: bool = False,
        needed: Needed = always,
    ) -> None:
        super().__init__(name, ask, nothing=nothing, optional=optional, needed=needed)

    def found(self, request: Request, text: str) -> Sequence[tuple[int, Text]]:
        return [
            (one.person.id, phrase("{name} · {about}", name=one.person.full_name, about=one.department or "—"))
            for one in request.uow.ask(FindPeople(text, _SUGGESTED))
        ]

    def checked(self, request: Request, key: int) -> bool:
        return access_person(request.uow, request.me, key).id == key

    def named(self, request: Request, key: int) -> Text | None:
        person = request.uow.get(Person, key)
        return person.full_name if person is not None else None


class DepartmentStep(LookUpStep):
    """A department: one of the buttons, or by a part of its name where there are many. Its value is the id."""

    in_row = 2

    def __init__(self, name: str, ask: Phrase, *, optional: bool = False, needed: Needed = always) -> None:
        nothing = phrase("I know no department of this name. Please write it another way.")
        super().__init__(name, ask, nothing=nothing, optional=optional, needed=needed)

    def offered(self, request: Request) -> Sequence[tuple[int, Text]]:
        return [(one.id, one.name) for one in request.uow.ask(Departments())[:_MOST_OPTIONS]]

    def found(self, request: Request, text: str) -> Sequence[tuple[int, Text]]:
        wanted = as_read(text)
        known = [(one.id, one.name) for one in request.uow.ask(Departments()) if wanted in as_read(one.name)]
        return known[:_MOST_OPTIONS] if wanted else ()

    def checked(self, request: Request, key: int) -> bool:
        return request.uow.get(Department, key) is not None

    def named(self, request: Request, key: int) -> Text | None:
        department = request.uow.get(Department, key)
        return department.name if department is not None else None
