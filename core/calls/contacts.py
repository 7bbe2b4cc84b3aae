"""Which missed clients were spoken with later: in either direction, on any line, by anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from core.calls.call import Call, Direction

_AT_ONCE = timedelta(seconds=5)

MIN_CONTACT_SECONDS = 3.0  # less is a fax, a robot or a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What came of a missed call: the first contact after it, and the calls to the client in vain before that."""

    missed: Call
    contact: Call | None
    attempts: int

    @property
    def truly_missed(self) -> bool:
        return self.contact is None

    @property
    def latency_seconds(self) -> float | None:
        """From the end of the missed call to the start of the contact; negative when the two calls crossed."""
        if self.contact is None or self.missed.ended_at is None:
            return None
        return (self.contact.started_at - self.missed.ended_at).total_seconds()


def answered(call: Call) -> bool:
    """A client and the company were connected in this call."""
    return call.direction is not Direction.INTERNAL and call.answered_at is not None


def spoke(call: Call, min_seconds: float = MIN_CONTACT_SECONDS) -> bool:
    """A client and the company spoke in this call, or speak at this moment, however briefly so far."""
    return answered(call) and (call.open or (call.talk_seconds or 0.0) >= min_seconds)


def slipped(call: Call, min_seconds: float = MIN_CONTACT_SECONDS) -> bool:
    """They were connected, and it was over before they can have spoken."""
    return answered(call) and call.ended_at is not None and not spoke(call, min_seconds)


def same_call(one: Call, two: Call) -> bool:
    """Whether two calls are one that a provider brought over several lines."""
    apart = abs(one.started_at - two.started_at)
    return one.external_number == two.external_number and one.line != two.line and apart <= _AT_ONCE


def contact(call: Call, missed: Call, min_seconds: float = MIN_CONTACT_SECONDS) -> bool:
    """Whether `call` is a contact with the client of `missed` after it.

    A call answered after the missed one began counts even if it began earlier: the two crossed. Callers who
    withheld their number are nobody's client.
    """
    return (
        missed.external_number is not None
        and call.external_number == missed.external_number
        and call.id != missed.id
        and spoke(call, min_seconds)
        and call.answered_at is not None
        and call.answered_at > missed.started_at
    )


def follow_ups(
    calls: Iterable[Call],
    *,
    as_of: datetime,
    min_seconds: float = MIN_CONTACT_SECONDS,
    of_lines: Mapping[str | None, float] = MappingProxyType({}),
) -> dict[str, FollowUp]:
    """For each missed call started by `as_of`, by its id: what followed up to then. `of_lines`: the seconds of a talk
    with clients of lines that have their own."""
    by_number: dict[str, list[Call]] = {}
    withheld: list[Call] = []
    for call in sorted(calls, key=lambda call: (call.started_at, call.id)):
        if call.started_at > as_of:
            continue
        if call.external_number is None:
            withheld.append(call)
        else:
            by_number.setdefault(call.external_number, []).append(call)
    found = {call.id: FollowUp(missed=call, contact=None, attempts=0) for call in withheld if call.missed}
    for series in by_number.values():
        for missed in series:
            if missed.missed:
                found[missed.id] = _follow_up(missed, series, of_lines.get(missed.line, min_seconds))
    return found


def _follow_up(missed: Call, series: Sequence[Call], min_seconds: float) -> FollowUp:
    """`series`: all calls with this client by their start."""
    found = next((call for call in series if contact(call, missed, min_seconds)), None)
    attempts = [
        call
        for call in series
        if call.direction is Direction.OUTBOUND
        and missed.started_at < call.started_at
        and not spoke(call, min_seconds)
        and not call.open
        and (found is None or call.started_at < found.started_at)
    ]
    return FollowUp(missed=missed, contact=found, attempts=len(attempts))
