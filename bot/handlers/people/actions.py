"""What the buttons of this room mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from bot.talk.finding import ON_A_BUTTON
from bot.talk.settings import LONGEST_KEY, LONGEST_NAME
from core.access import Role
from core.chat.actions import Action, Limit
from core.people.roles import ADMIN, HR, MANAGER
from core.people.wording import About


@dataclass(frozen=True, slots=True)
class OpenPeople(Action, code="p"):
    """The way into the directory."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenDepartment(Action, code="pd"):
    """The people of a department."""

    department: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenTeam(Action, code="pt"):
    """The people who report to somebody."""

    manager: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenMatches(Action, code="ps"):
    """What a search finds."""

    page: int
    text: Annotated[str, Limit(ON_A_BUTTON)]


class FoundIn(Enum):
    """Where somebody was found: in a list of all rooms, in one of colleagues, or as the only one."""

    ROOMS = 1
    COLLEAGUES = 2
    NOTHING_ELSE = 3


@dataclass(frozen=True, slots=True)
class OpenFoundPerson(Action, code="pf"):
    """The card of a colleague who was found by a text, with the way back to the list where there is one.

    The text that fits here may have lost the word for what was `asked`.
    """

    person: int
    place: FoundIn
    asked: About | None
    text: Annotated[str, Limit(ON_A_BUTTON)]


@dataclass(frozen=True, slots=True)
class OpenLanguages(Action, code="pel"):
    """The choice of the language."""


@dataclass(frozen=True, slots=True)
class SetLanguage(Action, code="pls"):
    """A language by its code; empty for that of the messenger or the company."""

    language: Annotated[str, Limit(8)]


@dataclass(frozen=True, slots=True)
class OpenPreferred(Action, code="pep"):
    """The choice of the messenger to be written to."""


@dataclass(frozen=True, slots=True)
class SetPreferred(Action, code="pps"):
    """The messenger of one of the own accounts; None for any."""

    account: int | None


@dataclass(frozen=True, slots=True)
class OpenSetting(Action, code="es"):
    """The choice among the values of a setting, by its name."""

    name: Annotated[str, Limit(LONGEST_NAME)]


@dataclass(frozen=True, slots=True)
class ChooseSetting(Action, code="ess"):
    """Another value of a setting: its name, "=" and the key of a choice, as a button carries one text."""

    choice: Annotated[str, Limit(LONGEST_NAME + 1 + LONGEST_KEY)]


@dataclass(frozen=True, slots=True)
class OpenRoles(Action, code="po"):
    """A person's roles, to be changed."""

    person: int


class Bit(Enum):
    """A role as menus name it that were made when roles were bits of a number."""

    MANAGER = 2
    HR = 4
    ADMIN = 8

    @property
    def role(self) -> Role:
        """The role that it stands for."""
        return {Bit.MANAGER: MANAGER, Bit.HR: HR, Bit.ADMIN: ADMIN}[self]


@dataclass(frozen=True, slots=True)
class SetRole(Action, code="por", once=True):
    """Gives or takes a role; takes it, and makes an admin, once it is `sure`."""

    person: int
    role: Bit
    granted: bool
    sure: bool = False


@dataclass(frozen=True, slots=True)
class SetActive(Action, code="px", once=True):
    """Opens or closes a person's access, once it is `sure`."""

    person: int
    active: bool
    sure: bool = False


@dataclass(frozen=True, slots=True)
class OpenDeputies(Action, code="dy"):
    """Who stands in for a person, and for whom that person does."""

    person: int


@dataclass(frozen=True, slots=True)
class AppointDeputy(Action, code="dya"):
    """Somebody is to stand in for a person."""

    person: int


@dataclass(frozen=True, slots=True)
class EndDeputy(Action, code="dye", once=True):
    """Somebody is to stand in no longer, once it is `sure`; shown from the person's list."""

    deputy: int
    person: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class CorrectCard(Action, code="poc"):
    """Something on a person's card is to be put right."""

    person: int


@dataclass(frozen=True, slots=True)
class GiveRole(Action, code="pog"):
    """A role is to be given in a place, or until a day."""

    person: int


@dataclass(frozen=True, slots=True)
class TakeGrant(Action, code="pot", once=True):
    """Takes a role that was given, once it is `sure`."""

    person: int
    grant: int
    sure: bool = False
