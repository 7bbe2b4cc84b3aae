"""Who may do what: roles that rooms declare, where a person has them, and the rights that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from core.chat.phrases import Command, Listing, Phrase, Text, phrase

_known: dict[str, Role] = {}


@dataclass(frozen=True, slots=True)
class Role:
    """What a person can be in the company. `name` is what is stored, in small letters; `people` is what all are called
    who have it.

    Beside the whole company it can be given for the kinds of places in `scopes`. What is not `given` by hand follows
    from something else.
    """

    name: str
    title: Phrase = field(compare=False)
    people: Phrase = field(compare=False)
    scopes: tuple[str, ...] = ()
    given: bool = True

    def __post_init__(self) -> None:
        _known.setdefault(self.name, self)


def role_title(name: str) -> Text:
    """What a role is called, by its stored name; that itself for one that no room has any more."""
    role = _known.get(name)
    return name if role is None else role.title


def role_scopes(name: str) -> tuple[str, ...]:
    """The kinds of places that a role can be given for beside the whole company."""
    role = _known.get(name)
    return () if role is None else role.scopes


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the company in which a role counts: its kind, such as "department", and its id.

    `above` are the ids of those of the same kind that contain it: a role that counts in one of these counts here.
    """

    kind: str
    id: int = 0
    above: tuple[int, ...] = field(default=(), compare=False)

    def is_within(self, other: Scope) -> bool:
        """Whether it is the other one or a part of it; everything is a part of the company."""
        if other.kind == COMPANY.kind:
            return True
        return self.kind == other.kind and (self.id == other.id or other.id in self.above)


COMPANY = Scope("company")


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person has now. `instead_of` is whose it really is: that of somebody whom the person stands in for.

    Its text is "hr", "manager@department:3", "hr<12", or "manager@department:3<12".
    """

    role: str
    scope: Scope = COMPANY
    instead_of: int | None = None

    @property
    def text(self) -> str:
        """The stored form."""
        place = "" if self.scope == COMPANY else f"@{self.scope.kind}:{self.scope.id}"
        return f"{self.role}{place}" + ("" if self.instead_of is None else f"<{self.instead_of}")


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles that somebody has now, the own ones first. Whoever is no `colleague` has none and no right at all."""

    held: tuple[Held, ...] = ()
    colleague: bool = True

    @staticmethod
    def of(*roles: Role) -> Roles:
        """These roles in the whole company."""
        return collect(Held(role.name) for role in roles)

    @property
    def text(self) -> str:
        """The stored form: the texts of what is held, with spaces between them."""
        return " ".join(one.text for one in self.held)

    @property
    def names(self) -> frozenset[str]:
        """The names of the roles, wherever they count."""
        return frozenset(one.role for one in self.held)

    @property
    def own(self) -> tuple[Held, ...]:
        """What is not held instead of somebody else."""
        return tuple(one for one in self.held if one.instead_of is None)

    def __contains__(self, role: Role) -> bool:
        return self.colleague if role.name == EMPLOYEE.name else role.name in self.names


PLAIN = Roles()
"""What every colleague has."""

NOBODY = Roles(colleague=False)
"""What a stranger has, and a person whose access is closed."""


def collect(held: Iterable[Held]) -> Roles:
    """The roles in their order, each once."""
    return Roles(tuple(sorted(set(held), key=lambda one: (one.instead_of or 0, one.text))))


@lru_cache(maxsize=4096)
def read_roles(text: str | None) -> Roles:
    """The roles of a stored text; None is nobody's."""
    return NOBODY if text is None else Roles(tuple(map(read_held, text.split())))


def read_held(text: str) -> Held:
    """One role of a stored text."""
    rest, _, whose = text.partition("<")
    role, _, place = rest.partition("@")
    kind, _, id = place.partition(":")
    return Held(role, Scope(kind, int(id)) if place else COMPANY, int(whose) if whose else None)


EMPLOYEE = Role("employee", phrase("Employee"), phrase("Employees"), given=False)
"""What everybody is who has access."""
_ANYWAY = Held(EMPLOYEE.name)


@dataclass(frozen=True, slots=True)
class Right:
    """The permission to do one kind of thing, held by everybody who has one of `roles`; by strangers too without any.

    A right can be asked for a place (`Scope`): then only a role counts that covers it. Without one it is asked whether
    it is held anywhere.
    """

    name: str
    roles: tuple[Role, ...]
    _names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", frozenset(role.name for role in self.roles))

    def held_by(self, roles: Roles, scope: Scope | None = None) -> bool:
        """Whether somebody with these roles has the right."""
        return self.by(roles, scope) is not None

    @property
    def refusal(self) -> Phrase:
        """What somebody is told who has not got the right: which role has it, and where the own rights stand."""
        who = Listing(tuple(role.title for role in self.roles), any_of=True)
        return phrase(
            "You are not allowed to do this: it takes the role {who}. What you can do is in {help}.",
            who=who,
            help=Command("help"),
        )

    def by(self, roles: Roles, scope: Scope | None = None) -> Held | None:
        """The role from which the right follows, an own one if there is any; None without the right."""
        if not self._names or (roles.colleague and EMPLOYEE.name in self._names):
            return _ANYWAY
        for one in roles.held:
            if one.role in self._names and (scope is None or scope.is_within(one.scope)):
                return one
        return None


ANYBODY = Right("anybody", ())
"""For what an unknown account may do: to introduce itself."""

COLLEAGUE = Right("colleague", (EMPLOYEE,))
"""For what everybody in the company may do."""
