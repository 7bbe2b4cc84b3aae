"""Folds the ordered events of an exchange into calls: decided on the call, never on a leg.

A call begins with a root channel: one that nobody dialled. It is answered when the root is connected, through
bridges and virtual pairs, with another real channel; states, dial results and billing records do not answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from core.calls import events as ev
from core.calls.board import Board, Closed
from core.calls.call import Call
from core.calls.channels import Channel
from core.calls.gaps import Gaps
from core.calls.verdict import judge
from core.phones import PLAIN, Dialling

_MOST_BILLS = 20


def always_closed(line: str | None, moment: datetime) -> bool:
    """Of lines whose hours are not known."""
    return True


class Switchboard:
    """Every `apply` returns the ids of the calls it may have changed; ask `call(id)` for their new value.

    Repeats change nothing. Event time drives everything, so a replay gives the same calls. `trunks` are the names
    of the endpoints (or of the contexts) that are outside lines, `machines` of those where nobody answers. `closed`
    says whether an exchange that calls nobody does so because nobody is there. Call `tick` from time to time: it
    closes calls that never ended as unknown and forgets what is long over, so memory stays bounded (in a replay, give
    it the time of the events, not of the clock).
    """

    def __init__(
        self,
        trunks: Iterable[str] = (),
        *,
        machines: Iterable[str] = (),
        dialling: Dialling = PLAIN,
        closed: Closed = always_closed,
        source: str = "asterisk",
        longest: timedelta = timedelta(hours=4),
        memory: timedelta = timedelta(hours=1),
    ) -> None:
        self._source, self._longest, self._memory = source, longest, memory
        self._board = Board(trunks, machines, dialling, closed)
        self._seen: dict[str, datetime] = {}
        self._folds: dict[type[ev.CallEvent], Callable[[Any], None]] = {
            **Gaps(self._board).folds(),
            ev.ClockStepped: self._clock_stepped,
            ev.ChannelCreated: self._channel_created,
            ev.CallerKnown: self._caller_known,
            ev.ChannelChanged: self._channel_changed,
            ev.Handled: self._handled,
            ev.DialStarted: self._dial_started,
            ev.DialEnded: self._dial_ended,
            ev.BridgeEntered: self._bridge_entered,
            ev.BridgeLeft: self._bridge_left,
            ev.BridgeClosed: self._bridge_closed,
            ev.VirtualJoined: self._virtual_joined,
            ev.PickedUp: self._picked_up,
            ev.Transferred: self._transferred,
            ev.QueueJoined: self._queued,
            ev.QueueAbandoned: self._queued,
            ev.QueueLeft: self._queue_left,
            ev.VoicemailLeft: self._voicemail_left,
            ev.HangupRequested: self._hangup_requested,
            ev.Hungup: self._hungup,
            ev.BillingRecord: self._billed,
        }

    def apply(self, event: ev.CallEvent) -> set[str]:
        if event.key in self._seen:
            return set()
        self._seen[event.key] = event.at
        self._folds[type(event)](event)
        self._board.now = max(event.at, self._board.now or event.at)
        return self._changed()

    def tick(self, now: datetime) -> set[str]:
        """Close what never ended, forget what ended more than `memory` ago; returns the calls it closed."""
        self._board.close_unended(self._longest, now)
        changed = self._changed()
        before = now - self._memory
        self._seen = {key: at for key, at in self._seen.items() if at > before}
        self._board.forget(before, stale=before - self._longest)
        return changed

    def call(self, call_id: str) -> Call | None:
        """None when it is forgotten, or was no call after all."""
        track = self._board.tracks.get(call_id.removeprefix(f"{self._source}:"))
        return None if track is None else track.call(self._source, judge(track))

    def calls(self) -> list[Call]:
        """All that are remembered, by their start."""
        found = [track.call(self._source, judge(track)) for track in self._board.tracks.values()]
        return sorted(found, key=lambda call: (call.started_at, call.id))

    def open_calls(self) -> list[Call]:
        return [call for call in self.calls() if call.open]

    @property
    def quiet(self) -> bool:
        """Whether nobody is on the telephone."""
        return not self._board.channels.alive

    def _changed(self) -> set[str]:
        changed = {f"{self._source}:{uid}" for uid in self._board.changed}
        self._board.changed.clear()
        return changed

    def _clock_stepped(self, event: ev.ClockStepped) -> None:
        """The times that come have been put right already."""

    # Channels

    def _channel_created(self, event: ev.ChannelCreated) -> None:
        if self._board.is_over(event.channel) or event.channel in self._board.channels.alive:
            return
        channel = self._board.add(event, started_at=event.at)
        channel.root = event.channel == event.linkedid and not event.virtual
        self._board.notice_root(channel)
        for late in self._board.awaited(event.channel):
            self._folds[type(late)](late)

    def _channel_changed(self, event: ev.ChannelChanged) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            self._board.learn(channel, event)
            self._board.set_state(channel, event.state)
            self._board.notice_root(channel)

    def _caller_known(self, event: ev.CallerKnown) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            self._board.learn(channel, event)

    def _handled(self, event: ev.Handled) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            channel.doings.add(event.doing)
            if event.doing is not ev.Doing.QUEUES:
                self._leave_queue(channel)

    def _hangup_requested(self, event: ev.HangupRequested) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            channel.hangup_requested = True
            channel.causes.add(event.cause)

    def _hungup(self, event: ev.Hungup) -> None:
        channel = self._board.known(event.channel, event)
        if channel is None:
            return
        channel.last_context = event.context
        channel.causes.add(event.cause)
        track = self._board.track_of(channel)
        if track is None and channel.called_in_vain:
            track = self._board.open(channel)
        self._board.remove(channel, event.at)
        if track is None:
            return
        self._board.touch(track)
        if self._board.is_end(track, channel):
            self._board.finish(track, event.at)

    # Dialling

    def _dial_started(self, event: ev.DialStarted) -> None:
        callee = self._board.known(event.callee, event)
        if callee is None:
            return
        callee.dial_number, callee.callee_number = event.number, event.callee_number
        callee.inside = callee.trunk and self._board.is_own(event.number)
        if event.caller is None:
            callee.originated = callee.root = True
            self._board.open(callee)
            return
        caller = self._board.known(event.caller, event)
        if caller is None or callee.caller is not None:
            return
        callee.caller = caller
        self._board.unroot(callee)
        root = self._board.channels.root_of(caller)
        if root is not None:
            self._board.attach(root, callee)

    def _dial_ended(self, event: ev.DialEnded) -> None:
        """The first word on a leg counts: a queue says `cancel` of every leg afterwards."""
        channel = self._board.known(event.callee, event)
        if channel is not None and channel.dial_status is None:
            channel.dial_status = event.status
            self._board.touch(self._board.track_of(channel))

    def _picked_up(self, event: ev.PickedUp) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            channel.joined = True

    def _transferred(self, event: ev.Transferred) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            self._board.pass_on(channel, event)

    def _queued(self, event: ev.QueueJoined) -> None:
        channel = self._board.known(event.channel, event)
        root = None if channel is None else self._board.channels.root_of(channel)
        if channel is not None and root is not None:
            channel.doings.add(ev.Doing.QUEUES)
            track = self._board.open(root)
            track.queue, track.queue_abandoned = event.queue, isinstance(event, ev.QueueAbandoned)
            track.since_queue = None

    def _queue_left(self, event: ev.QueueLeft) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            self._leave_queue(channel)

    def _leave_queue(self, channel: Channel) -> None:
        """What rings from now on is not the queue's."""
        track = self._board.track_of(channel)
        if track is not None and track.queue is not None and track.since_queue is None:
            track.since_queue = len(track.legs)
            self._board.touch(track)

    # Connections

    def _bridge_entered(self, event: ev.BridgeEntered) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            self._board.channels.enter(channel, event.bridge, holding=event.holding)
            if event.meeting:
                channel.doings.add(ev.Doing.MEETING)
            self._board.connect(channel, event.at)

    def _bridge_left(self, event: ev.BridgeLeft) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None and channel.bridge == event.bridge:
            self._board.channels.leave(channel)

    def _bridge_closed(self, event: ev.BridgeClosed) -> None:
        self._board.channels.close(event.bridge)

    def _virtual_joined(self, event: ev.VirtualJoined) -> None:
        one, two = self._board.known(event.one, event), self._board.known(event.two, event)
        if one is not None and two is not None:
            self._board.channels.join(one, two)
            self._board.connect(one, event.at)

    # What comes at the end of the call, or after it

    def _voicemail_left(self, event: ev.VoicemailLeft) -> None:
        track = self._board.tracks.get(event.channel)
        if track is not None:
            track.voicemail = True
            self._board.touch(track)

    def _billed(self, event: ev.BillingRecord) -> None:
        track = self._board.tracks.get(event.channel)
        if track is not None and len(track.bills) < _MOST_BILLS:
            track.bills.append(event)
            track.settle(event)
            self._board.touch(track)
