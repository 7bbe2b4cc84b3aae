"""Folds the ordered events of an exchange into calls: decided on the call, never on a leg.

A call begins with a root channel: one that nobody dialled. It is answered when the root is connected, through
bridges and virtual pairs, with another real channel; states, dial results and billing records do not answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from core.calls import events as ev
from core.calls.board import Board
from core.calls.call import Call
from core.calls.channels import Channel
from core.phones import PLAIN, Dialling

_MOST_BILLS = 20
_BOOT_SLACK = timedelta(seconds=2)
_CRASH_WINDOW = timedelta(minutes=2)  # a link lost this long before a start was cut by the crash itself
_TRUNCATED = timedelta(seconds=0.5)  # an age in whole seconds is on average that much too small


class Switchboard:
    """Every `apply` returns the ids of the calls it may have changed; ask `call(id)` for their new value.

    Repeats change nothing. Event time drives everything, so a replay gives the same calls. `trunks` are the names
    of the endpoints (or of the contexts) that are outside lines. Call `tick` from time to time: it closes calls
    that never ended as unknown and forgets what is long over, so memory stays bounded (in a replay, give it the
    time of the events, not of the clock).
    """

    def __init__(
        self,
        trunks: Iterable[str] = (),
        *,
        dialling: Dialling = PLAIN,
        source: str = "asterisk",
        longest: timedelta = timedelta(hours=4),
        memory: timedelta = timedelta(hours=1),
    ) -> None:
        self._source, self._longest, self._memory = source, longest, memory
        self._board = Board(trunks, dialling)
        self._seen: dict[str, datetime] = {}
        self._listed: set[str] = set()
        self._gap_from: datetime | None = None
        self._lost_at: datetime | None = None
        self._folds: dict[type[ev.CallEvent], Callable[[Any], None]] = {
            ev.LinkUp: self._link_up,
            ev.LinkLost: self._link_lost,
            ev.ExchangeReady: self._exchange_ready,
            ev.ExchangeStopped: self._exchange_stopped,
            ev.ChannelCreated: self._channel_created,
            ev.ChannelListed: self._channel_listed,
            ev.ListingComplete: self._listing_complete,
            ev.ChannelChanged: self._channel_changed,
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
        return None if track is None else track.call(self._source)

    def calls(self) -> list[Call]:
        """All that are remembered, by their start."""
        found = [track.call(self._source) for track in self._board.tracks.values()]
        return sorted(found, key=lambda call: (call.started_at, call.id))

    def open_calls(self) -> list[Call]:
        return [call for call in self.calls() if call.open]

    def _changed(self) -> set[str]:
        changed = {f"{self._source}:{uid}" for uid in self._board.changed}
        self._board.changed.clear()
        return changed

    # The link and the exchange itself

    def _link_up(self, event: ev.LinkUp) -> None:
        self._board.connection += 1
        self._listed.clear()
        self._gap_from = self._lost_at or self._board.now or event.at

    def _link_lost(self, event: ev.LinkLost) -> None:
        self._lost_at = event.at

    def _exchange_ready(self, event: ev.ExchangeReady) -> None:
        """Channels older than the start of the exchange are gone: it crashed, or was restarted in a gap."""
        if event.uptime is None:
            return
        started = event.at - timedelta(seconds=event.uptime)
        lost = self._lost_at
        crashed = lost is not None and timedelta(0) <= started - lost < _CRASH_WINDOW
        for channel in self._alive():
            if channel.created_at < started - _BOOT_SLACK:
                self._board.gone(channel, lost or self._gap_from or event.at, decided=crashed)

    def _exchange_stopped(self, event: ev.ExchangeStopped) -> None:
        for channel in self._alive():
            self._board.gone(channel, event.at, decided=True)

    def _channel_listed(self, event: ev.ChannelListed) -> None:
        self._listed.add(event.channel)
        self._board.awaited(event.channel)  # what came before the list is in the list
        if self._board.is_over(event.channel):
            return
        channel = self._board.channels.alive.get(event.channel)
        if channel is None:
            age = timedelta() if event.seconds is None else timedelta(seconds=event.seconds) + _TRUNCATED
            channel = self._board.add(event, started_at=event.at - age)
            own = event.channel == event.linkedid or channel.trunk
            channel.root = own and not event.called and not event.virtual
            self._board.notice_root(channel)
        channel.connection = self._board.connection
        self._set_state(channel, event.state)
        channel.rang = channel.rang or (event.called and event.state == "up")
        self._adopt(channel.linkedid)
        if event.bridge is None:
            self._board.channels.leave(channel)
        else:
            self._board.channels.enter(channel, event.bridge)

    def _adopt(self, linkedid: str) -> None:
        """Who dialled a listed leg was not seen, but its series is; leg and root come in any order."""
        family = [channel for channel in self._alive() if channel.linkedid == linkedid]
        root = next((channel for channel in family if channel.root), None)
        for leg in family:
            if root is not None and leg.caller is None and not leg.root:
                self._board.attach(root, leg)

    def _listing_complete(self, event: ev.ListingComplete) -> None:
        if event.count is not None and event.count != len(self._listed):
            return  # part of the list was unreadable: absence proves nothing
        for channel in self._alive():
            if channel.connection != self._board.connection:
                self._board.gone(channel, self._gap_from or event.at, decided=False)
        for channel in self._alive():
            self._board.connect(channel, event.at, unseen=True)
        self._listed.clear()
        self._lost_at = None

    def _alive(self) -> list[Channel]:
        return list(self._board.channels.alive.values())

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
            self._set_state(channel, event.state)
            self._board.notice_root(channel)

    def _set_state(self, channel: Channel, state: str) -> None:
        channel.state = state
        channel.was_up = channel.was_up or state == "up"
        channel.rang = channel.rang or state == "ringing"
        self._board.touch(self._board.track_of(channel))

    def _hangup_requested(self, event: ev.HangupRequested) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            channel.hangup_requested = True

    def _hungup(self, event: ev.Hungup) -> None:
        channel = self._board.known(event.channel, event)
        if channel is None:
            return
        channel.last_context = event.context
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
            channel.transferred = True

    def _queued(self, event: ev.QueueJoined) -> None:
        channel = self._board.known(event.channel, event)
        root = None if channel is None else self._board.channels.root_of(channel)
        if root is not None:
            track = self._board.open(root)
            track.queue, track.queue_abandoned = event.queue, isinstance(event, ev.QueueAbandoned)

    # Connections

    def _bridge_entered(self, event: ev.BridgeEntered) -> None:
        channel = self._board.known(event.channel, event)
        if channel is not None:
            self._board.channels.enter(channel, event.bridge, holding=event.holding)
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
            self._board.touch(track)
