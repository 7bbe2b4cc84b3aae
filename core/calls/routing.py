"""What admins decide about a line: who is told of its missed calls, when somebody answers it, what people call it.

Each takes a line that `core.calls.lines.access_line` gave out.
"""

from __future__ import annotations

from core.auditing import AuditKind, note
from core.calendar import Hours
from core.calls.lines import MOST_ON_DUTY, TITLE_LIMIT, Line
from core.calls.rules import Rule
from core.chat.phrases import Phrase, phrase
from core.people.person import Department, Person
from core.unit_of_work import Refused, UnitOfWork

LINES = AuditKind("calls.lines", phrase("Telephone lines"))


def do_route(uow: UnitOfWork, line: Line, department_id: int) -> None:
    """Has a department told of what is missed on a line, beside those on duty. Raises `Refused`."""
    if line.department_id == department_id:
        return
    department = uow.get(Department, department_id)
    if department is None:
        raise Refused(phrase("There is no such department any more."))
    line.department_id = department_id
    _note(uow, phrase("{line}: missed calls are told to {department}", line=line.label, department=department.name))


def do_put_on_duty(uow: UnitOfWork, line: Line, person: Person) -> None:
    """Adds somebody to those who are told. Raises `Refused`."""
    if person.id in line.duty:
        return
    if not person.active:
        raise Refused(phrase("This colleague does not work here any more."))
    if len(line.duty) >= MOST_ON_DUTY:
        raise Refused(phrase("There are too many people on duty for this line already."))
    line.duty = (*line.duty, person.id)
    _note(uow, phrase("{line}: on duty", line=line.label), about=person.id)


def do_take_off_duty(uow: UnitOfWork, line: Line, person_id: int) -> None:
    """Removes somebody from those who are told; one who is not there any more stays removed."""
    if person_id in line.duty:
        line.duty = tuple(one for one in line.duty if one != person_id)
        _note(uow, phrase("{line}: not on duty any more", line=line.label), about=person_id)


def do_tell_managers(uow: UnitOfWork, line: Line) -> None:
    """Has nobody in particular told: all managers."""
    if line.routed:
        line.department_id, line.duty = None, ()
        _note(uow, phrase("{line}: all managers are told of missed calls", line=line.label))


def do_set_hours(uow: UnitOfWork, line: Line, hours: Hours | None) -> None:
    """Says when somebody answers a line on working days; None for round the clock."""
    if line.hours == hours:
        return
    line.opens, line.closes = hours or (None, None)
    if hours is None:
        _note(uow, phrase("{line}: answered round the clock", line=line.label))
    else:
        opens, closes = hours
        _note(
            uow,
            phrase("{line}: answered on working days, {opens}–{closes}", line=line.label, opens=opens, closes=closes),
        )


def do_set_rule(uow: UnitOfWork, line: Line, rule: Rule, value: int | None) -> None:
    """Gives a line a rule of its own, or the usual one (None). Raises `Refused`."""
    if value is not None and not rule.least <= value <= rule.most:
        raise Refused(phrase("Please write a whole number from {least} to {most}.", least=rule.least, most=rule.most))
    if getattr(line, rule.name) == value:
        return
    setattr(line, rule.name, value)
    if value is None:
        _note(uow, phrase("{line}: rule “{rule}” as usual", line=line.label, rule=rule.title))
    else:
        _note(uow, phrase("{line}: rule “{rule}” is {value}", line=line.label, rule=rule.title, value=value))


def do_set_analogue(uow: UnitOfWork, line: Line, analogue: bool) -> None:
    """Says whether a line leaves it open that the far end answered."""
    if line.analogue == analogue:
        return
    line.analogue = analogue
    if analogue:
        _note(uow, phrase("{line}: is an analogue line", line=line.label))
    else:
        _note(uow, phrase("{line}: is no analogue line", line=line.label))


def do_name(uow: UnitOfWork, line: Line, title: str) -> None:
    """Says what people call a line."""
    title = " ".join(title.split())[:TITLE_LIMIT]
    if title != line.title:
        before, line.title = line.label, title
        _note(uow, phrase("{line}: is called “{title}” now", line=before, title=line.label))


def _note(uow: UnitOfWork, what: Phrase, *, about: int | None = None) -> None:
    note(uow, LINES, what, about=about)
