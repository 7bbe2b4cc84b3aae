"""All that is known of one call while it is folded, and the verdict on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.calls.call import Call, Direction, EndedBy, LostWhere, Outcome
from core.calls.channels import Channel
from core.calls.events import BillingRecord
from core.phones import Dialling, nameless, withheld

_SLACK = timedelta(seconds=1)  # records are in whole seconds
_ZONE_STEP = 900  # offsets from UTC are multiples of a quarter of an hour


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a call ended, where its client was lost and who ended it; None while that is not so."""

    outcome: Outcome | None
    lost_where: LostWhere | None
    ended_by: EndedBy | None


@dataclass(eq=False, slots=True, kw_only=True)
class Track:
    """A call in the making, known by its first channel, the root.

    `adrift`: called for once more since the client was left alone; `passed_on`, `parked`: left alone by a transfer;
    `met_at`: when another caller was first heard; `since_queue`: how many legs there were when the queue was left;
    `recorded`: who answered, as only the exchange's records tell it.
    """

    root: Channel
    dialling: Dialling
    closed: Callable[[str | None, datetime], bool]
    legs: list[Channel] = field(default_factory=list)
    answered_at: datetime | None = None
    answerer: Channel | None = None
    answer_unseen: bool = False
    adrift: bool = False
    passed_on: bool = False
    parked: bool = False
    met_at: datetime | None = None
    ended_at: datetime | None = None
    seen_until: datetime | None = None
    settled_at: datetime | None = None
    queue: str | None = None
    queue_abandoned: bool = False
    since_queue: int | None = None
    voicemail: bool = False
    bills: list[BillingRecord] = field(default_factory=list)
    recorded: str = ""

    @property
    def open(self) -> bool:
        return self.ended_at is None and self.seen_until is None

    @property
    def client(self) -> Channel | None:
        """The client's own channel; the call lasts as long as it does. None when the call is internal."""
        if self.root.inside:
            return None
        if self.root.trunk and not self.root.originated:
            return self.root
        outside = [leg for leg in self.legs if leg.trunk and not leg.inside]
        if self.answerer is not None and self.answerer in outside:
            return self.answerer
        if outside:
            return outside[-1]
        return self.root if self.root.trunk else None

    @property
    def direction(self) -> Direction:
        if self.root.inside:
            return Direction.INTERNAL
        if self.root.trunk and not self.root.originated:
            return Direction.INBOUND
        if self.client is not None or self._called_outside():
            return Direction.OUTBOUND
        return Direction.INTERNAL

    def _called_outside(self) -> bool:
        """Nothing reached a line, but the number was a public one: an unregistered line, an unanswered originate."""
        wanted = self.root.callee_number if self.root.originated else "" if self.legs else self.root.exten
        return self.dialling.dialled(wanted) is not None

    def dialed_wire(self) -> str:
        """The client's number as dialled on the line, without the exchange's own prefixes where it can be told."""
        client = self.client
        tried = [self.root.exten, self.root.callee_number]
        if client is not None:
            tried = [client.dial_number, self.root.exten, client.callee_number]
        return next((number for number in tried if self.dialling.dialled(number)), next(filter(None, tried), ""))

    def answered(self, at: datetime, by: Channel, *, unseen: bool) -> None:
        self.answered_at, self.answerer, self.answer_unseen = at, by, unseen

    def call(self, source: str, verdict: Verdict) -> Call:
        """The call as it stands now, with what became of it."""
        answered_at, ended_at = self._answer_moment(), self.ended_at
        until = ended_at or self.seen_until
        begun = self.root.created_at
        inbound = self.direction is Direction.INBOUND
        wire = self._wire()
        return Call(
            id=f"{source}:{self.root.uid}",
            source=source,
            linkedid=self.root.linkedid,
            direction=self.direction,
            started_at=begun,
            ended_at=ended_at,
            external_number=(self.dialling.e164(wire) if inbound else self.dialling.dialled(wire)) or wire,
            external_wire=wire,
            anonymous=inbound and wire is None,
            client_name=self._client_name() if inbound else None,
            line=None if self.client is None else self.client.line,
            did=self.root.exten if inbound and self.root.exten not in ("", "s") else None,
            dialed=None if inbound else self._dialed(),
            from_extension=None if inbound else self._employee(),
            queue=self.queue,
            rang=tuple(dict.fromkeys(_label(leg) for leg in self.legs if leg.rang)),
            answered_by=self._answered_by(),
            answered_at=answered_at,
            wait_seconds=_seconds(begun, answered_at or until),
            talk_seconds=_seconds(answered_at, until) if answered_at else (0.0 if until else None),
            outcome=verdict.outcome,
            lost_where=verdict.lost_where,
            ended_by=verdict.ended_by,
        )

    def _wire(self) -> str | None:
        direction = self.direction
        if direction is Direction.INTERNAL:
            return None
        number = self.root.number if direction is Direction.INBOUND else self.dialed_wire()
        return None if withheld(number) else number

    def _client_name(self) -> str | None:
        """What the caller's own exchange calls them; also a word that came in place of the number."""
        return next((text for text in (self.root.person, self.root.number) if _names(text)), None)

    def _dialed(self) -> str | None:
        if self.root.exten and self.root.exten != "s" and not self.root.virtual:
            return self.root.exten
        return self._wire() or next((leg.endpoint for leg in self.legs if not leg.trunk), None)

    def _employee(self) -> str | None:
        if self.root.inside:
            return None
        inside = [channel for channel in (self.root, *self.legs) if not channel.virtual and not channel.trunk]
        return inside[0].endpoint if inside else None

    def _answered_by(self) -> str | None:
        if self.answerer is None:
            return self.recorded or None
        return self.dialed_wire() if self.direction is Direction.OUTBOUND else _label(self.answerer)

    def settle(self, bill: BillingRecord) -> None:
        """What the exchange wrote down of a call whose end went unseen; that somebody answered it is believed."""
        unseen = self.ended_at is None and self.seen_until is not None
        if not bill.answered or bill.callee is None or not (unseen or self.recorded):
            return
        if self.seen_until is not None and self._moment(bill.end) < self.seen_until - _SLACK:
            return  # of a part of the call before
        if self.answered_at is None:
            self.recorded = bill.callee
            self.answerer = next((leg for leg in self.legs if leg.endpoint == bill.callee), None)
            self.answered_at = self._moment(bill.start if bill.answer is None else bill.answer)
        self.recorded = self.recorded or bill.callee
        self.ended_at, self.seen_until = max(self.answered_at, self._moment(bill.end)), None

    def _answer_moment(self) -> datetime | None:
        """When the answer fell into a gap of the stream, the exchange's own record tells it better."""
        if self.answered_at is None or not self.answer_unseen or self.answerer is None:
            return self.answered_at
        for bill in self.bills:
            if bill.answer is not None and bill.callee == self.answerer.endpoint:
                return min(self._moment(bill.answer), self.answered_at)
        return self.answered_at

    def _moment(self, local: int) -> datetime:
        """A time of a record, whose zone follows from the start of the first one."""
        begun = self.root.created_at
        offset = round((self.bills[0].start - begun.timestamp()) / _ZONE_STEP) * _ZONE_STEP
        return max(datetime.fromtimestamp(local - offset + 0.5, begun.tzinfo), begun)


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds(), 3)


def _names(text: str) -> bool:
    return not nameless(text) and any(letter.isalpha() for letter in text)


def _label(leg: Channel) -> str:
    """An extension, or the number dialled on an outside line; the line where no number is known."""
    return f"external:{leg.dial_number or leg.callee_number or leg.line}" if leg.trunk else leg.endpoint
