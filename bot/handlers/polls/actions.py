"""What the buttons of the polls mean."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action


@dataclass(frozen=True, slots=True)
class ListPolls(Action, code="vl"):
    """A page of the polls, counted from 0."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenPoll(Action, code="vo"):
    """A poll with what may be seen of it; `page` is where Back leads."""

    poll: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class AnswerPoll(Action, code="va"):
    """Chooses an option, counted from 0."""

    poll: int
    option: int


@dataclass(frozen=True, slots=True)
class AskPoll(Action, code="vw"):
    """Begins a new poll."""


@dataclass(frozen=True, slots=True)
class CopyPoll(Action, code="vy"):
    """Begins a new poll that asks the same."""

    poll: int


@dataclass(frozen=True, slots=True)
class DrawPoll(Action, code="vd"):
    """The result as a picture."""

    poll: int


@dataclass(frozen=True, slots=True)
class ListVoters(Action, code="vn"):
    """A page of those who chose an option of a named poll."""

    poll: int
    option: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ClosePoll(Action, code="vc", once=True):
    """Ends a poll; asks first unless `sure`."""

    poll: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawPoll(Action, code="vx", once=True):
    """Takes a poll back with all answers; asks first unless `sure`."""

    poll: int
    sure: bool = False
