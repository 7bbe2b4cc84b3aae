"""Asterisk through its manager interface (AMI)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.pbx.asterisk.settings import Settings
from core.calls.events import CallEvent
from core.calls.exchange import Deliver, Exchange
from core.chat.clock import Clock
from core.chat.messenger import Health


def create(settings: Settings, deliver: Deliver, clock: Clock) -> Exchange:
    """The live connection."""
    from adapters.pbx.asterisk.source import Source

    return Source(settings, deliver, clock=clock.now)


async def check(settings: Settings) -> Health:
    """Signs in once and leaves."""
    from adapters.pbx.asterisk.source import check as sign_in

    return await sign_in(settings)


def read_recording(path: Path) -> Iterator[CallEvent]:
    """The events of a recorded connection."""
    from adapters.pbx.asterisk.recording import read_recording as read

    return read(path)
