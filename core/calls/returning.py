"""A taken alert that no call follows goes back to those who can take it."""

from __future__ import annotations

from core.calls.alert import Alert, AlertChanged, AlertIdle, AlertReturned, AlertState, Deed
from core.calls.alerting import idle_timer, keep, wait_for_claim, working_minutes
from core.calls.journal import CallsWith
from core.calls.lines import LineNamed
from core.calls.rules import IDLE
from core.options import option_of
from core.people.person import Person
from core.timers import SetTimer
from core.unit_of_work import UnitOfWork


def wait_for_call(uow: UnitOfWork, alert: Alert) -> None:
    """Begins to count the working time in which whoever took an alert has to call, from the last call on. A withheld
    number cannot be called."""
    if alert.number is None or alert.claimed_at is None:
        return
    calls = uow.ask(CallsWith(alert.number, alert.claimed_at))
    if any(call.open for call in calls):
        since = uow.now
    else:
        since = max((call.ended_at or call.started_at for call in calls), default=alert.claimed_at)
    line = None if alert.line is None else uow.ask(LineNamed(alert.line))
    at = working_minutes(uow, line, option_of(uow, IDLE), since)
    uow.apply(SetTimer(idle_timer(alert), at, AlertIdle(alert.id)))


def do_return(uow: UnitOfWork, alert: Alert) -> None:
    """Opens a taken alert again when no call with the client followed in time; its level is kept."""
    if alert.state is not AlertState.CLAIMED or alert.number is None or alert.claimed_at is None:
        return
    line = None if alert.line is None else uow.ask(LineNamed(alert.line))
    calls = uow.ask(CallsWith(alert.number, alert.claimed_at))
    last = max((uow.now if call.open else call.ended_at or call.started_at for call in calls), default=None)
    if last is not None and working_minutes(uow, line, option_of(uow, IDLE), last) > uow.now:
        wait_for_call(uow, alert)
        return
    holder = None if alert.claimed_by is None else uow.get(Person, alert.claimed_by)
    alert.returned_by, alert.returned_at = ("" if holder is None else holder.name), alert.claimed_at
    alert.state, alert.claimed_by, alert.claimed_at = AlertState.OPEN, None, None
    wait_for_claim(uow, alert)
    keep(uow, alert, Deed.RETURNED, AlertState.CLAIMED)
    uow.emit(AlertChanged(alert.id))
    uow.emit(AlertReturned(alert.id))
