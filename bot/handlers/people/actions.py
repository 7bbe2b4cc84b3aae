"""What the buttons of this room mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from core.access import Role
from core.chat.actions import Action, Limit


@dataclass(frozen=True, slots=True)
class OpenHelp(Action, code="mh"):
    """What the person may do."""


@dataclass(frozen=True, slots=True)
class OpenPeople(Action, code="p"):
    """The way into the directory."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenPerson(Action, code="pc"):
    """A colleague's card."""

    person: int


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
    text: Annotated[str, Limit(40)]


@dataclass(frozen=True, slots=True)
class OpenMe(Action, code="pe"):
    """The own card."""


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
class ShowReading(Action, code="per"):
    """Whether others are told what one has opened."""

    shown: bool


class Preset(Enum):
    """Quiet hours that many want."""

    NIGHT = "n"
    EVENING = "e"
    NONE = "-"


@dataclass(frozen=True, slots=True)
class OpenQuiet(Action, code="peq"):
    """The own quiet hours."""


@dataclass(frozen=True, slots=True)
class SetQuiet(Action, code="pqs"):
    """Quiet hours that are offered, or none."""

    preset: Preset


@dataclass(frozen=True, slots=True)
class WriteQuiet(Action, code="pqw"):
    """Asks for other quiet hours."""


@dataclass(frozen=True, slots=True)
class OpenAccounts(Action, code="pea"):
    """The own accounts, to be unlinked."""


@dataclass(frozen=True, slots=True)
class UnlinkAccount(Action, code="pu", once=True):
    """Unlinks one of the own accounts, once it is `sure`."""

    account: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class GiveCode(Action, code="pk"):
    """A code to link another account of one's own."""


@dataclass(frozen=True, slots=True)
class RequestAccess(Action, code="pq"):
    """A stranger asks to be let in."""


@dataclass(frozen=True, slots=True)
class OpenRequests(Action, code="pz"):
    """The requests that no admin has decided."""


@dataclass(frozen=True, slots=True)
class AcceptRequest(Action, code="py"):
    """Lets a stranger in: who is it?"""

    request: int


@dataclass(frozen=True, slots=True)
class DeclineRequest(Action, code="pn", once=True):
    """Does not let a stranger in."""

    request: int


@dataclass(frozen=True, slots=True)
class AcceptAs(Action, code="pya"):
    """The stranger is this colleague."""

    request: int
    person: int


@dataclass(frozen=True, slots=True)
class AcceptOther(Action, code="pyo"):
    """The stranger is a colleague who was not suggested."""

    request: int


@dataclass(frozen=True, slots=True)
class AcceptNew(Action, code="pyn"):
    """The stranger is a colleague who is not in the directory."""

    request: int


@dataclass(frozen=True, slots=True)
class OpenRoles(Action, code="po"):
    """A person's roles, to be changed."""

    person: int


@dataclass(frozen=True, slots=True)
class SetRole(Action, code="por", once=True):
    """Gives or takes a role; that of an admin once it is `sure`."""

    person: int
    role: Role
    granted: bool
    sure: bool = False


@dataclass(frozen=True, slots=True)
class SetActive(Action, code="px", once=True):
    """Opens or closes a person's access, once it is `sure`."""

    person: int
    active: bool
    sure: bool = False


@dataclass(frozen=True, slots=True)
class OpenAccountsOf(Action, code="pa"):
    """A colleague's accounts."""

    person: int


@dataclass(frozen=True, slots=True)
class UnlinkFrom(Action, code="pau", once=True):
    """Unlinks a colleague's account, once it is `sure`."""

    person: int
    account: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class InvitePerson(Action, code="pak"):
    """A code for a colleague."""

    person: int
