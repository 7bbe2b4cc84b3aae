"""A recorded call played as a new one, as often as wanted: for the demo and for trying out a routing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.calls import events as ev

_IDS = frozenset({"channel", "linkedid", "caller", "callee", "target", "one", "two", "bridge", "pair"})
_ABOUT_THE_LINK = (ev.LinkUp, ev.LinkLost, ev.ExchangeReady, ev.ExchangeStopped, ev.ListingComplete, ev.ClockStepped)


def shifted(events: Iterable[ev.CallEvent], *, to: datetime, number: str | None = None) -> list[ev.CallEvent]:
    """The events of a recording with the last of them received at `to` (UTC), as channels that never were before.

    What they tell of the recorded connection itself is left out. With `number` the recorded callers call from it.
    """
    played = [event for event in events if not isinstance(event, _ABOUT_THE_LINK)]
    if not played:
        return []
    by, tag = to - max(event.at for event in played), secrets.token_hex(4)
    return [_renamed(event, by, tag, number) for event in played]


def _renamed(event: ev.CallEvent, by: timedelta, tag: str, number: str | None) -> ev.CallEvent:
    changes: dict[str, Any] = {"key": f"{tag}:{event.key}", "at": event.at + by}
    changes |= {name: f"{tag}-{uid}" for name, uid in _ids_of(event)}
    if isinstance(event, ev.BillingRecord):
        seconds = round(by.total_seconds())
        changes |= {"start": event.start + seconds, "end": event.end + seconds}
        changes["answer"] = None if event.answer is None else event.answer + seconds
    if number is not None and isinstance(event, ev.ChannelCreated) and event.channel == event.linkedid:
        changes["number"] = number
    return replace(event, **changes)


def _ids_of(event: ev.CallEvent) -> Iterator[tuple[str, str]]:
    for name in _IDS & {*event.__dataclass_fields__}:
        uid = getattr(event, name)
        # A billing record names the called telephone, not a channel.
        if uid and not (isinstance(event, ev.BillingRecord) and name == "callee"):
            yield name, uid
