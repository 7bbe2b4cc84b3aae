"""The port to a telephone exchange: it gives call events, and says how it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.calls.events import CallEvent
from core.chat.messenger import Health

Deliver = Callable[[Sequence[CallEvent]], Awaitable[object]]
"""Takes a batch of events; when it raises, the same batch is delivered again."""


@runtime_checkable
class ExchangeSettings(Protocol):
    """What the settings of every exchange say. `trunks` are its outside lines; a call is decided `grace_seconds` after
    its end. A folder under adapters/pbx has such `Settings`, and offers `create(settings, deliver, clock) -> Exchange`.
    """

    @property
    def trunks(self) -> tuple[str, ...]:
        """The names that the exchange has for its outside lines."""

    @property
    def grace_seconds(self) -> float:
        """How long after its end a call is decided."""

    @property
    def in_use(self) -> bool:
        """Whether there is to be a live connection."""

    async def check(self) -> Health:
        """Asks the exchange once whether it can be listened to."""


@runtime_checkable
class Exchange(Protocol):
    """A live connection."""

    @property
    def heard_at(self) -> datetime | None:
        """When it told of a call the last time; None before the first."""

    async def run(self) -> None:
        """Delivers events until cancelled; reconnects by itself."""

    def fault(self) -> str:
        """What is wrong with the connection, in one sentence; empty when it works."""
