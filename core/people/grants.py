"""Who gave whom which role, where and until when; and what everybody may do because of that and of the company's tree.

`Person.roles` is what all of it comes to. It is worked out anew (`refresh`) whenever something changes that it follows
from, so that checking a right costs no query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from core.access import COMPANY, Held, Role, Scope, collect
from core.auditing import AuditKind, note
from core.chat.codec import record
from core.chat.phrases import phrase
from core.people.listing import HOLDERS
from core.people.person import Person
from core.people.places import ended, given, role_words, taken
from core.people.roles import ADMIN, ADMINISTER, DEPARTMENT, MANAGER, TEAM
from core.people.standing_in import StandingNow, lent
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import DomainEvent, Query, Refused, UnitOfWork

ROLES = AuditKind("people.roles", phrase("Roles"))


class Source(Enum):
    """What decided that somebody has a role."""

    CHAT = "chat"
    IMPORT = "import"
    SETTINGS = "settings"
    BEFORE = "before"
    """It was there before it was written down who gives what."""


@dataclass(eq=False, kw_only=True)
class Grant:
    """A role that was given. `given_by` is None where no person decided; `until` None for good; ended at `ended_at`.

    `scope_kind` and `scope_id` are those of a `Scope`.
    """

    id: int = field(init=False)
    person_id: int
    role: str
    scope_kind: str = COMPANY.kind
    scope_id: int = 0
    source: Source
    given_by: int | None = None
    given_at: datetime
    until: datetime | None = None
    ended_at: datetime | None = None
    ended_by: int | None = None

    @property
    def held(self) -> Held:
        """What the person has by it."""
        return Held(self.role, Scope(self.scope_kind, self.scope_id))


@dataclass(frozen=True, slots=True)
class GrantsOf(Query[tuple[Grant, ...]]):
    """The grants that a person has now, the oldest first."""

    person_id: int


@dataclass(frozen=True, slots=True)
class AllGrants(Query[tuple[Grant, ...]]):
    """The grants of everybody now, for the whole company."""


@dataclass(frozen=True, slots=True)
class RoleCounts(Query[Mapping[str, int]]):
    """How many active people have each role, wherever, by the role's name."""


@dataclass(frozen=True, slots=True)
class LastingAdmins(Query[frozenset[int]]):
    """The active people who are admins for good. Their rows are locked, so that of two who remove each other only the
    first succeeds."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What somebody's own roles follow from: grants, the departments headed, and whether anybody reports to them."""

    grants: tuple[Held, ...] = ()
    heads: tuple[int, ...] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class BasisOf(Query[Mapping[int, Basis]]):
    """Of these people what their own roles follow from; nothing for those for whom that is nothing."""

    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class PeopleById(Query[Mapping[int, Person]]):
    """These people, by id."""

    people: frozenset[int]


@record
@dataclass(frozen=True, slots=True)
class RolesChanged(DomainEvent):
    """What a person may do is different now: the roles, or whether the person is active."""

    person_id: int


@record
@dataclass(frozen=True, slots=True)
class GrantEnds(DomainEvent):
    """The time is over for which a role was given."""

    grant_id: int


def do_grant(
    uow: UnitOfWork, actor: Person, person: Person, role: Role, scope: Scope = COMPANY, until: datetime | None = None
) -> bool:
    """Gives a role, or gives it until another time; False when nothing had to change. Raises `Refused`."""
    check_gives(actor)
    if not role.given:
        raise Refused(phrase("This role cannot be changed."))
    if scope.kind != COMPANY.kind and scope.kind not in role.scopes:
        raise Refused(phrase("This role is given for the whole company only."))
    if until is not None and until <= uow.now:
        raise Refused(phrase("This time has passed. Please choose a later one."))
    if until is not None and role == ADMIN:
        check_not_last_admin(uow, person)
    return give(uow, person, role.name, scope, until=until, source=Source.CHAT, by=actor.id)


def do_revoke(uow: UnitOfWork, actor: Person, person: Person, grant: Grant) -> bool:
    """Takes a role that was given; False when it was taken already. Raises `Refused`."""
    check_gives(actor)
    if grant.ended_at is not None or grant.person_id != person.id:
        return False
    if grant.role == ADMIN.name:
        check_not_last_admin(uow, person)
    _end(uow, grant, actor.id)
    refresh(uow, (person.id,))
    return True


