"""The roles that every company has, and how those are read that were once stored as bits of a number."""

from __future__ import annotations

from core.access import EMPLOYEE, Right, Role
from core.chat.codec import reads
from core.chat.phrases import phrase

DEPARTMENT = "department"
"""The kind of scope that a department is, with those below it."""
TEAM = "team"
"""The kind of scope that the people are who report to somebody, directly or through others; its id is that person's."""

MANAGER = Role("manager", phrase("Manager"), phrase("Managers"), scopes=(DEPARTMENT,))
"""Also follows from heading a department, or from having people who report to one: for these alone."""
HR = Role("hr", phrase("HR"), phrase("HR"))
ADMIN = Role("admin", phrase("Admin"), phrase("Admins"))

ADMINISTER = Right("administer people", (ADMIN,))
READ_AUDIT = Right("read the audit", (ADMIN,))

_BITS = {1: EMPLOYEE.name, 2: MANAGER.name, 4: HR.name, 8: ADMIN.name}


def names_of_bits(bits: int) -> tuple[str, ...]:
    """The names of the roles of a number."""
    return tuple(name for bit, name in _BITS.items() if bits & bit)


reads("Role", names_of_bits)
