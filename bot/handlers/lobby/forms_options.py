"""The form for a value that no button has."""

from __future__ import annotations

from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_options import option_screen
from bot.kit.steps_amounts import AmountStep, read_amount
from bot.talk.options import access_option
from bot.talk.questions import Answers, Form, Taken, Value, Wrong
from bot.talk.request import Reply, Request
from core.chat.events import Event, Said
from core.chat.phrases import phrase
from core.options import do_choose, option_of
from core.people.roles import ADMINISTER


class ValueStep(AmountStep):
    """A whole number within the bounds of the option that the form is about."""

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        option = access_option(request, answers.the("option", str)).option
        value = read_amount(event.text)
        if value is not None and option.allows(value):
            return Value(value)
        told = phrase("Please write a whole number from {least} to {most}.", least=option.least, most=option.most)
        return Wrong(told)


@router.form
class OptionForm(Form):
    """Another value of an option."""

    code = "lobby.option"
    title = phrase("🎛 Options")
    right = ADMINISTER
    steps = (ValueStep("value", phrase("Which value shall it be? Write a number."), least=0, most=1_000_000),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        part = access_option(request, answers.the("option", str))
        do_choose(request.uow, part.option, answers.the("value", int), part.label, part.shown)
        return option_screen(part, option_of(request.uow, part.option))
