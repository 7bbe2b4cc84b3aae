"""The call as people speak of it: one client, one company, however many telephones rang."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Outcome(StrEnum):
    """How a finished call ended. `missed`: the exchange gave up; `abandoned`: the client did.

    `elsewhere`: the provider says that it was answered on another of the company's lines; `meeting`: callers spoke
    with each other in a conference; `fax`: a machine called a machine.
    """

    ANSWERED = "answered"
    MISSED = "missed"
    ABANDONED = "abandoned"
    BUSY = "busy"
    FAILED = "failed"
    AFTER_HOURS = "after_hours"
    VOICEMAIL = "voicemail"
    ELSEWHERE = "elsewhere"
    MEETING = "meeting"
    FAX = "fax"
    UNKNOWN = "unknown"


_NOT_MISSED = frozenset({Outcome.UNKNOWN, Outcome.ELSEWHERE, Outcome.MEETING, Outcome.FAX})


class LostWhere(StrEnum):
    """Where an inbound client was when they were lost; `TRANSFER` also on an answered call."""

    QUEUE = "queue"
    GROUP = "group"
    EXTENSION = "extension"
    FORWARD = "forward"
    IVR = "ivr"
    AFTER_HOURS = "after_hours"
    VOICEMAIL = "voicemail"
    LINE = "line"
    TRANSFER = "transfer"
    MEETING = "meeting"


class EndedBy(StrEnum):
    CALLER = "caller"
    CALLEE = "callee"
    PBX = "pbx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One fold of a call's events; two folds are compared as values.

    `id` is stable over replays (source and the root channel's id). Times are UTC. `outcome` is None while the
    call goes on. An `unknown` call has no `ended_at`, and its seconds are what was seen, so at least that long.
    `answered_by` is an extension, `external:<number>` for a forward to a mobile, or the number dialled for an
    outbound call. `external_number` is E.164, or as on the wire where it is no public number; None when withheld.
    `wait_seconds` is from the start to the first person, or the whole length; `talk_seconds` from there to the
    end of the client's call, holds and transfers included.
    """

    id: str
    source: str
    linkedid: str
    direction: Direction
    started_at: datetime
    ended_at: datetime | None = None
    external_number: str | None = None
    external_wire: str | None = None
    anonymous: bool = False
    client_name: str | None = None
    line: str | None = None
    did: str | None = None
    dialed: str | None = None
    from_extension: str | None = None
    queue: str | None = None
    rang: tuple[str, ...] = ()
    answered_by: str | None = None
    answered_at: datetime | None = None
    wait_seconds: float | None = None
    talk_seconds: float | None = None
    outcome: Outcome | None = None
    lost_where: LostWhere | None = None
    ended_by: EndedBy | None = None

    @property
    def open(self) -> bool:
        return self.outcome is None

    @property
    def lost(self) -> bool:
        """The client is left without what they called for: missed, or answered and then passed on to nobody."""
        return self.missed or (self.direction is Direction.INBOUND and self.lost_where is LostWhere.TRANSFER)

    @property
    def missed(self) -> bool:
        """Inbound, over, and nobody in the company spoke with the client, who wanted that; never said of an unknown
        call."""
        return (
            self.direction is Direction.INBOUND
            and self.answered_at is None
            and self.outcome is not None
            and self.outcome not in _NOT_MISSED
        )
