"""The form for quiet hours that nobody offers."""

from __future__ import annotations

from bot.handlers.quiet.room import router
from bot.handlers.quiet.screens_hours import quiet_screen
from bot.kit.steps import TextStep
from bot.talk.questions import Answers, Form, Taken, Value, Wrong
from bot.talk.request import Reply, Request
from core.access import COLLEAGUE
from core.chat.events import Said
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.copies import HeldFor
from core.people.quiet import QuietHours, hours_of, read_hours
from core.quiet import set_quiet

_LONGEST = 60


class _HoursStep(TextStep):
    """Two times of day."""

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        hours = read_hours(text)
        if hours is None:
            return Wrong(phrase("I cannot read this. Please write two times, such as 22:30-7:00."))
        if hours.start == hours.end:
            return Wrong(phrase("Both times are the same. Please write when quiet begins and when it ends."))
        return Value(hours)


@router.form
class QuietForm(Form):
    """The person's own quiet hours."""

    code = "people.quiet"
    title = phrase("Quiet hours")
    right = COLLEAGUE
    steps = (_HoursStep("hours", phrase("From when until when? For example: 22:30-7:00."), limit=_LONGEST),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        return change(request, answers.the("hours", QuietHours))


def change(request: Request, hours: QuietHours | None) -> Screen:
    """Gives the asker other quiet hours, or none."""
    zone = request.house.languages(request.language, request.me.timezone).zone
    set_quiet(request.uow, request.me, hours, zone.key)
    return own_hours(request)


def own_hours(request: Request) -> Screen:
    """The asker's quiet hours."""
    held = bool(request.uow.ask(HeldFor(request.me.id, 1)))
    return quiet_screen(hours_of(request.me), request.now, held=held)
