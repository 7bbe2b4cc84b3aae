"""What the buttons of the news mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.chat.actions import Action


class Rack(Enum):
    """Which list a button leads to: what a person may read, or what waits for its time."""

    READ = "r"
    SCHEDULED = "s"


@dataclass(frozen=True, slots=True)
class ListNews(Action, code="nl"):
    """A page of a list, counted from 0."""

    page: int = 0
    rack: Rack = Rack.READ


@dataclass(frozen=True, slots=True)
class OpenNews(Action, code="no"):
    """An item; `page` and `rack` are where Back leads."""

    news: int
    page: int = 0
    rack: Rack = Rack.READ


@dataclass(frozen=True, slots=True)
class ShowFiles(Action, code="nk"):
    """Sends the files of an item; the rest is where Back leads."""

    news: int
    page: int = 0
    rack: Rack = Rack.READ


@dataclass(frozen=True, slots=True)
class WriteNews(Action, code="nw"):
    """Begins a new item."""


class Part(Enum):
    """What can be changed in an item that is being written."""

    KIND = "kind"
    TITLE = "title"
    BODY = "body"
    HAPPENS = "happens"
    FILES = "files"
    AUDIENCE = "audience"
    TIME = "time"
    END = "end"


@dataclass(frozen=True, slots=True)
class ChangePart(Action, code="np"):
    """Goes from the preview back to one part of the form that is open."""

    part: Part


@dataclass(frozen=True, slots=True)
class EditNews(Action, code="ne"):
    """Changes what an item says."""

    news: int


@dataclass(frozen=True, slots=True)
class CopyNews(Action, code="ny"):
    """Begins a new item with what this one says."""

    news: int


@dataclass(frozen=True, slots=True)
class MoveNews(Action, code="nm"):
    """Schedules an item for another time."""

    news: int


@dataclass(frozen=True, slots=True)
class ReleaseNews(Action, code="nn", once=True):
    """Publishes a scheduled item now."""

    news: int


@dataclass(frozen=True, slots=True)
class CancelNews(Action, code="nc", once=True):
    """Gives up a scheduled item; asks first unless `sure`."""

    news: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawNews(Action, code="nx", once=True):
    """Takes a published item back; asks first unless `sure`."""

    news: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class FollowNews(Action, code="nf"):
    """Shows how far an item has come."""

    news: int


@dataclass(frozen=True, slots=True)
class HoldNews(Action, code="nh"):
    """Holds the copies back that are not sent, or lets them go on."""

    news: int
    hold: bool


@dataclass(frozen=True, slots=True)
class ResendNews(Action, code="ns"):
    """Sends the copies again of which nobody knows whether they arrived."""

    news: int


@dataclass(frozen=True, slots=True)
class NewsHistory(Action, code="nv"):
    """The versions of an item, a page of them counted from 0."""

    news: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenVersion(Action, code="ni"):
    """What an item said in one version."""

    news: int
    number: int


@dataclass(frozen=True, slots=True)
class RestoreVersion(Action, code="nr"):
    """Makes an item say again what one version said."""

    news: int
    number: int


@dataclass(frozen=True, slots=True)
class ShowReading(Action, code="per"):
    """Whether others are told what one has opened."""

    shown: bool
