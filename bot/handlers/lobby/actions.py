"""What the buttons of this room mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.talk.settings import LONGEST_KEY, LONGEST_NAME
from core.chat.actions import Action, Limit


@dataclass(frozen=True, slots=True)
class OpenHelp(Action, code="mh"):
    """What the person may do."""


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
    """Does not let a stranger in; asks first unless `sure`."""

    request: int
    sure: bool = False


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


@dataclass(frozen=True, slots=True)
class OpenOptions(Action, code="op"):
    """What the company chooses for everybody."""


@dataclass(frozen=True, slots=True)
class OpenOption(Action, code="oo"):
    """The choice among the values of one, by its name."""

    name: Annotated[str, Limit(LONGEST_NAME)]


@dataclass(frozen=True, slots=True)
class SetOption(Action, code="os"):
    """Another value from now on: the option's name, "=" and the value, as a button carries one text."""

    choice: Annotated[str, Limit(LONGEST_NAME + 1 + LONGEST_KEY)]


@dataclass(frozen=True, slots=True)
class WriteOption(Action, code="ow"):
    """Asks for a value that no button has."""

    name: Annotated[str, Limit(LONGEST_NAME)]


@dataclass(frozen=True, slots=True)
class OpenModules(Action, code="mo"):
    """What the company uses of all that there is."""


@dataclass(frozen=True, slots=True)
class SwitchModule(Action, code="mx"):
    """Switches a room on, or off once it is `sure`."""

    on: bool
    sure: bool
    room: Annotated[str, Limit(24)]
