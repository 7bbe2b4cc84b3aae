"""A campaign: what one person says to many, who of them has it, and who may follow it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from core.access import Right
from core.chat.codec import record
from core.chat.phrases import phrase
from core.people.audience import Audience
from core.people.person import Person
from core.unit_of_work import DomainEvent, Refused, UnitOfWork


class CampaignState(Enum):
    """How far a campaign has come. PLANNED waits for its time; EXPIRED is out of date, but still to be seen."""

    PLANNED = "planned"
    RUNNING = "running"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


@dataclass(eq=False, kw_only=True)
class Campaign:
    """A message with an audience. `kind` is the name of the notice that its copies are, which says whose room's it is;
    `about` is that room's id of what it says.

    `starts_at` is when it is to go out or went out. `message_id` is its message in the ledger once it is out,
    `progress_id` the message that tells the author how far it has come, `figures` what that one shows. `stirred_at` is
    when copies were last set in motion, and `stirred_from` how many needed nothing then; `finished_at` is when none was
    waiting any more. What is `urgent` rings in quiet hours as well.
    """

    id: int = field(init=False)
    kind: str
    about: int
    author_id: int
    audience: Audience
    starts_at: datetime
    stirred_at: datetime
    stirred_from: int = 0
    state: CampaignState = CampaignState.PLANNED
    urgent: bool = False
    message_id: int | None = None
    progress_id: int | None = None
    paused: bool = False
    figures: str = ""
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CampaignEvent(DomainEvent):
    """Something that happens to a campaign; `kind` and `about` tell a room whether it is its own."""

    campaign_id: int
    kind: str
    about: int


@record
@dataclass(frozen=True, slots=True)
class CampaignDue(CampaignEvent):
    """The time of a planned campaign has come: its room launches it."""


@record
@dataclass(frozen=True, slots=True)
class CampaignStarted(CampaignEvent):
    """A campaign goes out to its audience now."""


@record
@dataclass(frozen=True, slots=True)
class CampaignFollowed(CampaignEvent):
    """It is time to tell the author how far a campaign has come."""


@record
@dataclass(frozen=True, slots=True)
class CampaignFinished(CampaignEvent):
    """No copy of a campaign is waiting any more."""


_rights: dict[str, Right] = {}


def campaigns_of(kind: str, right: Right) -> str:
    """Makes a kind of campaign known (the name of a notice), with the right that those need who write and follow them;
    the kind."""
    known = _rights.setdefault(kind, right)
    if known != right:
        raise ValueError(f"two rooms send campaigns of the kind {kind!r}")
    return kind


def right_of(campaign: Campaign) -> Right:
    """The right that those need who follow and change a campaign of its kind."""
    return _rights[campaign.kind]


def access_campaign(uow: UnitOfWork, actor: Person, campaign_id: int) -> Campaign:
    """The campaign, if this person may follow and change it. Raises `Refused`."""
    campaign = uow.get(Campaign, campaign_id)
    if campaign is None or campaign.kind not in _rights or not actor.may(right_of(campaign)):
        raise Refused(phrase("There is no such message any more."))
    return campaign


def event_of(kind: type[CampaignEvent], campaign: Campaign) -> CampaignEvent:
    """An event of this class about a campaign."""
    return kind(campaign.id, campaign.kind, campaign.about)
