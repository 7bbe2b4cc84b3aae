"""The port to a telephone exchange: it gives call events, and says how it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from core.calls.events import CallEvent

Deliver = Callable[[Sequence[CallEvent]], Awaitable[object]]
"""Takes a batch of events; when it raises, the same batch is delivered again."""


class Exchange(Protocol):
    """A live connection. A folder under adapters/pbx offers `create(settings, deliver, clock) -> Exchange | None`."""

    @property
    def heard_at(self) -> datetime | None:
        """When it told of a call the last time; None before the first."""

    async def run(self) -> None:
        """Delivers events until cancelled; reconnects by itself."""

    def fault(self) -> str:
        """What is wrong with the connection, in one sentence; empty when it works."""
