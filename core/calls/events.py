"""What a telephone exchange tells about its channels, in words that fit any vendor and can be stored.

A channel is one leg: a telephone, an outside line, or a virtual channel that the exchange uses to join others.
`key` is equal for the same message received at the same moment, so a replay stores nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Doing(StrEnum):
    """What an exchange does with a client by itself."""

    RINGS = "rings"
    QUEUES = "queues"
    MENU = "menu"
    ROBOT = "robot"
    FAX = "fax"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """`at`: UTC, when it was received."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp(CallEvent):
    """Events flow from here on; what happened before may have gone unseen."""


LOST = "lost:"
"""What the key of a loss begins with; its time follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(CallEvent):
    """Nothing was received from here on."""


def link_lost(at: datetime) -> LinkLost:
    """The connection was lost at that moment (UTC)."""
    return LinkLost(key=LOST + at.isoformat(), at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped(CallEvent):
    """The clock that times the events was set back by so many seconds since the one before."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeReady(CallEvent):
    """The exchange is running; `uptime`: seconds since it started, if it says so."""

    uptime: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeStopped(CallEvent):
    """The exchange shuts down; no call survives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCreated(CallEvent):
    """`endpoint`: telephone or line name. `virtual`: nobody can be there (it joins channels, plays, records, talks for
    the exchange). `pair`: equal for the two ends of a virtual channel, else None.

    `state`: down, ring (it calls), ringing (it is called), up or busy. `number` and `person` are the caller id.
    """

    channel: str
    linkedid: str
    endpoint: str
    virtual: bool
    pair: str | None
    state: str
    number: str
    person: str
    context: str
    exten: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelListed(ChannelCreated):
    """A channel that exists, from a list asked for after a reconnect.

    `called`: it was dialled by the exchange; `seconds`: how long it has existed.
    """

    called: bool
    bridge: str | None
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingComplete(CallEvent):
    """The list is over; `count`: how many channels it had, if it says so."""

    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerKnown(CallEvent):
    """What the exchange knows by now of who calls on a channel; empty where it does not say."""

    channel: str
    number: str = ""
    person: str = ""
    exten: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged(CallerKnown):
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled(CallEvent):
    channel: str
    doing: Doing


@dataclass(frozen=True, slots=True, kw_only=True)
class DialStarted(CallEvent):
    """`caller` None: the exchange itself dials (click to call). `number`: dialled on an outside line."""

    caller: str | None
    callee: str
    number: str
    callee_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(CallEvent):
    """`status`: answer, busy, cancel, noanswer, congestion, chanunavail …"""

    callee: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntered(CallEvent):
    """`holding`: the members of this bridge do not hear each other (parking). `meeting`: it is a conference."""

    channel: str
    bridge: str
    holding: bool
    meeting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLeft(CallEvent):
    channel: str
    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeClosed(CallEvent):
    bridge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualJoined(CallEvent):
    """The two ends of a virtual channel."""

    one: str
    two: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedUp(CallEvent):
    """`channel` takes the call that rings at `target`."""

    channel: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(CallEvent):
    """`channel` is passed on and outlives the one who passes it.

    `attended`: the two were asked before; `parked`: to a place from which somebody is to fetch it.
    """

    channel: str
    attended: bool = False
    parked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJoined(CallEvent):
    channel: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAbandoned(QueueJoined):
    """The client left the queue before anybody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(QueueJoined):
    """The channel is not in the queue any more, whatever the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailLeft(CallEvent):
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangupRequested(CallEvent):
    """The far end of this channel hangs up. `cause`: Q.850, 0 if it is not told."""

    channel: str
    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hungup(CallEvent):
    """`cause`: Q.850. `context`: the part of the dial plan the channel was in."""

    channel: str
    cause: int
    context: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRecord(CallEvent):
    """One row of call detail; its times are the exchange's own clock without a zone, in seconds.

    `callee`: the telephone or line that was called last, if it was one. `application` is told no more.
    """

    channel: str
    callee: str | None
    answered: bool
    start: int
    answer: int | None
    end: int
    doing: Doing | None = None
    application: str = ""


KINDS: dict[str, type[CallEvent]] = {
    kind.__name__: kind
    for kind in (
        LinkUp,
        LinkLost,
        ClockStepped,
        ExchangeReady,
        ExchangeStopped,
        ChannelCreated,
        ChannelListed,
        ListingComplete,
        CallerKnown,
        ChannelChanged,
        Handled,
        DialStarted,
        DialEnded,
        BridgeEntered,
        BridgeLeft,
        BridgeClosed,
        VirtualJoined,
        PickedUp,
        Transferred,
        QueueJoined,
        QueueAbandoned,
        QueueLeft,
        VoicemailLeft,
        HangupRequested,
        Hungup,
        BillingRecord,
    )
}


def encode(event: CallEvent) -> dict[str, Any]:
    """As JSON: `kind`, `at` in RFC 3339, and the event's own fields."""
    stored = {field.name: getattr(event, field.name) for field in fields(event)}
    return {"kind": type(event).__name__, **stored, "at": event.at.isoformat()}


def decode(stored: Mapping[str, Any]) -> CallEvent:
    """What `encode` made. An unknown kind is a KeyError, a wrong field a TypeError."""
    values = dict(stored)
    kind = KINDS[values.pop("kind")]
    return kind(**{**values, "at": datetime.fromisoformat(values["at"])})
