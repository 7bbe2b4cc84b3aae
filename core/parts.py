"""Parts that run for long, such as an exchange, a bridge or an index: what a room says of them, so that they are owned
by one process, watched, measured and examined like all others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from core.chat.clock import Clock
from core.chat.messenger import Health
from core.chat.phrases import Phrase
from core.unit_of_work import Transactions, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that a running part shows in /metrics: a gauge `name`, explained by `text`, for one value of `label`."""

    name: str
    text: str
    label: tuple[str, str]
    value: float


def no_figures() -> Sequence[Figure]:
    """Of a part that measures nothing."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that runs for long. The `name` is told by /readyz, /metrics and `kollega doctor`.

    `run` works until cancelled, in the transactions that it is given, and is None where the settings leave the part
    off. `fault` says in a sentence what is wrong while it runs, empty when all is well. `check` looks at it without
    running it; None for a part that is off. One that is `alone` runs in one process of all.
    """

    name: str
    run: Callable[[Transactions], Awaitable[None]] | None
    fault: Callable[[], str]
    check: Callable[[], Awaitable[Health | None]]
    figures: Callable[[], Sequence[Figure]] = no_figures
    alone: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A folder of adapters/ with its settings: `package` is its module; the port of its kind says what that offers.

    `name` is that of its section in the settings.
    """

    name: str
    settings: object
    package: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PartContext:
    """What parts are made of: `adapters` gives those of a kind, which is the folder in adapters/ that they are in."""

    clock: Clock
    timezone: str
    adapters: Callable[[str], Sequence[Adapter]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKind:
    """The parts of one kind that a room brings: `make` gives all that the settings know, also those that are off.

    The lease of one is called "kind:name"; `title` is what people call it, given its name.
    """

    kind: str
    title: Callable[[str], Phrase]
    make: Callable[[PartContext], Iterable[Part]]


@dataclass(frozen=True, slots=True)
class Watch:
    """What a room looks at in the database when people ask how everything runs; `look` names each fault in a sentence.

    Rooms plug it into their router.
    """

    look: Callable[[UnitOfWork], Sequence[Phrase]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A part that is on, with the lease that its process must have; None where each process runs it."""

    part: Part
    lease: str | None


def parts_of(kinds: Iterable[PartKind], context: PartContext) -> Sequence[Owned]:
    """The parts of all kinds that the settings turn on."""
    return tuple(
        Owned(part=part, lease=f"{kind.kind}:{part.name}" if part.alone else None)
        for kind in kinds
        for part in kind.make(context)
        if part.run is not None
    )
