"""The port to a telephone exchange: it gives call events, and says how it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from core.calls.events import CallEvent
from core.chat.clock import Clock
from core.chat.messenger import Health
from core.chat.phrases import Told
from core.phones import Dialling

Deliver = Callable[[Sequence[CallEvent]], Awaitable[object]]
"""Takes a batch of events; when it raises, the same batch is delivered again."""


@runtime_checkable
class ExchangeSettings(Protocol):
    """What the settings of every exchange say. `trunks` are its outside lines, at `machines` nobody answers; a call is
    decided `grace_seconds` after its end.
    """

    @property
    def dialling(self) -> Dialling:
        """How numbers are dialled and written there, and which are the company's own."""

    @property
    def trunks(self) -> tuple[str, ...]:
        """The names that the exchange has for its outside lines."""

    @property
    def machines(self) -> tuple[str, ...]:
        """The names that the exchange has for what is no person's telephone: a robot, a fax, a loudspeaker."""

    @property
    def grace_seconds(self) -> float:
        """How long after its end a call is decided."""

    @property
    def in_use(self) -> bool:
        """Whether there is to be a live connection."""


class NotRecorded(Told):
    """A file cannot be read as a recorded connection; the text says why."""


ReadRecording = Callable[[Path], Iterator[CallEvent]]
"""The events of one recorded connection, in the order received. Raises OSError, or `NotRecorded`."""


@runtime_checkable
class ExchangeAdapter(Protocol):
    """What a folder under adapters/pbx offers."""

    def create(self, settings: Any, deliver: Deliver, clock: Clock) -> Exchange:
        """A live connection with the folder's own settings."""

    async def check(self, settings: Any) -> Health:
        """Asks the exchange once whether it can be listened to."""

    def read_recording(self, path: Path) -> Iterator[CallEvent]:
        """See `ReadRecording`."""


@dataclass(frozen=True, slots=True)
class Link:
    """Whether an exchange is listened to, and since when (UTC) that is so; before the first time, since the start."""

    up: bool
    since: datetime


@runtime_checkable
class Exchange(Protocol):
    """A live connection."""

    @property
    def link(self) -> Link:
        """Whether it is there."""

    @property
    def heard_at(self) -> datetime | None:
        """When it told of a call the last time; None before the first."""

    async def run(self) -> None:
        """Delivers events until cancelled; reconnects by itself."""

    def fault(self) -> str:
        """What is wrong with the connection, in one sentence; empty when it works."""
