"""The form for quiet hours that nobody offers."""

from __future__ import annotations

from bot.handlers.quiet.room import router
from bot.handlers.quiet.screens_hours import quiet_screen
from bot.kit.steps_times import PeriodStep
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request
from core.access import COLLEAGUE
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.copies import HeldFor
from core.opening_hours import TimeRange
from core.people.quiet import QUIET_HOURS, QuietHours
from core.quiet import set_quiet
from core.settings import setting_of


@router.form
class QuietForm(Form):
    """The person's own quiet hours."""

    code = "people.quiet"
    title = phrase("Quiet hours")
    right = COLLEAGUE
    steps = (PeriodStep("hours", phrase("From when until when? For example: 22:30-7:00.")),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        hours = answers.the("hours", TimeRange)
        return change(request, QuietHours(hours.start, hours.end))


def change(request: Request, hours: QuietHours | None) -> Screen:
    """Gives the asker other quiet hours, or none."""
    set_quiet(request.uow, request.me, hours, request.zone.key)
    return own_hours(request)


def own_hours(request: Request) -> Screen:
    """The asker's quiet hours."""
    held = bool(request.uow.ask(HeldFor(request.me.id, 1)))
    return quiet_screen(setting_of(request.me, QUIET_HOURS), request.now, held=held)
