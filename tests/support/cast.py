"""The people of the scenarios: invented, few, and always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.access import Role
from core.people.choices import LANGUAGE, PREFERRED
from core.people.grants import refresh
from core.people.person import Account, Department, Person
from core.people.roles import ADMIN, HR, MANAGER
from core.settings import do_set
from core.unit_of_work import UnitOfWork
from tests.support.grants import endow


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast; `key` and `number` are for accounts."""

    key: str
    number: int
    last_name: str
    first_name: str
    patronymic: str
    department: str | None
    position: str
    roles: tuple[Role, ...]
    extension: str | None = None
    phone: str | None = None
    reports_to: str | None = None


_MANAGER = (MANAGER,)

CAST = (
    Member("manager", 1004, "Orlov", "Gleb", "Pavlovich", "Sales", "Head of sales", _MANAGER, "104"),
    Member(
        "employee",
        1001,
        "Petrova",
        "Anna",
        "Sergeevna",
        "Sales",
        "Sales manager",
        (),
        "101",
        "+79990000101",
        "manager",
    ),
    Member(
        "colleague",
        1002,
        "Sidorov",
        "Boris",
        "Ivanovich",
        "Sales",
        "Sales manager",
        (),
        "102",
        "+79990000102",
        "manager",
    ),
    Member("hr", 1003, "Vlasova", "Vera", "Olegovna", "HR", "HR partner", (HR,)),
    Member("admin", 1005, "Zimina", "Olga", "Petrovna", None, "IT lead", (ADMIN,)),
)


def by_key(member: Member) -> str:
    """The account in messengers that use names."""
    return member.key


def by_number(member: Member) -> str:
    """The account in messengers that use numbers."""
    return str(member.number)


def engage(uow: UnitOfWork, messenger: str, address: Callable[[Member], str]) -> dict[str, int]:
    """Puts the cast into an empty company, each with an account at `address` of one messenger; person ids by key."""
    departments = {name: Department(name=name) for name in ("Sales", "HR", "Support")}
    for department in departments.values():
        uow.add(department)
    uow.flush()
    people: dict[str, Person] = {}
    for one in CAST:
        person = Person(
            external_id=one.key,
            last_name=one.last_name,
            first_name=one.first_name,
            patronymic=one.patronymic,
            department_id=departments[one.department].id if one.department else None,
            position=one.position,
            extension=one.extension,
            phone=one.phone,
            manager_id=people[one.reports_to].id if one.reports_to else None,
        )
        uow.add(person)
        uow.flush()
        do_set(uow, person, LANGUAGE, "en")
        do_set(uow, person, PREFERRED, messenger)
        people[one.key] = endow(uow, person, *one.roles)
        uow.add(
            Account(
                messenger=messenger,
                address=address(one),
                person_id=person.id,
                chat=address(one),
                name=person.name,
                language="en",
                linked_at=uow.now,
            )
        )
    departments["Sales"].manager_id = people["manager"].id
    refresh(uow, {person.id for person in people.values()})
    uow.emitted()
    return {key: person.id for key, person in people.items()}
