"""What /metrics shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.delivery import Sender
from bot.dispatch import Dispatcher
from core.delivery import Backlog
from core.unit_of_work import Store


class _Reading:
    """One reading of the running parts, taken when it is asked for."""

    def __init__(self, dispatcher: Dispatcher, senders: Sequence[Sender], backlog: dict[tuple[str, str], int]) -> None:
        self._dispatcher, self._senders, self._backlog = dispatcher, senders, backlog

    def collect(self) -> Iterable[Metric]:
        """The figures, as Prometheus wants them."""
        handled = CounterMetricFamily("kollega_events_handled", "Events handled.")
        handled.add_metric([], self._dispatcher.handled)
        yield handled
        seconds = CounterMetricFamily("kollega_handling_seconds", "Time spent in handling events.")
        seconds.add_metric([], self._dispatcher.seconds)
        yield seconds
        outcomes = CounterMetricFamily("kollega_sends", "Requests to messengers.", labels=["messenger", "outcome"])
        for sender in self._senders:
            for outcome, count in sender.outcomes.items():
                outcomes.add_metric([sender.name, outcome.lower()], count)
        yield outcomes
        waiting = GaugeMetricFamily("kollega_deliveries_waiting", "Copies to send.", labels=["messenger", "priority"])
        for (messenger, priority), count in self._backlog.items():
            waiting.add_metric([messenger, priority], count)
        yield waiting


async def measure(store: Store, dispatcher: Dispatcher, senders: Sequence[Sender]) -> bytes:
    """The text of /metrics."""
    backlog = await store.transact(lambda uow: uow.ask(Backlog()))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reading(dispatcher, senders, dict(backlog)))
    return generate_latest(registry)
