"""Who works here, as colleagues and admins look for it."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.phrases import phrase
from core.people.person import Account, Person
from core.people.roles import ADMINISTER
from core.unit_of_work import Query, Refused, UnitOfWork

_SURE = 0.85
_AHEAD = 0.15


@dataclass(frozen=True, slots=True)
class Found:
    """A person whom a search may mean, with a likeness from 0 to 1 (see `matching.Match`)."""

    person: Person
    department: str
    score: float


@dataclass(frozen=True, slots=True)
class FindPeople(Query[tuple[Found, ...]]):
    """The people whom a text may mean, the likeliest first; with `inactive` also those who left."""

    text: str
    limit: int = 50
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some of `total` people whom a text may mean, the likeliest first."""

    people: tuple[Found, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SearchPeople(Query[FoundPage]):
    """The people whom a text may mean, and how many there are; with `inactive` also those who left."""

    text: str
    offset: int = 0
    limit: int = 50
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class DepartmentSize:
    """A department and how many active people work in it."""

    id: int
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Departments(Query[tuple[DepartmentSize, ...]]):
    """The departments that have active people, by name."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of `total` people."""

    people: tuple[Person, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleOf(Query[PeoplePage]):
    """The active people of a department or of a manager, by name."""

    department_id: int | None = None
    manager_id: int | None = None
    offset: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class AccountsOf(Query[tuple[Account, ...]]):
    """A person's accounts, the oldest first; each once, in the bot account of its network that it wrote to last."""

    person_id: int


@dataclass(frozen=True, slots=True)
class AccountsAt(Query[tuple[Account, ...]]):
    """One account of a network in each of the company's bot accounts where it is known; the oldest first."""

    network: str
    address: str


@dataclass(frozen=True, slots=True)
class PeopleWithPhone(Query[tuple[Person, ...]]):
    """The active people with a phone number (E.164)."""

    phone: str


PersonRecord = dict[str, object]
"""A person as plain data, with the names of the people file; `roles` (those given for the whole company) and `accounts`
are lists."""


@dataclass(frozen=True, slots=True)
class PeopleRecords(Query[tuple[PersonRecord, ...]]):
    """Everybody, by name, for export."""


def access_person(uow: UnitOfWork, actor: Person, person_id: int) -> Person:
    """A colleague. Only admins reach those who are not active."""
    person = uow.get(Person, person_id)
    if person is None or not (person.active or actor.may(ADMINISTER)):
        raise Refused(phrase("This colleague is not in the directory any more."))
    return person


def clear_match(found: tuple[Found, ...]) -> Found | None:
    """The one who must be meant; None when there is a choice, or a doubt."""
    if not found or found[0].score < _SURE:
        return None
    return found[0] if len(found) == 1 or found[0].score - found[1].score >= _AHEAD else None
