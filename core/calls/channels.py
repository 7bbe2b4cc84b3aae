"""Which telephones and lines are connected with which: channels joined by bridges and by virtual pairs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from core.calls.events import CallerKnown, ChannelCreated, Doing
from core.phones import Dialling, nameless, withheld

_NOTHING_YET = frozenset({"", "unknown", "<unknown>", "unavailable", "none", "asterisk", "s", "-"})
"""What stands in place of a number that has not come yet; whoever hides it has other words."""

_DEEPEST = 32  # dialled by dialled by …; a longer chain is a loop


@dataclass(eq=False, slots=True, kw_only=True)
class Channel:
    """One leg, alive until `ended_at`.

    `line`: the outside line it is on, if it is on one; `tracked`: a call has it as its root; `inside`: it came from
    here or goes there, through an outside line; `doings`: what the exchange did with it by itself; `causes`: of its
    hangup (Q.850), as the far end and the exchange tell them.
    """

    uid: str
    linkedid: str
    endpoint: str
    virtual: bool
    pair: str | None
    line: str | None
    number: str
    person: str
    context: str
    exten: str
    state: str
    created_at: datetime
    connection: int
    root: bool = False
    originated: bool = False
    caller: Channel | None = None
    twin: Channel | None = None
    dial_number: str = ""
    callee_number: str = ""
    dial_status: str | None = None
    rang: bool = False
    was_up: bool = False
    bridge: str | None = None
    joined: bool = False
    transferred: bool = False
    hangup_requested: bool = False
    last_context: str = ""
    ended_at: datetime | None = None
    tracked: bool = False
    inside: bool = False
    doings: set[Doing] = field(default_factory=set)
    causes: set[int] = field(default_factory=set)

    def learn(self, told: CallerKnown | ChannelCreated, dialling: Dialling, *, settled: bool) -> None:
        """Takes over what became known later.

        `settled`: somebody was called for it, from when on an exchange may write over what came in. Who hid the
        number stays hidden.
        """
        if self.trunk and (told.number, told.person) != (self.number, self.person):
            self._learn_caller(told, dialling, settled=settled)
        if told.exten and not self.was_up and not settled and self.exten in ("", *(() if self.trunk else ("s",))):
            self.exten = told.exten

    def _learn_caller(self, told: CallerKnown | ChannelCreated, dialling: Dialling, *, settled: bool) -> None:
        number, before, called = (dialling.e164(raw) for raw in (told.number, self.number, self.exten))
        if not withheld(told.number) and (called is None or number != called) and not dialling.own(told.number):
            missing = self.number.strip().casefold() in _NOTHING_YET
            if missing or (not settled and number and before is None and not withheld(self.number)):
                self.number = told.number
        if _names(told.person):
            known = self.person.casefold() if _names(self.person) else ""
            if not known or (not settled and known not in told.person.casefold()):
                self.person = told.person

    @property
    def trunk(self) -> bool:
        return self.line is not None

    @property
    def called_in_vain(self) -> bool:
        """It dialled a number the exchange could not even try; not a feature code, a pickup or an application."""
        return self.root and not self.was_up and not self.joined and self.exten.lstrip("+").isdecimal()


class Channels:
    """The living channels and the graph between them."""

    def __init__(self) -> None:
        self.alive: dict[str, Channel] = {}
        self._bridges: defaultdict[str, set[str]] = defaultdict(set)
        self._holding: set[str] = set()
        self._pairs: dict[str, Channel] = {}

    def add(self, event: ChannelCreated, *, line: str | None, started_at: datetime, connection: int) -> Channel:
        channel = Channel(
            uid=event.channel,
            linkedid=event.linkedid,
            endpoint=event.endpoint,
            virtual=event.virtual,
            pair=event.pair,
            line=line,
            number=event.number,
            person=event.person,
            context=event.context,
            exten=event.exten,
            state=event.state,
            was_up=event.state == "up",
            rang=event.state == "ringing",
            created_at=started_at,
            connection=connection,
        )
        self.alive[channel.uid] = channel
        if channel.pair is not None:
            other = self._pairs.pop(channel.pair, None)
            if other is None:
                self._pairs[channel.pair] = channel
            else:
                self.join(channel, other)
        return channel

    def remove(self, channel: Channel, at: datetime) -> None:
        self.leave(channel)
        channel.ended_at = at
        self.alive.pop(channel.uid, None)
        if channel.pair is not None and self._pairs.get(channel.pair) is channel:
            del self._pairs[channel.pair]

    @staticmethod
    def join(one: Channel, two: Channel) -> None:
        one.twin, two.twin = two, one

    def enter(self, channel: Channel, bridge: str, *, holding: bool = False) -> None:
        if channel.bridge != bridge:
            self.leave(channel)
        channel.bridge = bridge
        self._bridges[bridge].add(channel.uid)
        if holding:
            self._holding.add(bridge)

    def leave(self, channel: Channel) -> None:
        if channel.bridge is None:
            return
        members = self._bridges.get(channel.bridge)
        if members is not None:
            members.discard(channel.uid)
            if not members:
                self.close(channel.bridge)
        channel.bridge = None

    def close(self, bridge: str) -> None:
        for uid in self._bridges.pop(bridge, ()):
            self.alive[uid].bridge = None
        self._holding.discard(bridge)

    def connected(self, channel: Channel) -> list[Channel]:
        """The real channels that hear `channel`, nearest first, without itself."""
        seen = {channel.uid}
        queue = [channel]
        for current in queue:
            for near in self._neighbours(current):
                if near.uid not in seen:
                    seen.add(near.uid)
                    queue.append(near)
        return [found for found in queue[1:] if not found.virtual]

    def talks_to_machine(self, channel: Channel) -> bool:
        """Whether something that plays, talks or records for the exchange is in the same room."""
        return any(near.virtual and near.pair is None for near in self._neighbours(channel))

    def _neighbours(self, channel: Channel) -> list[Channel]:
        near = []
        if channel.bridge is not None and channel.bridge not in self._holding:
            near = [self.alive[uid] for uid in sorted(self._bridges[channel.bridge])]
        if channel.twin is not None and channel.twin.ended_at is None:
            near.append(channel.twin)
        return near

    def root_of(self, channel: Channel) -> Channel | None:
        """The channel whose call this leg serves: up the chain of who dialled whom."""
        current = channel
        for _ in range(_DEEPEST):
            if current.tracked or current.root:
                return current
            above = current.caller or _over(current.twin)
            if above is None:
                break
            current = above
        first = self.alive.get(channel.linkedid)
        return first if first is not None and first.root and first is not channel else None


def _names(text: str) -> bool:
    return not nameless(text) and any(char.isalpha() for char in text)


def _over(twin: Channel | None) -> Channel | None:
    """What stands above a channel through the other end of its virtual pair."""
    if twin is None:
        return None
    return twin if twin.tracked or twin.root else twin.caller
