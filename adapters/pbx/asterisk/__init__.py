"""Asterisk through its manager interface (AMI)."""

from __future__ import annotations

from adapters.pbx.asterisk.settings import Settings
from core.calls.exchange import Deliver, Exchange
from core.chat.clock import Clock


def create(settings: Settings, deliver: Deliver, clock: Clock) -> Exchange:
    """The live connection."""
    from adapters.pbx.asterisk.source import Source

    return Source(settings, deliver, clock=clock.now)
