"""An audience while it is being chosen, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeVar

from bot.talk.questions import Answers
from core.access import Role
from core.chat.codec import record
from core.chat.phrases import Listing, Phrase, Text, phrase, plural
from core.people.audience import Audience, Reach, ReachOf, Unreachable, UnreachableOf
from core.people.person import Department, Person
from core.people.roles import names_of_bits
from core.unit_of_work import UnitOfWork

T = TypeVar("T")
_NAMED = 5
"""People who are named in a line."""


@record
class AudiencePage(Enum):
    """What is asked of an audience: its kind, its parts, its name to be kept; or shown: who cannot be reached."""

    START = "start"
    DEPARTMENTS = "departments"
    ROLES = "roles"
    NAMES = "names"
    WITHOUT = "without"
    UNREACHABLE = "unreachable"
    SAVE = "save"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceChoice:
    """What has been chosen so far and where one is: the page, the part of its list (from 0), what was written to find
    something, and the saved audience (its id) that it began with."""

    audience: Audience = field(default_factory=Audience)
    page: AudiencePage = AudiencePage.START
    part: int = 0
    sought: str = ""
    saved: int | None = None

    def at(self, page: AudiencePage) -> AudienceChoice:
        """The same on another page."""
        return replace(self, page=page, part=0, sought="")


def audience_of(answers: Answers, name: str = "audience") -> Audience:
    """Who has been chosen so far in an `AudienceStep` of this name."""
    return choice_of(answers, name).audience


def choice_of(answers: Answers, name: str) -> AudienceChoice:
    """The state of an `AudienceStep`. Drafts of before keep a word, and departments and roles beside it."""
    chosen = answers.get(name, AudienceChoice)
    if chosen is not None:
        return chosen
    match answers.get(name, str):
        case "everybody":
            return AudienceChoice(audience=Audience(everybody=True))
        case "departments":
            ids = tuple(int(key) for key in answers.all("departments", str) if key.isdecimal())
            return AudienceChoice(audience=Audience(branches=ids), page=AudiencePage.DEPARTMENTS)
        case "roles":
            names = tuple(name for value in answers.all("roles", str) for name in role_names(value))
            return AudienceChoice(audience=Audience(roles=names), page=AudiencePage.ROLES)
        case _:
            return AudienceChoice()


def role_names(value: str) -> tuple[str, ...]:
    """The role of a name; a menu of before has numbers."""
    return names_of_bits(int(value)) if value.isdecimal() else (value,)


def toggled(audience: Audience, key: str) -> Audience:
    """An audience with or without a part: "d" and the id of a department, "r" and a role, "p" and a person's id."""
    kind, rest = key[:1], key[1:]
    if kind == "r":
        return replace(audience, roles=_flipped(audience.roles, rest))
    if kind == "d":
        return replace(audience, branches=_flipped(audience.branches, int(rest)))
    return replace(audience, people=_flipped(audience.people, int(rest)))


def has(audience: Audience, key: str) -> bool:
    """Whether a part is in an audience."""
    kind, rest = key[:1], key[1:]
    if kind == "r":
        return rest in audience.roles
    return int(rest) in (audience.branches if kind == "d" else audience.people)


def audience_text(uow: UnitOfWork, audience: Audience, roles: Mapping[str, Role]) -> Text:
    """Whom an audience consists of, in words."""
    if audience.without is not None:
        meant = audience_text(uow, replace(audience, without=None), roles)
        return phrase(
            "{audience}; without: {others}", audience=meant, others=audience_text(uow, audience.without, roles)
        )
    if audience.everybody:
        return phrase("Everybody")
    departments = (uow.get(Department, key) for key in (*audience.departments, *audience.branches))
    people = (uow.get(Person, key) for key in audience.people[:_NAMED])
    names: list[Text] = [one.name if one else "—" for one in departments]
    names += [roles[name].people for name in audience.roles if name in roles]
    names += [one.full_name if one else "—" for one in people]
    if len(audience.people) > _NAMED:
        left = len(audience.people) - _NAMED
        names.append(plural("{n} more person", "{n} more people", n=left))
    return phrase("{names}", names=Listing(tuple(names)))


def reach_lines(reach: Reach) -> tuple[Phrase, ...]:
    """How many will receive it, how many of them not before they have signed in, and how many never."""
    now = reach.total - reach.unreachable - reach.absent
    lines = [plural("{n} person will receive it.", "{n} people will receive it.", n=now)]
    if reach.absent:
        told = plural(
            "{n} person has not signed in yet and will receive it then.",
            "{n} people have not signed in yet and will receive it then.",
            n=reach.absent,
        )
        lines.append(told)
    if reach.unreachable:
        lines.append(plural("{n} person cannot be reached.", "{n} people cannot be reached.", n=reach.unreachable))
    return tuple(lines)


def unreached(uow: UnitOfWork, audience: Audience) -> tuple[int, tuple[Phrase, ...]]:
    """How many will receive something, and the line that names those who cannot be reached, where there are any."""
    reach = uow.ask(ReachOf(audience))
    if not reach.unreachable:
        return reach.total, ()
    who = unreachable_text(uow.ask(UnreachableOf(audience)), reach.unreachable)
    n = reach.unreachable
    lost = plural("{n} person cannot be reached: {who}.", "{n} people cannot be reached: {who}.", n=n, who=who)
    return reach.total - n, (lost,)


def unreachable_text(people: tuple[Unreachable, ...], total: int) -> Text:
    """Who cannot be reached, in a line: the first of them by name."""
    names: list[Text] = [one.name for one in people[:_NAMED]]
    if total > len(names):
        names.append(plural("{n} more person", "{n} more people", n=total - len(names)))
    return phrase("{names}", names=Listing(tuple(names)))


def _flipped(parts: tuple[T, ...], part: T) -> tuple[T, ...]:
    kept = tuple(one for one in parts if one != part)
    return kept if part in parts else (*parts, part)
