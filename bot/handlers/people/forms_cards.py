"""Putting right what somebody's card says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.people.actions import OpenPeople
from bot.handlers.people.handlers_search import colleague
from bot.handlers.people.room import router
from bot.kit.steps import ChoiceStep, TextStep
from bot.kit.steps_people import DepartmentStep
from bot.talk.questions import Answers, Form, Option, Question, Taken, Value, Wrong
from bot.talk.request import Reply, Request
from core.chat.blocks import Quote
from core.chat.events import Said
from core.chat.phrases import Phrase, Text, phrase
from core.people.correcting import NEEDED, TEXTS, do_correct, do_move, read_correction
from core.people.directory import access_person
from core.people.person import Department
from core.people.roles import ADMINISTER
from core.phones import pretty

_DEPARTMENT = "department"
_LIMIT = 300


def _offered(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return [*TEXTS.items(), (_DEPARTMENT, phrase("Department"))]


def _is_written(answers: Answers) -> bool:
    return answers.get("what", str) in TEXTS


def _is_place(answers: Answers) -> bool:
    return answers.get("what", str) == _DEPARTMENT


class _ValueStep(TextStep):
    """What the card is to say, after what it says now."""

    def question(self, request: Request, answers: Answers) -> Question:
        what = answers.the("what", str)
        now = getattr(access_person(request.uow, request.me, answers.the("person", int)), what)
        if not now:
            return super().question(request, answers)
        without = () if what in NEEDED else ((Option(phrase("🗑 Remove"), "none"),),)
        return Question(self.asked(Quote((pretty(now),))), without)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value("")

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        found = read_correction(answers.the("what", str), text)
        return Wrong(found) if isinstance(found, Phrase) else Value(found)


@router.form
class CardForm(Form):
    """What is wrong on the card, and what is right."""

    code = "people.card"
    title = phrase("Correction of a card")
    right = ADMINISTER
    corrected = True
    steps = (
        ChoiceStep("what", phrase("What is to be corrected?"), _offered, in_row=2),
        _ValueStep("value", phrase("What is right?"), limit=_LIMIT, needed=_is_written),
        DepartmentStep("place", phrase("In which department?"), needed=_is_place),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        person = access_person(request.uow, request.me, answers.the("person", int))
        if _is_place(answers):
            department = request.uow.get(Department, answers.the("place", int))
            if department is not None:
                do_move(request.uow, request.me, person, department)
        else:
            do_correct(request.uow, request.me, person, answers.the("what", str), answers.the("value", str))
        return colleague(request, person, OpenPeople())
