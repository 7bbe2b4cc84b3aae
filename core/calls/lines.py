"""Outside lines: whose calls they bring, who is told when one is missed, and when anybody is there to be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.access import Right
from core.calendar import Hours, WorkingCalendar
from core.chat.phrases import phrase
from core.people.audience import AnybodyHears, Audience
from core.people.person import Department, Person
from core.people.roles import ADMIN, MANAGER
from core.personal import Rows
from core.unit_of_work import Change, Query, Refused, UnitOfWork

ROUTE_LINES = Right("route telephone lines", (ADMIN,))
MISSED_NOTICE = "calls.missed"
"""The kind of the messages about missed calls, which people may switch off."""
MOST_ON_DUTY = 20
TITLE_LIMIT = 40

MANAGERS = Audience(roles=(MANAGER.name,))
ADMINS = Audience(roles=(ADMIN.name,))


@lru_cache(maxsize=64)
def working_calendar(timezone: str, hours: Hours | None) -> WorkingCalendar:
    """The calendar of a place with these hours, or nine to six. The first one asked takes some 0.3 s to answer."""
    zone = ZoneInfo(timezone)
    return WorkingCalendar(zone) if hours is None else WorkingCalendar(zone, hours)


@dataclass(eq=False, kw_only=True)
class Line:
    """An outside line, known by the name that the exchange has for it; `title` is what people call it.

    A missed call is told to the department and to the people on `duty`; with neither, to all managers. Without
    hours a line is answered for round the clock; with them, a call outside of them is told at the next opening. An
    `analogue` line does not tell whether the far end answered. For the others see `core.calls.rules`; None is as usual.
    """

    id: int = field(init=False)
    name: str
    timezone: str
    title: str = ""
    department_id: int | None = None
    duty: tuple[int, ...] = ()
    opens: time | None = None
    closes: time | None = None
    contact_seconds: int | None = None
    series_minutes: int | None = None
    patience_minutes: int | None = None
    insists_at: int | None = None
    analogue: bool = False

    @property
    def label(self) -> str:
        """The title, or the name where there is none."""
        return self.title or self.name

    @property
    def routed(self) -> bool:
        """Whether anybody in particular is told."""
        return self.department_id is not None or bool(self.duty)

    @property
    def hours(self) -> Hours | None:
        """When it is answered for; None round the clock."""
        return None if self.opens is None or self.closes is None else (self.opens, self.closes)

    def tell_at(self, moment: datetime, now: datetime) -> datetime:
        """When people are told of a call that came in at `moment`: now, or at the opening after it."""
        hours = self.hours
        if hours is None:
            return now
        calendar = working_calendar(self.timezone, hours)
        return now if calendar.is_open(moment) else max(now, calendar.next_opening(moment))

    def calendar(self) -> WorkingCalendar:
        """The working time of whoever answers for it: its hours, or nine to six."""
        return working_calendar(self.timezone, self.hours)


@dataclass(frozen=True, slots=True)
class KnowLines(Change[None]):
    """Makes lines known by name that are not yet, in the time zone (an IANA name) of their exchange.

    With `only` these are all that the exchange has: others that nothing is known of are forgotten.
    """

    names: tuple[str, ...]
    timezone: str
    only: bool = False


@dataclass(frozen=True, slots=True)
class Lines(Query[tuple[Line, ...]]):
    """All known lines, by name."""


@dataclass(frozen=True, slots=True)
class AnyLines(Query[bool]):
    """Whether any line is known: without one there is no telephone."""


@dataclass(frozen=True, slots=True)
class UnheardLines(Query[tuple[Line, ...]]):
    """The lines over which no call has ever come or gone, by name; none while the exchange has told of no call at
    all."""


@dataclass(frozen=True, slots=True)
class LineNamed(Query[Line | None]):
    """The line that the exchange calls so."""

    name: str


def access_line(uow: UnitOfWork, actor: Person, line_id: int) -> Line:
    """A line to change. Raises `Refused`."""
    if not actor.may(ROUTE_LINES):
        raise Refused(ROUTE_LINES.refusal)
    line = uow.get(Line, line_id)
    if line is None:
        raise Refused(phrase("There is no such line any more."))
    return line


def duty_of(uow: UnitOfWork, person: Person) -> dict[str, Rows]:
    """The lines that somebody is on duty for, as what is kept of the person."""
    return {"duty": tuple({"line": line.name} for line in uow.ask(Lines()) if person.id in line.duty)}


def do_end_duty(uow: UnitOfWork, person: Person) -> None:
    """Takes somebody off the duty of every line, when the person is erased."""
    for line in uow.ask(Lines()):
        if person.id in line.duty:
            line.duty = tuple(one for one in line.duty if one != person.id)


def audience_of(uow: UnitOfWork, line: Line | None) -> Audience:
    """Who is told of a call missed on a line: always somebody. Where nobody of its own can be reached, all managers are
    told as well, or the admins."""
    if line is None or not line.routed:
        return _managers(uow)
    own = _own(line)
    return own if _heard(uow, own) else joined(own, _managers(uow))


class Silence(Enum):
    """Why those whom a line is routed to hear nothing: it is told to the managers, to the admins, or to nobody."""

    TO_MANAGERS = "managers"
    TO_ADMINS = "admins"
    TO_NOBODY = "nobody"


def silence_of(uow: UnitOfWork, line: Line) -> Silence | None:
    """Who is told instead of those whom a line is meant for; None when they can be reached."""
    if line.routed and _heard(uow, _own(line)):
        return None
    if _heard(uow, MANAGERS):
        return Silence.TO_MANAGERS if line.routed else None
    return Silence.TO_ADMINS if _heard(uow, ADMINS) else Silence.TO_NOBODY


def _own(line: Line) -> Audience:
    departments = () if line.department_id is None else (line.department_id,)
    return Audience(departments=departments, people=line.duty)


def _heard(uow: UnitOfWork, audience: Audience) -> bool:
    """Whether a message to these people would reach anybody: who is on duty hears of it whatever they have chosen."""
    return uow.ask(AnybodyHears(audience, None if audience.people else MISSED_NOTICE))


def chiefs_of(uow: UnitOfWork, department_id: int | None) -> Audience:
    """Who is told when nobody has taken a call: the department's manager, or all managers."""
    department = None if department_id is None else uow.get(Department, department_id)
    manager = None if department is None or department.manager_id is None else uow.get(Person, department.manager_id)
    if manager is not None and _heard(uow, chief := Audience(people=(manager.id,))):
        return chief
    return _managers(uow)


def _managers(uow: UnitOfWork) -> Audience:
    return MANAGERS if _heard(uow, MANAGERS) else ADMINS


def joined(one: Audience, two: Audience) -> Audience:
    """Everybody who is in either."""
    return Audience(
        everybody=one.everybody or two.everybody,
        departments=tuple(dict.fromkeys((*one.departments, *two.departments))),
        branches=tuple(dict.fromkeys((*one.branches, *two.branches))),
        roles=tuple(dict.fromkeys((*one.roles, *two.roles))),
        people=tuple(dict.fromkeys((*one.people, *two.people))),
    )
