"""What a call that has ended means for the alerts: a new one, one more miss, an end, or a mistake taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.calls.alert import (
    SERIES,
    Alert,
    AlertChanged,
    AlertDue,
    AlertEscalated,
    AlertEvent,
    AlertIds,
    AlertInsists,
    AlertOf,
    AlertRaised,
    AlertsEndedBy,
    AlertState,
    AlertUnclaimed,
    Deed,
    LatestAlert,
    LinkMissed,
    MissedCallsOf,
    Resolution,
    UnresolvedAlerts,
)
from core.calls.call import Call, Direction
from core.calls.contacts import contact, same_call, slipped, spoke
from core.calls.journal import CallsById, CallsWith, ClientOf, IsBlocked, PeopleAt
from core.calls.lines import Line, LineNamed, audience_of, joined
from core.delivery import AddRecipients, Send, ToAudience
from core.options import Number, Switch, option_of
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import UnitOfWork

UNCLAIMED = Number("calls.unclaimed", 10, least=1, most=240)
"""Minutes of working time after which an alert that nobody has taken goes to those above."""

LOST_IN_TRANSFER = Switch("calls.transfers", True)
"""Whether people are told of clients who were answered and then passed on to nobody."""

LONGEST_CALL = timedelta(hours=4)
"""A call that began this long before a miss can still be the talk that settles it."""

_INSISTS_AT = 3
_NAME_LIMIT = 64
_MOST_SHARING = 3


def do_settle_call(uow: UnitOfWork, call_id: str) -> None:
    """Draws the conclusions from a call as it stands now. Doing it again changes nothing."""
    call = uow.ask(CallsById((call_id,))).get(call_id)
    alert = uow.ask(AlertOf(call_id))
    lost = call is not None and (call.missed or (call.lost and option_of(uow, LOST_IN_TRANSFER)))
    if alert is not None and not lost:
        _take_back(uow, alert, call_id)
    if call is None or (lost and alert is not None):
        return
    if lost:
        _missed(uow, call)
    elif call.external_number is not None and spoke(call):
        _spoke(uow, call, call.external_number)
    elif call.external_number is not None and slipped(call):
        _slipped(uow, call, call.external_number)


def _spoke(uow: UnitOfWork, call: Call, number: str) -> None:
    """The client was spoken with, or is at this moment: nobody has to call back."""
    for waiting in uow.ask(UnresolvedAlerts((number,))):
        if contact(call, uow.ask(MissedCallsOf(waiting.id))[-1]):
            _reached(uow, waiting, call)
    for ended in uow.ask(AlertsEndedBy((number,), (call.id,))):
        if ended.contact_talk != call.talk_seconds:
            ended.contact_talk = call.talk_seconds
            uow.emit(AlertChanged(ended.id))


def _slipped(uow: UnitOfWork, call: Call, number: str) -> None:
    """What began as a talk was none: whoever was missed before is missed still."""
    for ended in uow.ask(AlertsEndedBy((number,), (call.id,))):
        ended.state = AlertState.OPEN if ended.claimed_by is None else AlertState.CLAIMED
        _forget_end(ended)
        if ended.state is AlertState.OPEN:
            wait_for_claim(uow, ended)
        keep(uow, ended, Deed.REOPENED, AlertState.RESOLVED, text=call.id)
        uow.emit(AlertChanged(ended.id))
    waited = [missed for missed in uow.ask(CallsWith(number, call.started_at - LONGEST_CALL)) if missed.missed]
    known = uow.ask(AlertIds(tuple(missed.id for missed in waited)))
    for missed in waited:
        fresh = missed.ended_at is not None and call.answered_at is not None and missed.ended_at > call.answered_at
        if fresh and missed.id not in known:
            _missed(uow, missed)


def _missed(uow: UnitOfWork, call: Call) -> None:
    number = call.external_number
    known = None
    if number is not None:
        since = call.started_at - LONGEST_CALL
        others = uow.ask(CallsWith(number, since))
        if uow.ask(IsBlocked(number)) or any(contact(later, call) for later in others):
            return
        if uow.ask(AlertIds(tuple(other.id for other in others if other.missed and same_call(other, call)))):
            return
        known = uow.ask(LatestAlert(number))
    line = None if call.line is None else uow.ask(LineNamed(call.line))
    if known is not None and _belongs(call, known):
        _join(uow, known, call, line)
    else:
        _raise(uow, call, line)


def _belongs(call: Call, alert: Alert) -> bool:
    if alert.resolution in (Resolution.SPAM, Resolution.RETRACTED):
        return False
    return abs(call.started_at - alert.missed_at) <= SERIES


def _raise(uow: UnitOfWork, call: Call, line: Line | None) -> None:
    alert = Alert(
        number=call.external_number,
        client=_client(uow, call),
        line=call.line,
        department_id=None if line is None else line.department_id,
        audience=audience_of(uow, line),
        opened_at=uow.now,
        missed_at=call.started_at,
    )
    alert.shows([call])
    uow.add(alert)
    uow.flush()
    uow.apply(LinkMissed(call.id, alert.id))
    keep(uow, alert, Deed.RAISED, None, text=call.id)
    at = uow.now if line is None else line.tell_at(call.started_at, uow.now)
    if at > uow.now:
        uow.apply(SetTimer(f"alert-due:{alert.id}", at, AlertDue(alert.id)))
    else:
        do_raise(uow, alert)


def do_raise(uow: UnitOfWork, alert: Alert) -> None:
    """Lets people know of an alert, unless it has come to an end before."""
    if alert.state is AlertState.OPEN and alert.told_at is None:
        alert.told_at = uow.now
        uow.emit(AlertRaised(alert.id))
        wait_for_claim(uow, alert)


def _join(uow: UnitOfWork, alert: Alert, call: Call, line: Line | None) -> None:
    uow.apply(LinkMissed(call.id, alert.id))
    alert.shows(uow.ask(MissedCallsOf(alert.id)))
    wider = joined(alert.audience, audience_of(uow, line))
    if wider != alert.audience:
        alert.audience = wider
        if alert.message_id is not None:
            uow.apply(AddRecipients(alert.message_id, ToAudience(wider)))
    before = alert.state
    if not alert.open:
        reopen(alert)
        wait_for_claim(uow, alert)
    keep(uow, alert, Deed.REPEATED if before is alert.state else Deed.REOPENED, before, text=call.id)
    uow.emit(AlertChanged(alert.id))
    if before is AlertState.RESOLVED or alert.misses == _INSISTS_AT:
        uow.emit(AlertInsists(alert.id))


def reopen(alert: Alert) -> None:
    """Makes an alert as if nobody had done anything about it."""
    alert.state, alert.level = AlertState.OPEN, 0
    alert.claimed_by = alert.claimed_at = None
    _forget_end(alert)


def _forget_end(alert: Alert) -> None:
    alert.resolution = alert.resolved_by = alert.resolved_at = None
    alert.contact_id, alert.contact_by = None, ""
    alert.contact_at = alert.contact_after = alert.contact_talk = None


def _reached(uow: UnitOfWork, alert: Alert, call: Call) -> None:
    """The client and the company have spoken."""
    outbound = call.direction is Direction.OUTBOUND
    missed = uow.ask(MissedCallsOf(alert.id))[-1]
    alert.contact_id, alert.contact_at, alert.contact_talk = call.id, call.started_at, call.talk_seconds
    alert.contact_by = _who(uow, call.from_extension if outbound else call.answered_by)
    if missed.ended_at is not None:
        alert.contact_after = max(0.0, (call.started_at - missed.ended_at).total_seconds())
    resolve(uow, alert, Resolution.CALLED_BACK if outbound else Resolution.CLIENT_RECALLED, text=call.id)


def _take_back(uow: UnitOfWork, alert: Alert, call_id: str) -> None:
    """A call that looked missed was none."""
    uow.apply(LinkMissed(call_id, None))
    rest = uow.ask(MissedCallsOf(alert.id))
    if rest:
        alert.shows(rest)
        keep(uow, alert, Deed.CORRECTED, alert.state, text=call_id)
        uow.emit(AlertChanged(alert.id))
    elif alert.open:
        resolve(uow, alert, Resolution.RETRACTED, text=call_id)


def resolve(
    uow: UnitOfWork, alert: Alert, resolution: Resolution, *, actor_id: int | None = None, text: str = ""
) -> None:
    """Ends an open alert; its message changes in place."""
    before, alert.state = alert.state, AlertState.RESOLVED
    alert.resolution, alert.resolved_by, alert.resolved_at = resolution, actor_id, uow.now
    uow.apply(CancelTimer(_unclaimed(alert)))
    keep(uow, alert, Deed.RESOLVED, before, actor_id=actor_id, text=text)
    uow.emit(AlertChanged(alert.id))


def do_escalate(uow: UnitOfWork, alert: Alert) -> None:
    """Nobody has taken it in time: those above are told, once."""
    if alert.state is not AlertState.OPEN or alert.level:
        return
    alert.level = 1
    keep(uow, alert, Deed.ESCALATED, alert.state)
    uow.emit(AlertEscalated(alert.id))
    uow.emit(AlertChanged(alert.id))


def do_tell(uow: UnitOfWork, alert: Alert, message: Send) -> None:
    """Sends the message by which people know of an alert from now on, and which follows it."""
    alert.message_id = uow.apply(message)


def do_tell_above(uow: UnitOfWork, alert: Alert, message: Send) -> None:
    """Sends the one to those above them."""
    alert.escalation_id = uow.apply(message)


def wait_for_claim(uow: UnitOfWork, alert: Alert) -> None:
    """Begins to count the working time in which somebody has to take an open alert."""
    if alert.told_at is None:
        return
    uow.apply(SetTimer(_unclaimed(alert), _patience_ends(uow, alert), AlertUnclaimed(alert.id)))


def _patience_ends(uow: UnitOfWork, alert: Alert) -> datetime:
    line = None if alert.line is None else uow.ask(LineNamed(alert.line))
    patience = timedelta(minutes=option_of(uow, UNCLAIMED))
    return uow.now + patience if line is None else line.calendar().add_working(uow.now, patience)


def stop_waiting(uow: UnitOfWork, alert: Alert) -> None:
    """Somebody has taken it."""
    uow.apply(CancelTimer(_unclaimed(alert)))


def keep(
    uow: UnitOfWork,
    alert: Alert,
    deed: Deed,
    before: AlertState | None,
    *,
    actor_id: int | None = None,
    text: str = "",
) -> None:
    """Writes a line of the alert's history."""
    event = AlertEvent(
        alert_id=alert.id, at=uow.now, deed=deed, before=before, after=alert.state, actor_id=actor_id, text=text
    )
    uow.add(event)


def _unclaimed(alert: Alert) -> str:
    return f"alert-unclaimed:{alert.id}"


def _client(uow: UnitOfWork, call: Call) -> str:
    """The client's name: from the book, or as the caller's own exchange tells it, which may be anything."""
    known = None if call.external_number is None else uow.ask(ClientOf(call.external_number))
    if known is not None:
        return known.label
    told = " ".join((call.client_name or "").split())
    return told[:_NAME_LIMIT] if any(char.isalpha() for char in told) else ""


def _who(uow: UnitOfWork, endpoint: str | None) -> str:
    """Whose telephone it is, or all who share it; its number where nobody is known to have it."""
    people = () if endpoint is None else uow.ask(PeopleAt(endpoint))
    return " / ".join(person.name for person in people[:_MOST_SHARING]) or (endpoint or "").removeprefix("external:")
