"""What the buttons of the calls mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.talk.finding import ON_A_BUTTON
from core.chat.actions import Action, Limit


@dataclass(frozen=True, slots=True)
class TakeAlert(Action, code="ct"):
    """I shall call this client back."""

    alert: int


@dataclass(frozen=True, slots=True)
class ReleaseAlert(Action, code="cr", once=True):
    """Somebody else is to call this client back; asks first, when another has taken it, unless `sure`."""

    alert: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class NoteAlert(Action, code="cn"):
    """Writes a note about a missed call."""

    alert: int


@dataclass(frozen=True, slots=True)
class CloseAlert(Action, code="cc"):
    """Ends an alert without a call, with a note."""

    alert: int


@dataclass(frozen=True, slots=True)
class SpamAlert(Action, code="cs", once=True):
    """Marks the number as spam; asks first unless `sure`."""

    alert: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class UnspamAlert(Action, code="cu"):
    """Takes the mark away again."""

    alert: int


@dataclass(frozen=True, slots=True)
class OpenAlert(Action, code="co"):
    """Shows an alert; `page` is where Back leads."""

    alert: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ListMissed(Action, code="cm"):
    """A page of today's truly missed calls, counted from 0."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ListLines(Action, code="cl"):
    """A page of the outside lines, counted from 0."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenLine(Action, code="cx"):
    """Shows who is told of a line."""

    line: int


@dataclass(frozen=True, slots=True)
class ChooseDepartment(Action, code="cd"):
    """Asks for the department of a line."""

    line: int


@dataclass(frozen=True, slots=True)
class AddToDuty(Action, code="ca"):
    """Asks for somebody who is to be told of a line."""

    line: int


@dataclass(frozen=True, slots=True)
class TakeOffDuty(Action, code="cf", once=True):
    """Somebody is not to be told of a line any more; asks first unless `sure`."""

    line: int
    person: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ClearRouting(Action, code="cz", once=True):
    """Lets all managers be told of a line; asks first unless `sure`."""

    line: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class SetHours(Action, code="ch"):
    """Asks when a line is answered for."""

    line: int


@dataclass(frozen=True, slots=True)
class OpenRules(Action, code="ck"):
    """Shows what a line counts as a talk, as a series and as too long."""

    line: int


@dataclass(frozen=True, slots=True)
class SetRule(Action, code="cw"):
    """Asks for a rule of a line, by its `number` among all; `usual` gives it the usual one at once."""

    line: int
    number: int
    usual: bool = False


@dataclass(frozen=True, slots=True)
class SetAnalogue(Action, code="cy"):
    """Says whether a line leaves it open that the far end answered."""

    line: int
    analogue: bool


@dataclass(frozen=True, slots=True)
class NameLine(Action, code="ci"):
    """Asks what people call a line."""

    line: int


@dataclass(frozen=True, slots=True)
class ToClient(Action, code="ce"):
    """Shows who an alert's client is, or asks for the name of one who is not known."""

    alert: int


@dataclass(frozen=True, slots=True)
class NameClient(Action, code="cb"):
    """Asks for the name of an alert's client."""

    alert: int


@dataclass(frozen=True, slots=True)
class OpenClient(Action, code="cj"):
    """Shows the client with the number `+digits`, found by a text."""

    digits: int
    text: Annotated[str, Limit(ON_A_BUTTON)] = ""
