"""Audiences that are kept under a name, for everybody who writes to many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.alike import as_read
from core.auditing import AuditKind, note
from core.chat.phrases import phrase
from core.people.audience import Audience
from core.people.person import Person
from core.people.roles import ADMINISTER
from core.unit_of_work import Query, Refused, UnitOfWork

AUDIENCES = AuditKind("campaigns.audiences", phrase("Saved audiences"))
NAME_LIMIT = 60
MOST_SAVED = 30
"""More would be no shorter way than to choose anew."""


@dataclass(eq=False, kw_only=True)
class SavedAudience:
    """An audience under a name: whoever joins its departments or roles later is meant as well."""

    id: int = field(init=False)
    name: str
    audience: Audience
    author_id: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SavedAudiences(Query[tuple[SavedAudience, ...]]):
    """All of them, by name."""


def do_save_audience(uow: UnitOfWork, actor: Person, name: str, audience: Audience) -> SavedAudience:
    """Keeps an audience under a name. Raises `Refused` for a name that is taken, empty or too long."""
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LIMIT:
        raise Refused(phrase("A name has from 1 to {limit} characters.", limit=NAME_LIMIT))
    known = uow.ask(SavedAudiences())
    if any(as_read(one.name) == as_read(name) for one in known):
        raise Refused(phrase("There is a saved audience of this name. Please write another name."))
    if len(known) >= MOST_SAVED:
        raise Refused(phrase("There are too many saved audiences. Please remove one first."))
    saved = SavedAudience(name=name, audience=audience, author_id=actor.id, saved_at=uow.now)
    uow.add(saved)
    uow.flush()
    note(uow, AUDIENCES, phrase("Saved: {name}", name=name))
    return saved


def may_forget(actor: Person, saved: SavedAudience) -> bool:
    """Whether somebody may remove a saved audience: the one who saved it, and admins."""
    return actor.id == saved.author_id or actor.may(ADMINISTER)


def do_forget_audience(uow: UnitOfWork, actor: Person, saved: SavedAudience) -> None:
    """Removes a saved audience; what was sent to it stays. Raises `Refused` for others than its author and admins."""
    if not may_forget(actor, saved):
        raise Refused(phrase("Only the one who saved it, and admins, can remove it."))
    note(uow, AUDIENCES, phrase("Removed: {name}", name=saved.name))
    uow.remove(saved)
