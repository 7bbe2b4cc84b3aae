"""Who stands in for whom, where and from when until when: the deputy has the rights of the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.access import COMPANY, Held, Scope
from core.auditing import AuditKind, note
from core.chat.codec import record
from core.chat.phrases import Phrase, Text, phrase
from core.people.grants import check_gives, refresh
from core.people.person import Person
from core.people.places import place_words
from core.people.roles import DEPARTMENT
from core.people.standing_in import Standing, lent
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import DomainEvent, Query, Refused, UnitOfWork

DEPUTIES = AuditKind("people.deputies", phrase("Stand-ins"))


@dataclass(eq=False, kw_only=True)
class Deputy:
    """`deputy_id` stands in for `person_id`, in a scope, from one moment until another; ended early at `ended_at`."""

    id: int = field(init=False)
    person_id: int
    deputy_id: int
    scope_kind: str = COMPANY.kind
    scope_id: int = 0
    starts_at: datetime
    until: datetime
    made_by: int | None
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: int | None = None

    @property
    def scope(self) -> Scope:
        """Where it counts."""
        return Scope(self.scope_kind, self.scope_id)


@dataclass(frozen=True, slots=True)
class DeputiesOf(Query[tuple[Deputy, ...]]):
    """Who stands in for a person, and for whom that person does, now or later; the earliest first."""

    person_id: int


@record
@dataclass(frozen=True, slots=True)
class DeputyTurns(DomainEvent):
    """The time has come from which, or until which, somebody stands in."""

    deputy_id: int


def access_deputy(uow: UnitOfWork, actor: Person, deputy_id: int) -> Deputy:
    """An appointment that can still be ended, for those whom it concerns and for admins."""
    deputy = uow.get(Deputy, deputy_id)
    if deputy is None or deputy.ended_at is not None:
        raise Refused(phrase("This is over already."))
    if actor.id not in (deputy.person_id, deputy.deputy_id):
        check_gives(actor)
    return deputy


def check_appoints(uow: UnitOfWork, actor: Person, person: Person) -> None:
    """Raises `Refused` unless somebody may choose who stands in for a person who has rights of their own."""
    if actor is not person:
        check_gives(actor)
    if not person.roles.own or not person.active:
        raise Refused(phrase("{name} has no role in which somebody could stand in.", name=person.name))


def do_appoint(
    uow: UnitOfWork,
    actor: Person,
    person: Person,
    deputy: Person,
    *,
    scope: Scope = COMPANY,
    starts_at: datetime | None = None,
    until: datetime,
) -> Deputy:
    """Has somebody stand in for a person. Raises `Refused`."""
    check_appoints(uow, actor, person)
    starts_at = starts_at or uow.now
    if deputy is person:
        raise Refused(phrase("Nobody stands in for themselves. Please choose a colleague."))
    if not deputy.active:
        raise Refused(phrase("{name} does not work here any more.", name=deputy.name))
    if scope.kind not in (COMPANY.kind, DEPARTMENT):
        raise Refused(phrase("Somebody stands in for the whole or for a department."))
    if not lent(uow, person.roles.own, Standing(deputy.id, person.id, scope)):
        raise Refused(phrase("{name} has no role there in which somebody could stand in.", name=person.name))
    if until <= max(starts_at, uow.now):
        raise Refused(phrase("The end must come after the beginning."))
    for one in uow.ask(DeputiesOf(person.id)):
        if (one.person_id, one.deputy_id, one.scope) == (person.id, deputy.id, scope) and one.starts_at < until:
            _end(uow, one, actor.id)
    made = Deputy(
        person_id=person.id,
        deputy_id=deputy.id,
        scope_kind=scope.kind,
        scope_id=scope.id,
        starts_at=starts_at,
        until=until,
        made_by=actor.id,
        made_at=uow.now,
    )
    uow.add(made)
    uow.flush()
    uow.apply(SetTimer(_timer(made, "until"), until, DeputyTurns(made.id)))
    if starts_at > uow.now:
        uow.apply(SetTimer(_timer(made, "from"), starts_at, DeputyTurns(made.id)))
    _note(uow, actor, made, phrase("Stand-in: {what}", what=deputy_words(uow, made)))
    refresh(uow, (deputy.id,))
    return made


def do_end(uow: UnitOfWork, actor: Person, deputy: Deputy) -> None:
    """Ends it early."""
    _end(uow, deputy, actor.id)
    _note(uow, actor, deputy, phrase("Stand-in ended early"))
    refresh(uow, (deputy.deputy_id,))


def do_turn(uow: UnitOfWork, deputy_id: int) -> Deputy | None:
    """Begins or ends it by the clock; None when it had been ended."""
    deputy = uow.get(Deputy, deputy_id)
    if deputy is None or deputy.ended_at is not None:
        return None
    if deputy.until <= uow.now:
        _end(uow, deputy, None)
        _note(uow, None, deputy, phrase("Stand-in over"))
    refresh(uow, (deputy.deputy_id,))
    return deputy


def deputy_words(uow: UnitOfWork, deputy: Deputy) -> Phrase:
    """Where it counts and for how long."""
    where: Text = phrase("everything") if deputy.scope == COMPANY else place_words(uow, deputy.scope)
    return phrase("{where}, from {start} until {end}", where=where, start=deputy.starts_at, end=deputy.until)


def _end(uow: UnitOfWork, deputy: Deputy, by: int | None) -> None:
    deputy.ended_at, deputy.ended_by = uow.now, by
    for which in ("from", "until"):
        uow.apply(CancelTimer(_timer(deputy, which)))


def _note(uow: UnitOfWork, actor: Person | None, deputy: Deputy, what: Phrase) -> None:
    """Whoever does it for somebody else does it instead of them."""
    by = Held("", instead_of=None if actor is not None and actor.id == deputy.person_id else deputy.person_id)
    note(uow, DEPUTIES, what, about=deputy.deputy_id, held=by)


def _timer(deputy: Deputy, which: str) -> str:
    return f"deputy:{deputy.id}:{which}"
