"""A person is who counts: accounts, rights and settings belong to the person, never to a messenger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.access import PLAIN, Held, Right, Roles, Scope
from core.chat.codec import Json
from core.chat.networks import network_of
from core.people.roles import DEPARTMENT


@dataclass(eq=False, kw_only=True)
class Department:
    """A part of the company. `manager_id` names the person who heads it.

    `above` are the ids of the departments that it is part of, the nearest first; `core.people.departments` keeps them
    right. `external_id` is what the company's own records call it.
    """

    id: int = field(init=False)
    name: str
    manager_id: int | None = None
    parent_id: int | None = None
    above: tuple[int, ...] = ()
    external_id: str | None = None

    @property
    def scope(self) -> Scope:
        """Where a role counts that is given for this department."""
        return Scope(DEPARTMENT, self.id, self.above)


@dataclass(eq=False, kw_only=True)
class Person:
    """An employee. `phone` is E.164; `settings` are this person's choices as they are kept, see `core.settings`.

    `roles` is what follows now from grants, from the company's tree and from standing in for others; only
    `core.people.grants` changes it.
    """

    id: int = field(init=False)
    external_id: str | None = None
    last_name: str
    first_name: str
    patronymic: str = ""
    email: str = ""
    phone: str | None = None
    extension: str | None = None
    department_id: int | None = None
    position: str = ""
    manager_id: int | None = None
    roles: Roles = PLAIN
    birthday: date | None = None
    hired_on: date | None = None
    active: bool = True
    settings: Mapping[str, Json] | None = None

    @property
    def name(self) -> str:
        """First and last name, as colleagues say it."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def full_name(self) -> str:
        """Last name, first name and patronymic, as documents have it."""
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    def may(self, right: Right, scope: Scope | None = None) -> bool:
        """Whether this person has a right, in a place or anywhere; a deactivated person has none."""
        return self.by(right, scope) is not None

    def by(self, right: Right, scope: Scope | None = None) -> Held | None:
        """The role by which this person has a right, an own one if there is any; None without the right."""
        return right.by(self.roles, scope) if self.active else None


@dataclass(eq=False, kw_only=True)
class Account:
    """An account in a messenger. `address` is the messenger's own id of it; unique within the messenger.

    Where a network has several bot accounts, the same account of a person has a row for each that it wrote to;
    `superseded` when it has written to another one since: that one is used as long as it can be written to.

    `person_id` is None for a stranger. `chat` is the private chat with the bot, None until the account wrote first.
    `unreachable` holds the reason why it cannot be written to. `absent` when it has nothing yet to read with, and what
    it is to get waits until it comes. `unreadable_since` is when its messages began to come without the key to read
    them, None while they can be read. `phone` is a stranger's own number, which the messenger vouched for,
    until it is decided who that is.
    """

    id: int = field(init=False)
    messenger: str
    address: str
    person_id: int | None = None
    chat: str | None = None
    name: str = ""
    language: str | None = None
    unreachable: str | None = None
    absent: bool = False
    unreadable_since: datetime | None = None
    linked_at: datetime | None = None
    refused: bool = False
    superseded: bool = False
    phone: str | None = None

    @property
    def network(self) -> str:
        """The network that the account is in, whichever of the company's bot accounts it talks to."""
        return network_of(self.messenger)


@dataclass(eq=False, kw_only=True)
class Code:
    """A one-time code that links an account to a person. Only its hash is kept."""

    id: int = field(init=False)
    digest: str
    person_id: int
    expires_at: datetime
    used_at: datetime | None = None
