"""Who did what for whom, instead of whom and from where: written down where it is done, kept in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from core.access import Held
from core.chat.phrases import Phrase
from core.unit_of_work import Query, UnitOfWork

_known: dict[str, AuditKind] = {}


@dataclass(frozen=True, slots=True)
class AuditKind:
    """A kind of things that are written down, such as roles. `name` is kept: the room, then its own word."""

    name: str
    title: Phrase

    def __post_init__(self) -> None:
        if _known.setdefault(self.name, self) != self:
            raise ValueError(f"two kinds of audit are called {self.name}")

    @property
    def room(self) -> str:
        """The name of the room that declares it."""
        return self.name.partition(".")[0]


def known_audits() -> Mapping[str, AuditKind]:
    """All kinds that there are, by name."""
    return MappingProxyType(_known)


@dataclass(eq=False, kw_only=True)
class AuditEntry:
    """One thing that was done. Nobody in particular did it where `actor_id` is None: a file, a command, or the clock.

    `instead_of_id` is by whose right it was done, where that was somebody else's; `person_id` whom it concerns;
    `origin` the network in which it was asked for, empty without one.
    """

    id: int = field(init=False)
    at: datetime
    kind: str
    what: Phrase
    actor_id: int | None = None
    instead_of_id: int | None = None
    person_id: int | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AuditPart:
    """Some of `total` entries, the latest first; a long list is not counted to its end."""

    entries: tuple[AuditEntry, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOf(Query[AuditPart]):
    """The entries of a kind, about or by a person, since a moment; of all where it is None."""

    kind: str | None = None
    person_id: int | None = None
    since: datetime | None = None
    offset: int = 0
    limit: int


def note(uow: UnitOfWork, kind: AuditKind, what: Phrase, *, about: int | None = None, held: Held | None = None) -> None:
    """Writes down what is being done by whoever acts in this transaction (`UnitOfWork.acting`).

    `held` is the role by which it may be done, where that is known more exactly than by what was asked for.
    """
    acting = uow.acting
    uow.add(
        AuditEntry(
            at=uow.now,
            kind=kind.name,
            what=what,
            actor_id=acting.person_id,
            instead_of_id=acting.instead_of if held is None else held.instead_of,
            person_id=about,
            origin=acting.origin,
        )
    )
