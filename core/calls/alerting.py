"""The life of an alert: told of, waited for, escalated, ended, and each step written down."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.calls.alert import (
    Alert,
    AlertChanged,
    AlertEscalated,
    AlertEvent,
    AlertRaised,
    AlertState,
    AlertUnclaimed,
    Deed,
    Resolution,
)
from core.calls.lines import Line, LineNamed
from core.calls.rules import PATIENCE, rule_of
from core.delivery import Send
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import UnitOfWork


def do_raise(uow: UnitOfWork, alert: Alert) -> None:
    """Lets people know of an alert, unless it has come to an end before."""
    if alert.state is AlertState.OPEN and alert.told_at is None:
        alert.told_at = uow.now
        uow.emit(AlertRaised(alert.id))
        wait_for_claim(uow, alert)


def reopen(alert: Alert) -> None:
    """Makes an alert as if nobody had done anything about it."""
    alert.state, alert.level = AlertState.OPEN, 0
    alert.claimed_by = alert.claimed_at = None
    alert.returned_by, alert.returned_at = "", None
    forget_end(alert)


def forget_end(alert: Alert) -> None:
    """Takes back how it had ended."""
    alert.resolution = alert.resolved_by = alert.resolved_at = None
    alert.contact_id, alert.contact_by = None, ""
    alert.contact_at = alert.contact_after = alert.contact_talk = None


def resolve(
    uow: UnitOfWork, alert: Alert, resolution: Resolution, *, actor_id: int | None = None, text: str = ""
) -> None:
    """Ends an open alert; its message changes in place."""
    before, alert.state = alert.state, AlertState.RESOLVED
    alert.resolution, alert.resolved_by, alert.resolved_at = resolution, actor_id, uow.now
    stop_waiting(uow, alert)
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


def do_tell_again(uow: UnitOfWork, alert: Alert, message: Send) -> None:
    """Sends a short one that makes people look; it follows the alert too."""
    alert.told_again = (*alert.told_again, uow.apply(message))


def do_tell_above(uow: UnitOfWork, alert: Alert, message: Send) -> None:
    """Sends the one to those above them."""
    alert.escalation_id = uow.apply(message)


def wait_for_claim(uow: UnitOfWork, alert: Alert) -> None:
    """Begins to count the working time in which somebody has to take an open alert."""
    if alert.told_at is None:
        return
    uow.apply(SetTimer(_unclaimed(alert), _patience_ends(uow, alert), AlertUnclaimed(alert.id)))


def _patience_ends(uow: UnitOfWork, alert: Alert) -> datetime:
    line = line_called(uow, alert.line)
    return working_minutes(uow, line, rule_of(uow, line, PATIENCE))


def working_minutes(uow: UnitOfWork, line: Line | None, minutes: int, since: datetime | None = None) -> datetime:
    """When so much of the working time of a line has passed, from now or from `since`."""
    begun, wait = since or uow.now, timedelta(minutes=minutes)
    return begun + wait if line is None else line.calendar().add_working(begun, wait)


def stop_waiting(uow: UnitOfWork, alert: Alert) -> None:
    """Nobody has to take it, and nobody who took it has to call."""
    uow.apply(CancelTimer(_unclaimed(alert)))
    uow.apply(CancelTimer(idle_timer(alert)))


def idle_timer(alert: Alert) -> str:
    """The timer of `AlertIdle`."""
    return f"alert-idle:{alert.id}"


def line_called(uow: UnitOfWork, name: str | None) -> Line | None:
    """The line of this name, if there is one."""
    return None if name is None else uow.ask(LineNamed(name))


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
