"""What a call that has ended means for the alerts: a new one, one more miss, an end, or a mistake taken back."""

from __future__ import annotations

from datetime import timedelta

from core.calls.alert import (
    Alert,
    AlertChanged,
    AlertDue,
    AlertIds,
    AlertInsists,
    AlertOf,
    AlertsEndedBy,
    AlertState,
    Deed,
    LatestAlert,
    LinkMissed,
    MissedCallsOf,
    Resolution,
    UnresolvedAlerts,
)
from core.calls.alerting import do_raise, forget_end, keep, line_called, reopen, resolve, wait_for_claim
from core.calls.call import Call, Direction
from core.calls.contacts import answered, contact, same_call, slipped
from core.calls.journal import CallsById, CallsWith, ClientOf, IsBlocked, PeopleAt
from core.calls.lines import Line, audience_of, joined
from core.calls.rules import CONTACT, INSISTS, rule_of, series_of
from core.delivery import AddRecipients, ToAudience
from core.options import Switch, option_of
from core.people.person import Person
from core.timers import SetTimer
from core.unit_of_work import UnitOfWork

LOST_IN_TRANSFER = Switch("calls.transfers", True)
"""Whether people are told of clients who were answered and then passed on to nobody."""

LONGEST_CALL = timedelta(hours=4)
"""A call that began this long before a miss can still be the talk that settles it."""

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
    elif call.external_number is not None and answered(call):
        _spoke(uow, call, call.external_number)
        if slipped(call):
            _slipped(uow, call, call.external_number)


def _spoke(uow: UnitOfWork, call: Call, number: str) -> None:
    """The client was spoken with, or is at this moment: nobody has to call back, unless it proves to have been none."""
    for waiting in uow.ask(UnresolvedAlerts((number,))):
        if contact(call, uow.ask(MissedCallsOf(waiting.id))[-1], _least(uow, waiting.line)):
            _reached(uow, waiting, call)
    for ended in uow.ask(AlertsEndedBy((number,), (call.id,))):
        if slipped(call, _least(uow, ended.line)):
            _take_up(uow, ended, call)
        elif ended.contact_talk != call.talk_seconds:
            ended.contact_talk = call.talk_seconds
            uow.emit(AlertChanged(ended.id))


def _take_up(uow: UnitOfWork, alert: Alert, call: Call) -> None:
    """What began as a talk was none: whoever was missed before is missed still."""
    alert.state = AlertState.OPEN if alert.claimed_by is None else AlertState.CLAIMED
    forget_end(alert)
    if alert.state is AlertState.OPEN:
        wait_for_claim(uow, alert)
    keep(uow, alert, Deed.REOPENED, AlertState.RESOLVED, text=call.id)
    uow.emit(AlertChanged(alert.id))


def _slipped(uow: UnitOfWork, call: Call, number: str) -> None:
    """Who was missed meanwhile, and not told because a talk had begun."""
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
        least, others = _least(uow, call.line), uow.ask(CallsWith(number, since))
        if uow.ask(IsBlocked(number)) or any(contact(later, call, least) for later in others):
            return
        if uow.ask(AlertIds(tuple(other.id for other in others if other.missed and same_call(other, call)))):
            return
        known = uow.ask(LatestAlert(number))
    line = line_called(uow, call.line)
    if known is not None and _belongs(call, known, series_of(uow, line)):
        _join(uow, known, call, line)
    else:
        _raise(uow, call, line)


def _belongs(call: Call, alert: Alert, series: timedelta) -> bool:
    if alert.resolution in (Resolution.SPAM, Resolution.RETRACTED):
        return False
    return abs(call.started_at - alert.missed_at) <= series


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
    alert.shows([call], series_of(uow, line))
    uow.add(alert)
    uow.flush()
    uow.apply(LinkMissed(call.id, alert.id))
    keep(uow, alert, Deed.RAISED, None, text=call.id)
    at = uow.now if line is None else line.tell_at(call.started_at, uow.now)
    if at > uow.now:
        uow.apply(SetTimer(f"alert-due:{alert.id}", at, AlertDue(alert.id)))
    else:
        do_raise(uow, alert)


def _join(uow: UnitOfWork, alert: Alert, call: Call, line: Line | None) -> None:
    uow.apply(LinkMissed(call.id, alert.id))
    alert.shows(uow.ask(MissedCallsOf(alert.id)), series_of(uow, line))
    wider = joined(alert.audience, audience_of(uow, line))
    if wider != alert.audience:
        alert.audience = wider
        if alert.message_id is not None:
            uow.apply(AddRecipients(alert.message_id, ToAudience(wider)))
    before = alert.state
    if not alert.open:
        _remember(uow, alert)
        reopen(alert)
        wait_for_claim(uow, alert)
    keep(uow, alert, Deed.REPEATED if before is alert.state else Deed.REOPENED, before, text=call.id)
    uow.emit(AlertChanged(alert.id))
    if before is AlertState.RESOLVED or alert.misses == rule_of(uow, line, INSISTS):
        uow.emit(AlertInsists(alert.id))


def _remember(uow: UnitOfWork, alert: Alert) -> None:
    """Keeps how it had ended, for those who read of the client's next call."""
    closer = None if alert.resolved_by is None else uow.get(Person, alert.resolved_by)
    by = alert.contact_by or ("" if closer is None else closer.name)
    alert.earlier, alert.earlier_by = alert.resolution, by
    alert.earlier_at = alert.contact_at or alert.resolved_at


def _reached(uow: UnitOfWork, alert: Alert, call: Call) -> None:
    """The client and the company have spoken."""
    outbound = call.direction is Direction.OUTBOUND
    missed = uow.ask(MissedCallsOf(alert.id))[-1]
    used = line_called(uow, call.line)
    alert.contact_proven = not (outbound and used is not None and used.analogue)
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
        alert.shows(rest, series_of(uow, line_called(uow, alert.line)))
        keep(uow, alert, Deed.CORRECTED, alert.state, text=call_id)
        uow.emit(AlertChanged(alert.id))
    elif alert.open:
        resolve(uow, alert, Resolution.RETRACTED, text=call_id)


def _least(uow: UnitOfWork, line: str | None) -> float:
    """Seconds that a talk with a client of a line lasts at least."""
    return rule_of(uow, line_called(uow, line), CONTACT)


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
