"""The short conversations of the calls: a note, the end of an alert, and the routing of a line."""

from __future__ import annotations

from datetime import time

from bot.handlers.calls.room import router
from bot.handlers.calls.screens_lines import line_screen
from bot.handlers.calls.screens_rules import rules_screen
from bot.kit.steps import TextStep
from bot.kit.steps_amounts import AmountStep
from bot.kit.steps_people import DepartmentStep, PersonStep
from bot.talk.questions import Answers, Form, Taken, Value, Wrong
from bot.talk.request import Reply, Request, Toast
from core.access import COLLEAGUE
from core.calls.alert import NOTE_LIMIT, access_alert
from core.calls.clients import do_name_client, number_of
from core.calls.clients_file import NAME_LIMIT
from core.calls.handling import do_close, do_note
from core.calls.lines import ROUTE_LINES, TITLE_LIMIT, access_line
from core.calls.routing import do_name, do_put_on_duty, do_route, do_set_hours, do_set_rule
from core.calls.rules import CONTACT, INSISTS, PATIENCE, RULES, SERIES, Rule
from core.chat.events import Said
from core.chat.phrases import Phrase, phrase
from core.opening_hours import TimeRange, WeeklyHours, read_time_range, read_weekly_hours
from core.people.directory import access_person
from core.phones import pretty


@router.form
class NoteForm(Form):
    """A note about a missed call."""

    code = "call-note"
    title = phrase("Note on a missed call")
    right = COLLEAGUE
    steps = (TextStep("note", phrase("What is to be noted?"), limit=NOTE_LIMIT),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        alert = access_alert(request.uow, request.me, answers.the("alert", int))
        do_note(request.uow, request.me, alert, answers.the("note", str))
        return Toast(phrase("The note is kept under the missed call."))


@router.form
class ClientNameForm(Form):
    """The name of a client who called."""

    code = "call-client"
    title = phrase("Name of a client")
    right = COLLEAGUE
    steps = (TextStep("name", phrase("Who is this client? Write a name or a company."), limit=NAME_LIMIT),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        alert = access_alert(request.uow, request.me, answers.the("alert", int))
        name = answers.the("name", str)
        do_name_client(request.uow, alert, name)
        return Toast(
            phrase("{number} is in the book of clients now: {name}.", number=pretty(number_of(alert)), name=name)
        )


@router.form
class CloseForm(Form):
    """The end of an alert without a call."""

    code = "call-close"
    title = phrase("Close a missed call")
    right = COLLEAGUE
    steps = (TextStep("note", phrase("How was it settled?"), limit=NOTE_LIMIT),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        alert = access_alert(request.uow, request.me, answers.the("alert", int))
        do_close(request.uow, request.me, alert, answers.the("note", str))
        return Toast(phrase("The missed call is closed."))


class _HoursStep(TextStep):
    """Opening and closing as "9:00-18:00"; "-" means round the clock. Its value is two times, or none."""

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        if text in ("-", "–", "—"):
            return Value(())
        week = read_weekly_hours(text)
        if week is None:
            return Wrong(phrase("I cannot read this. Write it like this: 9:00-18:00"))
        hours = read_time_range(text) or _of_working_days(week)
        if hours is None:
            return Wrong(phrase("A line can only keep one opening and one closing, the same on all working days."))
        return Value(() if hours.whole_day else (hours.start, hours.end))


def _of_working_days(week: WeeklyHours) -> TimeRange | None:
    """The hours of a week that a line can keep: those of all working days, or round the clock; None for others."""
    first = week.days[0]
    usual = len(first) == 1 and not first[0].whole_day and week.days == (first,) * 5 + ((),) * 2
    always = week.days == ((TimeRange(time(0), time(0)),),) * 7
    return first[0] if usual or always else None


@router.form
class DepartmentForm(Form):
    """The department that is told of a line."""

    code = "line-department"
    title = phrase("Department of a line")
    right = ROUTE_LINES
    steps = (DepartmentStep("department", phrase("Which department answers this line?")),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        line = access_line(request.uow, request.me, answers.the("line", int))
        do_route(request.uow, line, answers.the("department", int))
        return line_screen(request.uow, line)


@router.form
class DutyForm(Form):
    """Somebody who is told of a line."""

    code = "line-duty"
    title = phrase("On duty for a line")
    right = ROUTE_LINES
    steps = (PersonStep("person", phrase("Who is on duty? Write a name.")),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        line = access_line(request.uow, request.me, answers.the("line", int))
        do_put_on_duty(request.uow, line, access_person(request.uow, request.me, answers.the("person", int)))
        return line_screen(request.uow, line)


@router.form
class HoursForm(Form):
    """When a line is answered for."""

    code = "line-hours"
    title = phrase("Hours of a line")
    right = ROUTE_LINES
    steps = (
        _HoursStep(
            "hours",
            phrase("When is this line answered on working days? For example 9:00-18:00, or “-” for round the clock."),
            limit=60,
        ),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        line = access_line(request.uow, request.me, answers.the("line", int))
        hours = answers.all("hours", time)
        do_set_hours(request.uow, line, (hours[0], hours[1]) if hours else None)
        return line_screen(request.uow, line)


def _of(rule: Rule, ask: Phrase) -> AmountStep:
    """The question for one rule; the form has been told which is meant. No buttons: where there are none, a bare number
    would choose among them."""

    def needed(answers: Answers) -> bool:
        return answers.the("rule", str) == rule.name

    return AmountStep(rule.name, ask, least=rule.least, most=rule.most, needed=needed)


@router.form
class RuleForm(Form):
    """A rule of a line."""

    code = "line-rule"
    title = phrase("Rules of a line")
    right = ROUTE_LINES
    steps = (
        _of(CONTACT, phrase("How many seconds does a talk last at least? Less is a slip, a fax or a robot.")),
        _of(SERIES, phrase("Within how many minutes are calls of one client one alert?")),
        _of(PATIENCE, phrase("After how many minutes are managers told of a call that nobody has taken?")),
        _of(INSISTS, phrase("Which missed call of a client in a row is told in a message of its own?")),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        line, rule = access_line(request.uow, request.me, answers.the("line", int)), RULES[answers.the("rule", str)]
        do_set_rule(request.uow, line, rule, answers.the(rule.name, int))
        return rules_screen(request.uow, line)


@router.form
class LineNameForm(Form):
    """What people call a line."""

    code = "line-name"
    title = phrase("Name of a line")
    right = ROUTE_LINES
    steps = (TextStep("title", phrase("What do people call this line?"), limit=TITLE_LIMIT),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        line = access_line(request.uow, request.me, answers.the("line", int))
        do_name(request.uow, line, answers.the("title", str))
        return line_screen(request.uow, line)
