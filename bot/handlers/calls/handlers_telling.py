"""Tells people of missed calls, and keeps what they were told true as the story goes on."""

from __future__ import annotations

from bot.handlers.calls.room import ESCALATED, MISSED, router
from bot.handlers.calls.screens import AlertCard, alert_screen, escalation_screen, insisting_screen
from core.calls.alert import (
    Alert,
    AlertChanged,
    AlertDue,
    AlertEscalated,
    AlertIdle,
    AlertInsists,
    AlertRaised,
    AlertReturned,
    AlertUnclaimed,
    CallAnswered,
    CallEnded,
    NotesOf,
)
from core.calls.alerting import do_escalate, do_raise, do_tell, do_tell_above, do_tell_again
from core.calls.lines import LineNamed, chiefs_of
from core.calls.returning import do_return
from core.calls.rules import SERIES, rule_of
from core.calls.settling import do_settle_call
from core.calls.unheard import do_tell_others
from core.delivery import Priority, Revise, Send, ToAudience, Unheard
from core.people.person import Department, Person
from core.unit_of_work import UnitOfWork

_NOTES = 3


@router.on(CallEnded)
def ended(uow: UnitOfWork, event: CallEnded) -> None:
    """Decides what a call means."""
    do_settle_call(uow, event.call_id)


@router.on(CallAnswered)
def answered(uow: UnitOfWork, event: CallAnswered) -> None:
    """A talk counts from its beginning."""
    do_settle_call(uow, event.call_id)


@router.on(AlertDue)
def due(uow: UnitOfWork, event: AlertDue) -> None:
    """Tells in the morning of a call of the night."""
    alert = uow.get(Alert, event.alert_id)
    if alert is not None:
        do_raise(uow, alert)


@router.on(AlertUnclaimed)
def unclaimed(uow: UnitOfWork, event: AlertUnclaimed) -> None:
    """Passes on what nobody took."""
    alert = uow.get(Alert, event.alert_id)
    if alert is not None:
        do_escalate(uow, alert)


@router.on(AlertIdle)
def idle(uow: UnitOfWork, event: AlertIdle) -> None:
    """Lets others take what was taken and not called."""
    alert = uow.get(Alert, event.alert_id)
    if alert is not None:
        do_return(uow, alert)


@router.on(AlertReturned)
def returned(uow: UnitOfWork, event: AlertReturned) -> None:
    """Says so aloud, as a change of a message makes no sound."""
    alert = _alert(uow, event.alert_id)
    _tell_again(uow, alert, f"returned:{alert.version}")


@router.on(AlertRaised)
def raised(uow: UnitOfWork, event: AlertRaised) -> None:
    """One message with a copy for everybody who is to know."""
    alert = _alert(uow, event.alert_id)
    message = Send(
        kind=MISSED,
        about=alert.id,
        content=alert_screen(card_of(uow, alert)),
        to=ToAudience(alert.audience),
        priority=Priority.ALERT,
        key=f"alert:{alert.id}",
        urgent=_on_duty(alert),
    )
    do_tell(uow, alert, message)


@router.on(AlertChanged)
def changed(uow: UnitOfWork, event: AlertChanged) -> None:
    """The messages follow, the short ones too."""
    alert = _alert(uow, event.alert_id)
    card = card_of(uow, alert)
    if alert.message_id is not None:
        uow.apply(Revise(alert.message_id, alert_screen(card)))
    for message in alert.told_again:
        uow.apply(Revise(message, insisting_screen(card)))
    if alert.escalation_id is not None:
        waited = uow.now - (alert.told_at or alert.opened_at)
        uow.apply(Revise(alert.escalation_id, escalation_screen(card, waited)))


@router.on(Unheard)
def unheard(uow: UnitOfWork, event: Unheard) -> None:
    """Somebody has to hear of it: others are told."""
    alert = uow.get(Alert, event.about) if event.kind in (MISSED.name, ESCALATED.name) else None
    if alert is not None:
        do_tell_others(uow, alert, event.message_id)


@router.on(AlertInsists)
def insists(uow: UnitOfWork, event: AlertInsists) -> None:
    """A change of a message makes no sound, so a new one says that the client tried again."""
    alert = _alert(uow, event.alert_id)
    _tell_again(uow, alert, f"miss:{alert.misses}")


@router.on(AlertEscalated)
def escalated(uow: UnitOfWork, event: AlertEscalated) -> None:
    """A new message to those above."""
    alert = _alert(uow, event.alert_id)
    message = Send(
        kind=ESCALATED,
        about=alert.id,
        content=escalation_screen(card_of(uow, alert), uow.now - (alert.told_at or alert.opened_at)),
        to=ToAudience(chiefs_of(uow, alert.department_id)),
        priority=Priority.ALERT,
        key=f"alert:{alert.id}:above:{alert.misses}",
    )
    do_tell_above(uow, alert, message)


def _tell_again(uow: UnitOfWork, alert: Alert, key: str) -> None:
    if alert.message_id is None:
        return
    message = Send(
        kind=MISSED,
        about=alert.id,
        content=insisting_screen(card_of(uow, alert)),
        to=ToAudience(alert.audience),
        priority=Priority.ALERT,
        key=f"alert:{alert.id}:{key}",
        urgent=_on_duty(alert),
    )
    do_tell_again(uow, alert, message)


def card_of(uow: UnitOfWork, alert: Alert) -> AlertCard:
    """An alert with the names that it mentions."""
    line = None if alert.line is None else uow.ask(LineNamed(alert.line))
    department = None if alert.department_id is None else uow.get(Department, alert.department_id)
    notes = uow.ask(NotesOf(alert.id, _NOTES))
    return AlertCard(
        alert=alert,
        line=line.label if line is not None else alert.line or "",
        department=None if department is None else department.name,
        claimed_by=_name(uow, alert.claimed_by),
        resolved_by=_name(uow, alert.resolved_by),
        series=rule_of(uow, line, SERIES),
        notes=tuple((_name(uow, note.actor_id), note.text) for note in notes),
    )


def _on_duty(alert: Alert) -> bool:
    """Whether people on duty are told: for them it rings in quiet hours too, and so for the department beside them."""
    return bool(alert.audience.people)


def _name(uow: UnitOfWork, person_id: int | None) -> str:
    person = None if person_id is None else uow.get(Person, person_id)
    return "—" if person is None else person.name


def _alert(uow: UnitOfWork, alert_id: int) -> Alert:
    alert = uow.get(Alert, alert_id)
    if alert is None:
        raise LookupError(f"alert {alert_id} is not there any more")
    return alert
