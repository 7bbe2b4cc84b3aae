"""A missed client as people work with it: one alert from the first miss to the talk, with everything that was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from core.access import Right
from core.calls.call import Call, LostWhere, Outcome
from core.chat.codec import record
from core.chat.phrases import phrase
from core.people.audience import Audience, is_meant
from core.people.departments import scope_of
from core.people.person import Person
from core.people.roles import ADMIN, MANAGER
from core.unit_of_work import Change, DomainEvent, Query, Refused, UnitOfWork

SEE_MISSED = Right("see all missed calls", (MANAGER, ADMIN))
"""Managers of a department: those of its lines."""

NOTE_LIMIT = 500


class AlertState(Enum):
    """How far an alert has come."""

    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class Resolution(Enum):
    """How an alert ended. The first two come only from a call, never from a button."""

    CALLED_BACK = "called_back"
    CLIENT_RECALLED = "client_recalled"
    CLOSED_NOTE = "closed_note"
    SPAM = "spam"
    RETRACTED = "retracted"


class Deed(Enum):
    """What happened to an alert."""

    RAISED = "raised"
    REPEATED = "repeated"
    REOPENED = "reopened"
    CLAIMED = "claimed"
    RELEASED = "released"
    RETURNED = "returned"
    ESCALATED = "escalated"
    NOTED = "noted"
    CORRECTED = "corrected"
    RESOLVED = "resolved"


@dataclass(eq=False, kw_only=True)
class Alert:
    """One client who was missed. `number` is None for a caller who withheld it; such alerts are never joined.

    `misses` counts all calls of the alert, `repeats` those of one series up to the last one, to which `line`,
    `missed_at` (its start), `waited` (seconds), `outcome` and `lost_where` belong. `contact_*` describe the call that
    ended it: `contact_after` and `contact_talk` are seconds, the latter None while it goes on; it is `contact_proven`
    unless its line does not tell whether the far end answered. `earlier*` is how it had ended before it was opened
    again, `returned_*` who took it and when, and did not call. `message_id` is its message in the ledger, None until
    people are told; `escalation_id` the one to those above them, `told_again` the short ones that make people look.
    `version` grows with every change, and a change of an older version fails.
    """

    id: int = field(init=False)
    version: int = field(init=False)
    number: str | None
    client: str
    line: str | None
    department_id: int | None
    audience: Audience
    opened_at: datetime
    missed_at: datetime
    misses: int = 1
    repeats: int = 1
    waited: float | None = None
    outcome: Outcome | None = None
    lost_where: LostWhere | None = None
    state: AlertState = AlertState.OPEN
    level: int = 0
    told_at: datetime | None = None
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    resolution: Resolution | None = None
    resolved_by: int | None = None
    resolved_at: datetime | None = None
    contact_id: str | None = None
    contact_by: str = ""
    contact_at: datetime | None = None
    contact_after: float | None = None
    contact_talk: float | None = None
    message_id: int | None = None
    escalation_id: int | None = None
    told_again: tuple[int, ...] = ()
    contact_proven: bool = True
    earlier: Resolution | None = None
    earlier_by: str = ""
    earlier_at: datetime | None = None
    returned_by: str = ""
    returned_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether anything is left to do."""
        return self.state is not AlertState.RESOLVED

    def shows(self, calls: Sequence[Call], series: timedelta) -> None:
        """Takes over what its calls (by their start, at least one) tell; those within `series` are repeats."""
        last = calls[-1]
        self.misses = len(calls)
        self.repeats = sum(last.started_at - call.started_at <= series for call in calls)
        self.line, self.missed_at, self.waited = last.line, last.started_at, last.wait_seconds
        self.outcome, self.lost_where = last.outcome, last.lost_where


@dataclass(eq=False, kw_only=True)
class AlertEvent:
    """One line of an alert's history; `actor_id` None when the bot did it. `text` is a note, or a call's id."""

    id: int = field(init=False)
    alert_id: int
    at: datetime
    deed: Deed
    before: AlertState | None
    after: AlertState
    actor_id: int | None = None
    text: str = ""


@record
@dataclass(frozen=True, slots=True)
class CallEnded(DomainEvent):
    """A call ended long enough ago that nothing more is expected of it: decide what follows."""

    call_id: str


@record
@dataclass(frozen=True, slots=True)
class CallAnswered(DomainEvent):
    """A client for whom an alert waits is being spoken with."""

    call_id: str


@record
@dataclass(frozen=True, slots=True)
class AlertDue(DomainEvent):
    """The working day begins, and people are to be told of a miss of the night."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertUnclaimed(DomainEvent):
    """Nobody has taken an alert for too long."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertIdle(DomainEvent):
    """An alert was taken, and perhaps no call has followed."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertReturned(DomainEvent):
    """Whoever took an alert made no call: it is open again, and people must notice it."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertRaised(DomainEvent):
    """People are to be told of an alert now."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertChanged(DomainEvent):
    """An alert is to be shown differently."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertInsists(DomainEvent):
    """The client tried again, and people must notice it."""

    alert_id: int


@record
@dataclass(frozen=True, slots=True)
class AlertEscalated(DomainEvent):
    """An alert goes to those above."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class LinkMissed(Change[None]):
    """Makes a missed call part of an alert, or of none."""

    call_id: str
    alert_id: int | None


@dataclass(frozen=True, slots=True)
class AlertOf(Query[Alert | None]):
    """The alert that a call is part of."""

    call_id: str


@dataclass(frozen=True, slots=True)
class AlertIds(Query[dict[str, int]]):
    """The alerts that these calls are part of, by the call's id."""

    call_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissedCallsOf(Query[tuple[Call, ...]]):
    """The missed calls of an alert, by their start."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class LatestAlert(Query[Alert | None]):
    """The last alert of a number."""

    number: str


@dataclass(frozen=True, slots=True)
class UnresolvedAlerts(Query[tuple[Alert, ...]]):
    """The alerts of these numbers that are open or claimed."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertsEndedBy(Query[tuple[Alert, ...]]):
    """The alerts of some numbers that one of these calls has ended."""

    numbers: tuple[str, ...]
    call_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingAlerts(Query[tuple[Alert, ...]]):
    """The alerts that are open or claimed and that people know of, the latest first; `limit` of them."""

    limit: int


@dataclass(frozen=True, slots=True)
class CountUnresolved(Query[int]):
    """How many alerts of calls that were missed since a moment (UTC) are open or claimed."""

    since: datetime


@dataclass(frozen=True, slots=True)
class NotesOf(Query[tuple[AlertEvent, ...]]):
    """What people wrote about an alert, the latest `limit` of it, the oldest first."""

    alert_id: int
    limit: int


def access_alert(uow: UnitOfWork, actor: Person, alert_id: int) -> Alert:
    """An alert, for those who were told of it and for managers of its department. Raises `Refused`."""
    alert = uow.get(Alert, alert_id)
    if alert is None or not (manages(uow, actor, alert.department_id) or is_meant(uow, actor, alert.audience)):
        raise Refused(phrase("There is no such missed call."))
    return alert


def manages(uow: UnitOfWork, actor: Person, department_id: int | None) -> bool:
    """Whether somebody answers for what a department misses; those without a department are everybody's affair who
    answers for the whole company."""
    return actor.may(SEE_MISSED) and actor.may(SEE_MISSED, scope_of(uow, department_id))
