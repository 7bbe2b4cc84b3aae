"""/lines: admins say who is told of the missed calls of each outside line."""

from __future__ import annotations

from bot.handlers.calls.actions import (
    AddToDuty,
    ChooseDepartment,
    ClearRouting,
    ListLines,
    NameLine,
    OpenLine,
    OpenRules,
    SetAnalogue,
    SetHours,
    SetRule,
    TakeOffDuty,
)
from bot.handlers.calls.forms import DepartmentForm, DutyForm, HoursForm, LineNameForm, RuleForm
from bot.handlers.calls.room import has_lines, router
from bot.handlers.calls.screens_lines import (
    faults_of_lines,
    line_screen,
    lines_screen,
    sure_off_duty_screen,
    sure_to_clear_screen,
)
from bot.handlers.calls.screens_rules import rules_screen
from bot.talk.request import Reply, Request, Start
from bot.talk.sections import Section
from core.calls.lines import ROUTE_LINES, Lines, access_line
from core.calls.routing import do_set_analogue, do_set_rule, do_take_off_duty, do_tell_managers
from core.calls.rules import RULES
from core.chat.phrases import phrase
from core.people.directory import access_person

router.entry(Section.ADMINISTRATION, phrase("☎️ Lines"), ListLines(), right=ROUTE_LINES, weight=30, when=has_lines)

router.watches(faults_of_lines)


@router.command(
    "lines", right=ROUTE_LINES, section=Section.ADMINISTRATION, describe=phrase("Who is told of missed calls")
)
def lines(request: Request, words: str) -> Reply:
    """The known lines."""
    return lines_screen(request.uow, request.uow.ask(Lines()), 0)


@router.action(ListLines, right=ROUTE_LINES)
def turn(request: Request, action: ListLines) -> Reply:
    """A page of them."""
    return lines_screen(request.uow, request.uow.ask(Lines()), action.page)


@router.action(OpenLine, right=ROUTE_LINES)
def open_line(request: Request, action: OpenLine) -> Reply:
    """One line."""
    return line_screen(request.uow, access_line(request.uow, request.me, action.line))


@router.action(ChooseDepartment, right=ROUTE_LINES)
def choose_department(request: Request, action: ChooseDepartment) -> Reply:
    """Asks for the department."""
    return Start(DepartmentForm, (("line", access_line(request.uow, request.me, action.line).id),))


@router.action(AddToDuty, right=ROUTE_LINES)
def add_to_duty(request: Request, action: AddToDuty) -> Reply:
    """Asks for a colleague."""
    return Start(DutyForm, (("line", access_line(request.uow, request.me, action.line).id),))


@router.action(TakeOffDuty, right=ROUTE_LINES)
def take_off_duty(request: Request, action: TakeOffDuty) -> Reply:
    """Removes a colleague, if that is meant; one who is not there any more stays removed."""
    line = access_line(request.uow, request.me, action.line)
    person = access_person(request.uow, request.me, action.person)
    if person.id in line.duty and not action.sure:
        return sure_off_duty_screen(line, person)
    do_take_off_duty(request.uow, line, action.person)
    return line_screen(request.uow, line)


@router.action(ClearRouting, right=ROUTE_LINES)
def clear(request: Request, action: ClearRouting) -> Reply:
    """Nobody in particular: all managers, if that is meant."""
    line = access_line(request.uow, request.me, action.line)
    if line.routed and not action.sure:
        return sure_to_clear_screen(line)
    do_tell_managers(request.uow, line)
    return line_screen(request.uow, line)


@router.action(SetHours, right=ROUTE_LINES)
def set_hours(request: Request, action: SetHours) -> Reply:
    """Asks for the hours."""
    return Start(HoursForm, (("line", access_line(request.uow, request.me, action.line).id),))


@router.action(NameLine, right=ROUTE_LINES)
def name_line(request: Request, action: NameLine) -> Reply:
    """Asks for the name."""
    return Start(LineNameForm, (("line", access_line(request.uow, request.me, action.line).id),))


@router.action(OpenRules, right=ROUTE_LINES)
def open_rules(request: Request, action: OpenRules) -> Reply:
    """What the line counts as a talk, as a series and as too long."""
    return rules_screen(request.uow, access_line(request.uow, request.me, action.line))


@router.action(SetRule, right=ROUTE_LINES)
def set_rule(request: Request, action: SetRule) -> Reply:
    """Asks for the number, or gives the line the usual one."""
    line, rule = access_line(request.uow, request.me, action.line), tuple(RULES.values())[action.number]
    if not action.usual:
        return Start(RuleForm, (("line", line.id), ("rule", rule.name)))
    do_set_rule(request.uow, line, rule, None)
    return rules_screen(request.uow, line)


@router.action(SetAnalogue, right=ROUTE_LINES)
def set_analogue(request: Request, action: SetAnalogue) -> Reply:
    """Whether the line tells that the far end answered."""
    line = access_line(request.uow, request.me, action.line)
    do_set_analogue(request.uow, line, action.analogue)
    return rules_screen(request.uow, line)
