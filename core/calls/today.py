"""The clients of a day with whom nobody has spoken yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.access import COMPANY
from core.calls.alert import SEE_MISSED, Alert, AlertIds, WaitingAlerts, manages
from core.calls.call import Call
from core.calls.contacts import follow_ups, same_call
from core.calls.journal import CallsOfMissedClients
from core.calls.lines import Lines
from core.calls.rules import CONTACT, rule_of
from core.calls.settling import LONGEST_CALL
from core.people.audience import is_meant
from core.people.person import Person
from core.unit_of_work import UnitOfWork

_MOST_WAITING = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedClient:
    """A client who was missed `times` times, the last time in `call`; `attempts` are our calls in vain since then."""

    call: Call
    times: int
    attempts: int
    alert_id: int | None


def truly_missed(uow: UnitOfWork, since: datetime) -> list[MissedClient]:
    """The clients who were missed since a moment and with whom nobody has spoken, the latest first.

    Each caller who withheld the number is somebody else. Spam is left out.
    """
    calls = uow.ask(CallsOfMissedClients(missed_since=since, since=since - LONGEST_CALL))
    own: dict[str | None, float] = {line.name: rule_of(uow, line, CONTACT) for line in uow.ask(Lines())}
    waiting = [
        found
        for found in follow_ups(calls, as_of=uow.now, of_lines=own).values()
        if found.truly_missed and found.missed.started_at >= since
    ]
    alerts = uow.ask(AlertIds(tuple(found.missed.id for found in waiting)))
    clients: dict[str, MissedClient] = {}
    for found in sorted(waiting, key=lambda one: one.missed.started_at):
        call = found.missed
        key = call.external_number or call.id
        before = clients.pop(key, None)
        clients[key] = MissedClient(
            call=call,
            times=1 if before is None else before.times + (not same_call(before.call, call)),
            attempts=found.attempts,
            alert_id=alerts.get(call.id) or (before.alert_id if before else None),
        )
    return list(reversed(clients.values()))


def shown_to(uow: UnitOfWork, actor: Person, clients: Sequence[MissedClient]) -> list[MissedClient]:
    """Those whom somebody may see: a manager of a department those of its lines, and of lines that nobody answers."""
    if actor.may(SEE_MISSED, COMPANY):
        return list(clients)
    hidden = {
        line.name
        for line in uow.ask(Lines())
        if line.routed and actor.id not in line.duty and not manages(uow, actor, line.department_id)
    }
    return [client for client in clients if client.call.line not in hidden]


def waiting_for(uow: UnitOfWork, actor: Person) -> list[Alert]:
    """The alerts that somebody was told of, or answers for as a manager, and that have not come to an end: of any day,
    the latest first."""
    return [
        alert
        for alert in uow.ask(WaitingAlerts(_MOST_WAITING))
        if manages(uow, actor, alert.department_id) or is_meant(uow, actor, alert.audience)
    ]


def alerts_of(uow: UnitOfWork, clients: Sequence[MissedClient]) -> dict[int, Alert]:
    """Their alerts, by id."""
    found = (uow.get(Alert, client.alert_id) for client in clients if client.alert_id is not None)
    return {alert.id: alert for alert in found if alert is not None}
