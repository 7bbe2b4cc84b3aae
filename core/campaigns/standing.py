"""How far the acknowledgements of a campaign have come: how many, who not, where, and who is to hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from core.delivery import ToSome
from core.unit_of_work import Change, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How many people got a campaign that asks, and what they did. `missing` have it and have not acknowledged it;
    `unreached` do not have it (yet)."""

    total: int
    acknowledged: int
    unreached: int

    @property
    def missing(self) -> int:
        """How many are to be reminded."""
        return self.total - self.acknowledged - self.unreached


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentStandings:
    """The same of one department; of the people without one for None."""

    department_id: int | None
    name: str
    of: Standings


@dataclass(frozen=True, slots=True)
class Acknowledge(Change[bool]):
    """Notes that a person has acknowledged a version; False when that was known."""

    campaign_id: int
    version: int
    person_id: int


@dataclass(frozen=True, slots=True)
class AcknowledgedAt(Query[datetime | None]):
    """When a person acknowledged a version, None for not."""

    campaign_id: int
    version: int
    person_id: int


@dataclass(frozen=True, slots=True)
class IsRecipient(Query[bool]):
    """Whether a person has a copy of a message, or is to have one."""

    message_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CountAcknowledged(Query[int]):
    """How many have acknowledged a version."""

    campaign_id: int
    version: int


@dataclass(frozen=True, slots=True)
class StandingsOf(Query[tuple[DepartmentStandings, ...]]):
    """The active recipients of a campaign by department, by name; `team_of`: only those who report to this person."""

    campaign_id: int
    message_id: int
    version: int
    team_of: int | None = None


@dataclass(frozen=True, slots=True)
class AnybodyMissing(Query[bool]):
    """Whether there is an active recipient who has not acknowledged a version."""

    campaign_id: int
    message_id: int
    version: int


class Part(Enum):
    """Which of those who have not acknowledged: all, those who have it, those who do not."""

    ALL = "a"
    MISSING = "m"
    UNREACHED = "u"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Somebody who has not acknowledged. `reached`: has the message."""

    person_id: int
    name: str
    department: str | None
    position: str
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPart:
    """Some of them, and how many there are in all."""

    items: tuple[Missing, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingOf(Query[MissingPart]):
    """Who has not acknowledged, by department and name. `department_id` 0 for those without one, None for everybody."""

    campaign_id: int
    message_id: int
    version: int
    department_id: int | None = None
    part: Part = Part.ALL
    team_of: int | None = None
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An active recipient. `acknowledged_at` is None for who has not; `reached`: has the message."""

    name: str
    department: str | None
    position: str
    reached: bool
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecipientsOf(Query[tuple[Recipient, ...]]):
    """Recipients, first those who have not acknowledged, by department and name; at most `limit`.

    `team_of`: only those who report to this person.
    """

    campaign_id: int
    message_id: int
    version: int
    team_of: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class LeadsAnybody(Query[bool]):
    """Whether anybody reports to a person, directly or by being in the person's department or below it."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ToMissing(ToSome):
    """Who has a campaign's message and has not acknowledged a version. `anew`: who had acknowledged an earlier one."""

    campaign_id: int
    message_id: int
    version: int
    anew: bool = False


@dataclass(frozen=True, slots=True)
class ToTheirManagers(ToSome):
    """To whom those report who have not acknowledged a version: the person's manager, else the nearest head of a
    department above; and to the author, whose people are those that report to nobody."""

    campaign_id: int
    message_id: int
    version: int
    author_id: int


@dataclass(eq=False, kw_only=True)
class Reminder:
    """A reminder that went out: `message_id` is its message in the ledger."""

    message_id: int
    campaign_id: int
    version: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class RemindersOf(Query[tuple[Reminder, ...]]):
    """The reminders of a campaign, the latest first."""

    campaign_id: int
