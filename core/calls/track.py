"""All that is known of one call while it is folded, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.calls.call import Call, Direction, EndedBy, LostWhere, Outcome
from core.calls.channels import Channel
from core.calls.events import BillingRecord
from core.phones import PLAIN, Dialling, nameless, withheld

_MENUS = frozenset({"background", "waitexten", "read"})
_TOGETHER = timedelta(seconds=2)  # telephones dialled within this are one group
_ZONE_STEP = 900  # offsets from UTC are multiples of a quarter of an hour


@dataclass(eq=False, slots=True, kw_only=True)
class Track:
    """A call in the making, known by its first channel, the root."""

    root: Channel
    dialling: Dialling = PLAIN
    legs: list[Channel] = field(default_factory=list)
    answered_at: datetime | None = None
    answerer: Channel | None = None
    answer_unseen: bool = False
    adrift: bool = False
    ended_at: datetime | None = None
    seen_until: datetime | None = None
    settled_at: datetime | None = None
    queue: str | None = None
    queue_abandoned: bool = False
    voicemail: bool = False
    bills: list[BillingRecord] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.ended_at is None and self.seen_until is None

    @property
    def client(self) -> Channel | None:
        """The client's own channel; the call lasts as long as it does. None when the call is internal."""
        if self.root.trunk and not self.root.originated:
            return self.root
        if self.answerer is not None and self.answerer.trunk:
            return self.answerer
        outside = [leg for leg in self.legs if leg.trunk]
        if outside:
            return outside[-1]
        return self.root if self.root.trunk else None

    @property
    def direction(self) -> Direction:
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

    def call(self, source: str) -> Call:
        """The call as it stands now."""
        answered_at, ended_at = self._answer_moment(), self.ended_at
        until = ended_at or self.seen_until
        begun, outcome = self.root.created_at, self._outcome()
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
            did=(self.root.exten or None) if inbound else None,
            dialed=None if inbound else self._dialed(),
            from_extension=None if inbound else self._employee(),
            queue=self.queue,
            rang=tuple(dict.fromkeys(_label(leg) for leg in self.legs if leg.rang)),
            answered_by=self._answered_by(),
            answered_at=answered_at,
            wait_seconds=_seconds(begun, answered_at or until),
            talk_seconds=_seconds(answered_at, until) if answered_at else (0.0 if until else None),
            outcome=outcome,
            lost_where=self._lost_where(outcome),
            ended_by=self._ended_by(),
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
        inside = [channel for channel in (self.root, *self.legs) if not channel.virtual and not channel.trunk]
        return inside[0].endpoint if inside else None

    def _answered_by(self) -> str | None:
        if self.answerer is None:
            return None
        return self.dialed_wire() if self.direction is Direction.OUTBOUND else _label(self.answerer)

    def _outcome(self) -> Outcome | None:
        if self.open:
            return None
        if self.ended_at is None:
            return Outcome.UNKNOWN
        if self.answered_at:
            return Outcome.ANSWERED
        if self.direction is not Direction.INBOUND:
            return self._unreached()
        if self.voicemail:
            return Outcome.VOICEMAIL
        if not self.legs and not self.queue and self.root.was_up and not self._in_menu():
            return Outcome.AFTER_HOURS
        unreached = self._unreached()
        if unreached is not Outcome.BUSY and self._ended_by() is EndedBy.CALLER:
            return Outcome.ABANDONED
        return Outcome.MISSED if self.queue or self._in_menu() else unreached

    def _unreached(self) -> Outcome:
        """Why none of the legs was reached; the last of several words of an exchange on one leg says less."""
        if self.legs and all(leg.dial_status == "busy" for leg in self.legs):
            return Outcome.BUSY
        return Outcome.MISSED if any(leg.rang for leg in self.legs) else Outcome.FAILED

    def _in_menu(self) -> bool:
        """The client was put through a voice menu, as far as an exchange tells it without its dial plan."""
        if any(bill.application.casefold() in _MENUS for bill in self.bills):
            return True
        context = self.root.last_context.casefold()
        return context != self.root.context.casefold() and ("ivr" in context or "menu" in context)

    def _ended_by(self) -> EndedBy | None:
        if self.ended_at is None:
            return None
        # An exchange that plays the busy tone asks for its own hangup.
        if self.queue_abandoned or (self.root.hangup_requested and self.root.state != "busy"):
            return EndedBy.CALLER
        last = self.legs[-1] if self.legs and self.answered_at is None else None
        if last is not None and last.dial_status == "cancel" and last.caller is self.root:
            return EndedBy.CALLER
        if self.answerer is not None and self.answerer.hangup_requested:
            return EndedBy.CALLEE
        return EndedBy.PBX

    def _lost_where(self, outcome: Outcome | None) -> LostWhere | None:
        if self.answered_at is not None and self.adrift and self.ended_at is not None:
            return LostWhere.TRANSFER
        if self.direction is not Direction.INBOUND or outcome in (None, Outcome.ANSWERED, Outcome.UNKNOWN):
            return None
        if outcome is Outcome.VOICEMAIL:
            return LostWhere.VOICEMAIL
        if outcome is Outcome.AFTER_HOURS:
            return LostWhere.AFTER_HOURS
        if self.queue:
            return LostWhere.QUEUE
        if not self.legs:
            return LostWhere.IVR if self._in_menu() else LostWhere.LINE
        last = self.legs[-1]
        if last.trunk:
            return LostWhere.FORWARD
        together = [leg for leg in self.legs if last.created_at - leg.created_at < _TOGETHER]
        return LostWhere.GROUP if len(together) > 1 else LostWhere.EXTENSION

    def _answer_moment(self) -> datetime | None:
        """When the answer fell into a gap of the stream, the exchange's own record tells it better."""
        if self.answered_at is None or not self.answer_unseen or self.answerer is None:
            return self.answered_at
        for bill in self.bills:
            if bill.answer is not None and bill.callee == self.answerer.endpoint:
                offset = round((self.bills[0].start - self.root.created_at.timestamp()) / _ZONE_STEP) * _ZONE_STEP
                moment = datetime.fromtimestamp(bill.answer - offset + 0.5, self.answered_at.tzinfo)
                return min(max(moment, self.root.created_at), self.answered_at)
        return self.answered_at


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds(), 3)


def _names(text: str) -> bool:
    return not nameless(text) and any(letter.isalpha() for letter in text)


def _label(leg: Channel) -> str:
    """An extension, or the number dialled on an outside line."""
    return f"external:{leg.dial_number or leg.callee_number}" if leg.trunk else leg.endpoint
