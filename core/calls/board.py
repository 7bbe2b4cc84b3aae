"""What is known of the exchange at one moment: living channels, calls in the making, and how one changes the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from core.calls.channels import Channel, Channels
from core.calls.events import CallerKnown, CallEvent, ChannelCreated, Doing, Transferred
from core.calls.track import Track
from core.phones import Dialling

_MOST_WAITING = 20  # events kept for a channel that is not known yet
Closed = Callable[[str | None, datetime], bool]
"""Whether nobody answers for a line (by name) at a moment."""

_AROUND = timedelta(seconds=10)  # a call to a number of one's own is back within this


class Board:
    """The state of a fold.

    `changed` collects the roots of the calls touched since it was last emptied; `now` is the time of the
    latest event before the one being folded; `dialling` knows the numbers of the exchange.
    """

    def __init__(self, trunks: Iterable[str], machines: Iterable[str], dialling: Dialling, closed: Closed) -> None:
        self.dialling, self._closed = dialling, closed
        self._trunks, self._machines = _bare(trunks), _bare(machines)
        self.channels = Channels()
        self.tracks: dict[str, Track] = {}
        self.changed: set[str] = set()
        self.connection = 0
        self.now: datetime | None = None
        self._dead: dict[str, datetime] = {}
        self._waiting: dict[str, list[CallEvent]] = {}

    def forget(self, before: datetime, stale: datetime) -> None:
        """Drop what ended before `before` and the channels created before `stale` that belong to no call."""
        self._dead = {uid: at for uid, at in self._dead.items() if at > before}
        self._waiting = {uid: late for uid, late in self._waiting.items() if late[-1].at > before}
        for uid, track in list(self.tracks.items()):
            if track.settled_at is not None and track.settled_at < before:
                del self.tracks[uid]
                track.root.tracked = False
        for channel in list(self.channels.alive.values()):
            if channel.created_at < stale and self.track_of(channel) is None:
                self.channels.remove(channel, stale)

    # Channels

    def add(self, event: ChannelCreated, *, started_at: datetime) -> Channel:
        names = () if event.virtual else (event.endpoint, event.context)
        line = next((self._trunks[name.casefold()] for name in names if name.casefold() in self._trunks), None)
        channel = self.channels.add(event, line=line, started_at=started_at, connection=self.connection)
        channel.virtual = channel.virtual or (line is None and event.endpoint.casefold() in self._machines)
        return channel

    def is_over(self, uid: str) -> bool:
        return uid in self._dead

    def known(self, uid: str, event: CallEvent) -> Channel | None:
        """The living channel; an event that is ahead of its channel waits for it."""
        channel = self.channels.alive.get(uid)
        if channel is not None:
            channel.connection = self.connection
        elif uid not in self._dead:
            waiting = self._waiting.setdefault(uid, [])
            if len(waiting) < _MOST_WAITING:
                waiting.append(event)
        return channel

    def awaited(self, uid: str) -> list[CallEvent]:
        return self._waiting.pop(uid, [])

    def remove(self, channel: Channel, at: datetime) -> None:
        self._dead[channel.uid] = at
        self.channels.remove(channel, at)

    def gone(self, channel: Channel, seen_until: datetime, *, decided: bool) -> None:
        """A channel that ended unseen; `decided`: its end was certainly at `seen_until`."""
        self.remove(channel, seen_until)
        track = self.track_of(channel)
        if track is None or not track.open or channel not in (track.root, track.client):
            return
        if decided:
            self.finish(track, seen_until)
        elif track.client is None or track.client.ended_at is not None:
            self.lose(track, seen_until)

    def learn(self, channel: Channel, told: CallerKnown | ChannelCreated) -> None:
        """Takes over what an exchange tells of the caller after the first event."""
        track = self.track_of(channel)
        channel.learn(told, self.dialling, settled=track is not None and bool(track.legs))
        self.touch(track)

    def set_state(self, channel: Channel, state: str) -> None:
        channel.state = state
        channel.was_up = channel.was_up or state == "up"
        channel.rang = channel.rang or state == "ringing"
        self.touch(self.track_of(channel))

    # Calls

    def track_of(self, channel: Channel) -> Track | None:
        root = self.channels.root_of(channel)
        return self.tracks.get(root.uid) if root is not None and root.tracked else None

    def touch(self, track: Track | None) -> None:
        if track is not None:
            self.changed.add(track.root.uid)

    def notice_root(self, channel: Channel) -> None:
        """A client's channel is a call at once; a telephone's only when it calls somebody."""
        if channel.root and channel.trunk and channel.state != "down":
            self._notice_loop(channel)
            self.open(channel)

    def is_own(self, number: str) -> bool:
        """Whether a number that was dialled is the company's own."""
        return self.dialling.own(self.dialling.dialled(number) or number)

    def _notice_loop(self, root: Channel) -> None:
        """What calls in on a line from a number of one's own, or because somebody here calls that number on another
        line, is nobody from outside."""
        if root.tracked:
            return
        root.inside = self.dialling.own(root.number)
        called = self.dialling.e164(root.exten)
        if called is None or root.inside:
            return
        for leg in self.channels.alive.values():
            on_its_way = leg.trunk and not (leg.root or leg.joined or leg.inside)
            recent = timedelta(0) <= root.created_at - leg.created_at <= _AROUND
            if on_its_way and recent and called in map(self.dialling.dialled, (leg.dial_number, leg.callee_number)):
                root.inside = leg.inside = True
                self.touch(self.track_of(leg))
                return

    def open(self, root: Channel) -> Track:
        if not root.tracked:
            root.tracked = True
            self.tracks[root.uid] = Track(root=root, dialling=self.dialling, closed=self._closed)
        track = self.tracks[root.uid]
        self.touch(track)
        return track

    def unroot(self, callee: Channel) -> None:
        """It was dialled after all, so it is a leg of somebody else's call."""
        callee.root = False
        if callee.tracked:
            self.touch(self.tracks.pop(callee.uid))
            callee.tracked = False

    def attach(self, root: Channel, leg: Channel) -> None:
        track = self.open(root)
        if leg.virtual or leg in track.legs:
            return
        track.legs.append(leg)
        if track.answered_at is not None and track.client is not None:
            track.adrift = not self.channels.connected(track.client)

    def pass_on(self, channel: Channel, event: Transferred) -> None:
        """Somebody passes a client on; whether they arrive is seen from what follows."""
        channel.transferred = True
        track = self.track_of(channel)
        if track is None or track.answered_at is None or track.client is not channel:
            return
        channel.doings.clear()
        track.passed_on, track.parked = True, event.parked
        if event.attended:
            track.adrift = not self.channels.connected(channel)
        self.touch(track)

    def finish(self, track: Track, at: datetime) -> None:
        if track.ended_at is None:
            track.ended_at, track.seen_until, track.settled_at = at, None, self.now
            self.touch(track)

    def lose(self, track: Track, seen_until: datetime) -> None:
        """It ended nobody saw when."""
        track.seen_until = max(seen_until, track.answered_at or track.root.created_at)
        track.settled_at = self.now
        for bill in track.bills:
            track.settle(bill)
        self.touch(track)

    def is_end(self, track: Track, channel: Channel) -> bool:
        """Whether the end of `channel` ends the call: the client's does, unless another line is tried for them."""
        if channel is track.client and (track.root.ended_at is not None or channel is track.answerer):
            return True
        return channel is track.root and not self._outlived(track)

    def _outlived(self, track: Track) -> bool:
        """The client was passed on, so the call goes on without the telephone that began it."""
        client = track.client
        if client is None or client.ended_at is not None:
            return False
        return client.transferred or bool(self.channels.connected(client))

    def close_unended(self, longest: timedelta, now: datetime) -> None:
        for track in self.tracks.values():
            if track.open and now - track.root.created_at > longest:
                self.lose(track, self.now or now)
                track.settled_at = now

    # Answers

    def connect(self, channel: Channel, at: datetime, *, unseen: bool = False) -> None:
        """Who hears whom has changed around `channel`: see which calls that answers.

        `unseen`: the change itself was not seen, so the answer came earlier than `at`.
        """
        together = self.channels.connected(channel)
        if not channel.virtual:
            together.insert(0, channel)
        for member in together:
            if self.channels.talks_to_machine(member):
                member.doings.add(Doing.ROBOT)
        if len(together) < 2:
            return
        for member in together:
            member.joined = True
            track = self.track_of(member)
            if track is None or (member not in (track.root, track.client) and not track.root.virtual):
                continue
            if track.answered_at is None:
                self._answer(track, member, together, at, unseen=unseen)
            track.adrift = track.passed_on = track.parked = False

    def _answer(self, track: Track, member: Channel, together: list[Channel], at: datetime, *, unseen: bool) -> None:
        others = _others(member, together)
        own = [other for other in others if other in track.legs]
        if track.root.virtual:  # the exchange dialled both sides: the far one is on the line
            own = others = [other for other in own if track.client in (other, None)]
        if others:
            track.answered(at, (own or others)[0], unseen=unseen)
            self.touch(track)
        elif track.met_at is None and not track.root.virtual:
            track.met_at = at


def _bare(names: Iterable[str]) -> dict[str, str]:
    """Names as the settings write them, without what stands before a slash, by how they are compared."""
    return {name.casefold(): name for name in (given.rpartition("/")[2] for given in names)}


def _others(member: Channel, together: list[Channel]) -> list[Channel]:
    return [other for other in together if other is not member and not _is_client(other)]


def _is_client(channel: Channel) -> bool:
    """Another client who waits in the same room is nobody's answer."""
    return channel.trunk and channel.root and not channel.originated
