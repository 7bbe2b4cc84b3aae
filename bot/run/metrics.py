"""What /metrics shows: what this process has counted, and what the database says of all of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Protocol, TypeVar, runtime_checkable

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.run.roles import ProcessRole
from bot.run.web import Readiness
from core.copies import Backlog, Queue
from core.delivery import Priority
from core.leases import Standing, Standings
from core.measuring import Histogram
from core.parts import Figure
from core.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()
Labels = TypeVar("Labels", bound=tuple[str, ...])

PATIENCE = 2.0
"""Seconds that a database has to answer; without its answer the process's own figures are shown."""


@runtime_checkable
class Counting(Protocol):
    """A store that counts its transactions, the seconds that they took, and how often one had to be run again."""

    transactions: int
    seconds: float
    reruns: int


class Handling(Protocol):
    """What a dispatcher counts."""

    handled: Counter[tuple[str, str]]
    failures: Counter[tuple[str, str]]
    seconds: Histogram


class Sending(Protocol):
    """What a sender counts."""

    sends: Counter[tuple[str, Priority]]
    refusals: Counter[str]
    seconds: Histogram


class Measured(Protocol):
    """The parts of a process, as far as they are measured."""

    store: Store
    role: ProcessRole
    readiness: Readiness
    received: Counter[str]

    @property
    def dispatcher(self) -> Handling:
        """Handles events."""

    @property
    def senders(self) -> Mapping[str, Sending]:
        """Send, by bot account."""

    def leases(self) -> Iterable[str]:
        """The leases that some process has to hold, as things are set now."""

    def figures(self) -> Iterable[Figure]:
        """What the parts that rooms bring measure here."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the database says of all processes together."""

    queues: tuple[Queue, ...]
    leases: tuple[Standing, ...]


async def measure(app: Measured) -> bytes:
    """The text of /metrics. It is there whatever becomes of the database."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reading(app, await _ask(app.store)))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


async def _ask(store: Store) -> _Stored | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await store.transact(_read)
    except Exception as error:  # a monitor has to see that the database is away, not an empty page
        log.warning("metrics_without_database", error=type(error).__name__)
        return None


def _read(uow: UnitOfWork) -> _Stored:
    return _Stored(uow.ask(Backlog()), uow.ask(Standings()))


class _Reading(Collector):
    """One reading of the running parts, taken when it is asked for."""

    def __init__(self, app: Measured, stored: _Stored | None) -> None:
        self._app, self._stored = app, stored

    def collect(self) -> Iterable[Metric]:
        """The figures, as Prometheus wants them."""
        role = self._app.role.value
        yield _gauge(
            "kollega_info", "The version and role of this process.", {(_version(), role): 1}, "version", "role"
        )
        yield from self._events()
        yield from self._sends()
        yield from self._database()
        yield from self._parts()
        if self._stored is not None:
            yield from _queues(self._stored.queues)
            yield from _leases(self._app.leases(), self._stored.leases)

    def _events(self) -> Iterator[Metric]:
        dispatcher, labels = self._app.dispatcher, ("messenger", "kind")
        received = {(name,): count for name, count in self._app.received.items()}
        yield _counter("kollega_events_received", "New events stored.", received, "messenger")
        yield _counter("kollega_events_handled", "Events handled.", dispatcher.handled, *labels)
        yield _counter(
            "kollega_events_failed", "Attempts to handle an event that failed.", dispatcher.failures, *labels
        )
        seconds = HistogramMetricFamily("kollega_handling_seconds", "Time to handle an event, without the commit.")
        seconds.add_metric([], dispatcher.seconds.buckets(), dispatcher.seconds.sum)
        yield seconds

    def _sends(self) -> Iterator[Metric]:
        sends: dict[tuple[str, str, str], int] = {}
        refusals: dict[tuple[str, str], int] = {}
        seconds = HistogramMetricFamily(
            "kollega_send_seconds", "Time from a request leaving to its answer.", labels=["messenger"]
        )
        for name, sender in self._app.senders.items():
            for (outcome, priority), count in sender.sends.items():
                sends[name, priority.name.lower(), outcome.lower()] = count
            for reason, count in sender.refusals.items():
                refusals[name, reason] = count
            seconds.add_metric([name], sender.seconds.buckets(), sender.seconds.sum)
        yield _counter("kollega_sends", "Requests to messengers.", sends, "messenger", "priority", "outcome")
        yield _counter("kollega_refusals", "Requests that failed, by reason.", refusals, "messenger", "reason")
        yield seconds

    def _database(self) -> Iterator[Metric]:
        up = self._stored is not None
        yield _gauge("kollega_database_up", "Whether the database answered.", {(): up})
        store = self._app.store
        if isinstance(store, Counting):
            yield _counter("kollega_database_transactions", "Transactions.", {(): store.transactions})
            yield _counter("kollega_database_seconds", "Time spent in transactions.", {(): store.seconds})
            yield _counter("kollega_database_reruns", "Transactions run again after a conflict.", {(): store.reruns})

    def _parts(self) -> Iterator[Metric]:
        ready = {(name,): not fault for name, fault in self._app.readiness.parts.items()}
        yield _gauge("kollega_part_ready", "Whether a part works, as /readyz says.", ready, "part")
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._app.figures():
            label, value = figure.label
            if figure.name not in families:
                families[figure.name] = GaugeMetricFamily(figure.name, figure.text, labels=[label])
            families[figure.name].add_metric([value], figure.value)
        yield from families.values()


def _queues(queues: Iterable[Queue]) -> Iterator[Metric]:
    labels = ("messenger", "priority")
    found = {(queue.messenger, queue.priority.name.lower()): queue for queue in queues}
    waiting = {key: queue.waiting for key, queue in found.items()}
    age = {key: queue.age for key, queue in found.items()}
    yield _gauge("kollega_deliveries_waiting", "Copies to send, of all processes.", waiting, *labels)
    yield _gauge("kollega_queue_age_seconds", "How long the oldest due copy has waited.", age, *labels)


def _leases(names: Iterable[str], leases: Iterable[Standing]) -> Iterator[Metric]:
    """Of leases by these names; others in the database are of former times."""
    owned = {lease.name: lease for lease in leases if lease.owner and lease.left > 0}
    held = {(name,): name in owned for name in names}
    epochs = {(name, owned[name].owner): owned[name].epoch for (name,), known in held.items() if known}
    yield _gauge("kollega_lease_held", "Whether a process holds a lease.", held, "name")
    yield _gauge("kollega_lease_epoch", "How often a lease has changed hands, with its owner.", epochs, "name", "owner")


def _gauge(name: str, text: str, values: Mapping[Labels, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, float(value))
    return family


def _counter(name: str, text: str, values: Mapping[Labels, float], *labels: str) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


@cache
def _version() -> str:
    return version("kollega")
