"""The form for a value that no button has."""

from __future__ import annotations

from typing import Any

from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_options import option_screen
from bot.talk.options import access_option
from bot.talk.questions import Answers, Form, Question, Step, Taken, Value, Wrong
from bot.talk.request import Reply, Request
from core.chat.events import Event, Said
from core.chat.phrases import phrase
from core.chat.screens import screen
from core.options import Option, do_choose, option_of
from core.people.roles import ADMINISTER
from core.unit_of_work import Refused


class ValueStep(Step):
    """A value within the bounds of the option that the form is about, as it is written."""

    def question(self, request: Request, answers: Answers) -> Question:
        return Question(screen(None, _option(request, answers).wanted))

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        option = _option(request, answers)
        value = option.read(event.text)
        return Wrong(option.wanted) if value is None else Value(option.written(value))


@router.form
class OptionForm(Form):
    """Another value of an option."""

    code = "lobby.option"
    title = phrase("🎛 Options")
    right = ADMINISTER
    steps = (ValueStep("value"),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        part = access_option(request, answers.the("option", str))
        value = part.option.read(answers.the("value", str))
        if value is None:
            raise Refused(part.option.wanted)
        do_choose(request.uow, part.option, value, part.label, part.shown)
        return option_screen(part, option_of(request.uow, part.option))


def _option(request: Request, answers: Answers) -> Option[Any]:
    return access_option(request, answers.the("option", str)).option
