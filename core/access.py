"""Who may do what: roles that add up, and rights that each feature declares for itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from core.chat.codec import record


@record
class Role(IntFlag):
    """What a person is in the company. A person can be several of these."""

    NONE = 0
    EMPLOYEE = 1
    MANAGER = 2
    HR = 4
    ADMIN = 8


ROLES = (Role.EMPLOYEE, Role.MANAGER, Role.HR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Right:
    """The permission to do one kind of thing, held by everybody who has one of `roles`."""

    name: str
    roles: Role

    def held_by(self, roles: Role) -> bool:
        """Whether a person with these roles has the right."""
        return self.roles is Role.NONE or bool(self.roles & roles)


ANYBODY = Right("anybody", Role.NONE)
"""For what an unknown account may do: to introduce itself."""

COLLEAGUE = Right("colleague", Role.EMPLOYEE | Role.MANAGER | Role.HR | Role.ADMIN)
"""For what everybody in the company may do."""