def do_expire(uow: UnitOfWork, grant_id: int) -> None:
    """Ends a grant whose time is over."""
    grant = uow.get(Grant, grant_id)
    if grant is not None and grant.ended_at is None and grant.until is not None and grant.until <= uow.now:
        _end(uow, grant, None)
        refresh(uow, (grant.person_id,))


def give(
    uow: UnitOfWork,
    person: Person,
    role: str,
    scope: Scope = COMPANY,
    *,
    until: datetime | None = None,
    source: Source,
    by: int | None = None,
) -> bool:
    """Gives a role without asking who may; False when the person has it so already."""
    same = [one for one in uow.ask(GrantsOf(person.id)) if one.held == Held(role, scope)]
    if any(one.until == until for one in same):
        return False
    for one in same:
        _end(uow, one, by)
    keep(uow, person.id, role, scope, until=until, source=source, by=by)
    refresh(uow, (person.id,))
    return True


def keep(
    uow: UnitOfWork,
    person_id: int,
    role: str,
    scope: Scope = COMPANY,
    *,
    until: datetime | None = None,
    source: Source,
    by: int | None = None,
) -> None:
    """Writes a grant down; the caller refreshes."""
    grant = Grant(
        person_id=person_id,
        role=role,
        scope_kind=scope.kind,
        scope_id=scope.id,
        source=source,
        given_by=by,
        given_at=uow.now,
        until=until,
    )
    uow.add(grant)
    if source is not Source.BEFORE:
        note(uow, ROLES, given(role_words(uow, role, scope, until)), about=person_id)
    if until is not None:
        uow.flush()
        uow.apply(SetTimer(_timer(grant), until, GrantEnds(grant.id)))


def take(uow: UnitOfWork, grants: Iterable[Grant], by: int | None = None) -> None:
    """Ends grants without asking who may; the caller refreshes."""
    for grant in grants:
        _end(uow, grant, by)


def refresh(uow: UnitOfWork, people: Collection[int]) -> None:
    """Works out anew what these people may do, and tells of those for whom it is different."""
    wanted = frozenset(people)
    if not wanted:
        return
    standing = uow.ask(StandingNow(wanted))
    changing = wanted | {one.deputy_id for one in standing}
    known = changing | {one.person_id for one in standing}
    basis, found = uow.ask(BasisOf(known)), uow.ask(PeopleById(known))
    own = {id: own_roles(id, basis.get(id, Basis())) for id in found}
    for id in changing & found.keys():
        for_others = [one for one in standing if one.deputy_id == id and found[one.person_id].active]
        borrowed = (role for one in for_others for role in lent(uow, own[one.person_id], one))
        roles = collect((*own[id], *borrowed))
        if found[id].roles != roles:
            found[id].roles = roles
            tell_roles(uow, id)


def tell_roles(uow: UnitOfWork, person_id: int) -> None:
    """Somebody may do other things than before."""
    uow.emit(RolesChanged(person_id))
    uow.wake(HOLDERS)


def own_roles(person_id: int, basis: Basis) -> tuple[Held, ...]:
    """What somebody is by grants, and by the place in the company's tree."""
    heads = (Held(MANAGER.name, Scope(DEPARTMENT, id)) for id in basis.heads)
    leads = (Held(MANAGER.name, Scope(TEAM, person_id)),) if basis.leads else ()
    return (*basis.grants, *heads, *leads)


def check_gives(actor: Person) -> None:
    """Raises `Refused` unless somebody may give and take roles; a right that is another's cannot be passed on."""
    held = actor.by(ADMINISTER)
    if held is None:
        raise Refused(phrase("Only admins may do this."))
    if held.instead_of is not None:
        raise Refused(phrase("Only admins themselves may do this, not those who stand in for them."))


def check_not_last_admin(uow: UnitOfWork, person: Person) -> None:
    """Refuses to take the last admin away."""
    admins = uow.ask(LastingAdmins())
    if person.active and person.id in admins and len(admins) == 1:
        raise Refused(phrase("{name} is the last admin. Make somebody else an admin first.", name=person.name))


def _end(uow: UnitOfWork, grant: Grant, by: int | None) -> None:
    grant.ended_at, grant.ended_by = uow.now, by
    words = role_words(uow, grant.role, grant.held.scope)
    over = grant.until is not None and grant.until <= uow.now
    note(uow, ROLES, ended(words) if over else taken(words), about=grant.person_id)
    if grant.until is not None:
        uow.apply(CancelTimer(_timer(grant)))


def _timer(grant: Grant) -> str:
    return f"grant:{grant.id}"
