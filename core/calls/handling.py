"""What people do with an alert: take it, give it back, write a note, close it, mark the number as spam."""

from __future__ import annotations

from core.calls.alert import Alert, AlertChanged, AlertState, Deed, Resolution, UnresolvedAlerts, manages
from core.calls.alerting import keep, reopen, resolve, stop_waiting, wait_for_claim
from core.calls.journal import BlockNumber
from core.calls.returning import wait_for_call
from core.chat.phrases import Clock, Phrase, phrase
from core.people.person import Person
from core.unit_of_work import Refused, UnitOfWork


def do_claim(uow: UnitOfWork, actor: Person, alert: Alert) -> None:
    """The first who takes an alert has it; the others are told who that was. Raises `Refused`."""
    check_open(alert)
    if alert.state is AlertState.CLAIMED:
        if alert.claimed_by == actor.id:
            raise Refused(phrase("You have taken this call already."))
        raise Refused(_taken(uow, alert))
    alert.state, alert.claimed_by, alert.claimed_at = AlertState.CLAIMED, actor.id, uow.now
    alert.returned_by, alert.returned_at = "", None
    stop_waiting(uow, alert)
    wait_for_call(uow, alert)
    _done(uow, actor, alert, Deed.CLAIMED, AlertState.OPEN)


def check_released_by(uow: UnitOfWork, actor: Person, alert: Alert) -> None:
    """Raises `Refused` unless somebody can give a taken alert back: for another person only managers can."""
    check_open(alert)
    if alert.state is AlertState.OPEN:
        raise Refused(phrase("Nobody has taken this call."))
    if alert.claimed_by != actor.id and not manages(uow, actor, alert.department_id):
        holder = _holder(uow, alert)
        raise Refused(phrase("Only {name}, who took this call, or a manager can give it back.", name=holder))


def do_release(uow: UnitOfWork, actor: Person, alert: Alert) -> None:
    """Gives a taken alert back. Raises `Refused`."""
    check_released_by(uow, actor, alert)
    alert.state, alert.claimed_by, alert.claimed_at = AlertState.OPEN, None, None
    stop_waiting(uow, alert)
    wait_for_claim(uow, alert)
    _done(uow, actor, alert, Deed.RELEASED, AlertState.CLAIMED)


def do_note(uow: UnitOfWork, actor: Person, alert: Alert, text: str) -> None:
    """Writes something down; possible at any time."""
    _done(uow, actor, alert, Deed.NOTED, alert.state, text)


def do_close(uow: UnitOfWork, actor: Person, alert: Alert, note: str) -> None:
    """Ends an alert without a call, with the reason. Raises `Refused`."""
    check_open(alert)
    keep(uow, alert, Deed.NOTED, alert.state, actor_id=actor.id, text=note)
    resolve(uow, alert, Resolution.CLOSED_NOTE, actor_id=actor.id)


def do_spam(uow: UnitOfWork, actor: Person, alert: Alert) -> None:
    """Ends the alerts of a number and lets it raise none any more. Raises `Refused`."""
    check_open(alert)
    number = _number(alert)
    uow.apply(BlockNumber(number, True, actor.id))
    for each in uow.ask(UnresolvedAlerts((number,))):
        resolve(uow, each, Resolution.SPAM, actor_id=actor.id)


def do_unspam(uow: UnitOfWork, actor: Person, alert: Alert) -> None:
    """The number was no spam: it may raise alerts again, and this one is open again. Raises `Refused`."""
    if alert.resolution is not Resolution.SPAM:
        raise Refused(phrase("This number is not marked as spam."))
    uow.apply(BlockNumber(_number(alert), False, actor.id))
    reopen(alert)
    wait_for_claim(uow, alert)
    _done(uow, actor, alert, Deed.REOPENED, AlertState.RESOLVED)


def check_open(alert: Alert) -> None:
    """Raises `Refused` for an alert that has come to an end."""
    if not alert.open:
        raise Refused(phrase("This call is dealt with already."))


def _number(alert: Alert) -> str:
    if alert.number is None:
        raise Refused(phrase("The caller withheld the number."))
    return alert.number


def _taken(uow: UnitOfWork, alert: Alert) -> Phrase:
    time = Clock(alert.claimed_at or uow.now)
    return phrase("Already taken by {name}, {time}", name=_holder(uow, alert), time=time)


def _holder(uow: UnitOfWork, alert: Alert) -> str:
    holder = None if alert.claimed_by is None else uow.get(Person, alert.claimed_by)
    return "—" if holder is None else holder.name


def _done(uow: UnitOfWork, actor: Person, alert: Alert, deed: Deed, before: AlertState, text: str = "") -> None:
    keep(uow, alert, deed, before, actor_id=actor.id, text=text)
    uow.emit(AlertChanged(alert.id))
