"""What the fold makes of a stream that was cut: the list asked for afterwards, and a restart of the exchange."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.calls import events as ev
from core.calls.board import Board
from core.calls.channels import Channel

_BOOT_SLACK = timedelta(seconds=2)
_CRASH_WINDOW = timedelta(minutes=2)  # a link lost this long before a start was cut by the crash itself
_TRUNCATED = timedelta(seconds=0.5)  # an age in whole seconds is on average that much too small


class Gaps:
    """Part of a fold: what is told of the link and of the exchange itself."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._listed: set[str] = set()
        self._gap_from: datetime | None = None
        self._lost_at: datetime | None = None

    def folds(self) -> dict[type[ev.CallEvent], Callable[[Any], None]]:
        """What each kind of event does."""
        return {
            ev.LinkUp: self._link_up,
            ev.LinkLost: self._link_lost,
            ev.ExchangeReady: self._exchange_ready,
            ev.ExchangeStopped: self._exchange_stopped,
            ev.ChannelListed: self._channel_listed,
            ev.ListingComplete: self._listing_complete,
        }

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
        self._board.learn(channel, event)
        self._board.set_state(channel, event.state)
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
