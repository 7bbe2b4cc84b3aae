"""What an admin is asked when a stranger is none of the suggested colleagues."""

from __future__ import annotations

from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_admission import accepted_screen
from bot.kit.steps import TextStep
from bot.kit.steps_people import DepartmentStep, PersonStep
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request
from core.chat.phrases import phrase
from core.people.admission import do_accept, do_hire
from core.people.directory import access_person
from core.people.person import Person
from core.people.roles import ADMINISTER


@router.form
class OtherColleague(Form):
    """Lets a stranger in as a colleague whom the admin looks up."""

    code = "people.other"
    title = phrase("Who is this?")
    right = ADMINISTER
    steps = (
        PersonStep(
            "person",
            phrase("Write the colleague’s name."),
            nothing=phrase("I found nobody of this name. Write it another way, or cancel and choose “Not in…”."),
        ),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        person = access_person(request.uow, request.me, answers.the("person", int))
        do_accept(request.uow, request.me, answers.the("request", int), person)
        return accepted_screen(person)


@router.form
class NewColleague(Form):
    """Lets a stranger in as somebody whom the directory does not know yet."""

    code = "people.new"
    title = phrase("New colleague")
    right = ADMINISTER
    steps = (
        TextStep("first_name", phrase("What is the first name?"), limit=100),
        TextStep("last_name", phrase("And the last name?"), limit=100),
        DepartmentStep("department", phrase("In which department?"), optional=True),
        TextStep("position", phrase("In which position?"), limit=200, optional=True),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        person = Person(
            first_name=answers.the("first_name", str),
            last_name=answers.the("last_name", str),
            department_id=answers.get("department", int),
            position=answers.get("position", str) or "",
        )
        do_hire(request.uow, request.me, answers.the("request", int), person)
        return accepted_screen(person)
