"""A campaign: what one person says to many, who of them has it, and who may follow it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from core.access import Right
from core.auditing import AuditKind
from core.campaigns.standing import LeadsAnybody
from core.chat.codec import record
from core.chat.phrases import phrase
from core.people.audience import Audience
from core.people.person import Person
from core.unit_of_work import DomainEvent, Refused, UnitOfWork

SENDING = AuditKind("campaigns.sending", phrase("What is sent to many"))


class CampaignState(Enum):
    """How far a campaign has come. PLANNED waits for its time; EXPIRED is out of date, but still to be seen."""

    PLANNED = "planned"
    RUNNING = "running"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Chasing:
    """How those are reminded who have not acknowledged. All of it is working time in `timezone` (an IANA name).

    The first reminder comes `after` this time, `times` in all, `every` so often; after `escalate` those are told to
    whom these people report, None for never. With `newcomers` a reminder also brings the message to those who have
    joined the audience since.
    """

    after: timedelta = timedelta(hours=8)
    every: timedelta = timedelta(hours=8)
    times: int = 2
    escalate: timedelta | None = timedelta(hours=16)
    newcomers: bool = False
    timezone: str = "Europe/Moscow"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When and how something goes out: `at` its time, None for now; what is `urgent` rings in quiet hours as well; at
    `ends_at` it is out of date. It is to be acknowledged when it is said how those are reminded who have not."""

    at: datetime | None = None
    urgent: bool = False
    ends_at: datetime | None = None
    chasing: Chasing | None = None


@dataclass(eq=False, kw_only=True)
class Campaign:
    """A message with an audience. `kind` is the name of the notice that its copies are, which says whose room's it is;
    `about` is that room's id of what it says.

    `starts_at` is when it is to go out or went out. `message_id` is its message in the ledger once it is out,
    `progress_id` the message that tells the author how far it has come, `figures` what that one shows. `stirred_at` is
    when copies were last set in motion, and `stirred_from` how many needed nothing then; `finished_at` is when none was
    waiting any more. What is `urgent` rings in quiet hours as well. At `ends_at` it is out of date.

    `asks` is the version of what it says that is to be acknowledged, 0 for none; `asked_at` is since when, and
    `chasing` how those are reminded who have not. `reminded` reminders of this version went out by themselves, and
    `escalated` when others were told. `follow_at` is when the author will be told of new figures.
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
    ends_at: datetime | None = None
    asks: int = 0
    asked_at: datetime | None = None
    chasing: Chasing = field(default_factory=Chasing)
    reminded: int = 0
    escalated: bool = False
    follow_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether nothing of it is sent any more."""
        return self.state not in (CampaignState.PLANNED, CampaignState.RUNNING)


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


@record
@dataclass(frozen=True, slots=True)
class CampaignExpired(CampaignEvent):
    """A campaign is out of date now: its room says what the copies show."""


@record
@dataclass(frozen=True, slots=True)
class CampaignChased(CampaignEvent):
    """It is time to remind of `version` of a campaign, or to tell others."""

    version: int


@record
@dataclass(frozen=True, slots=True)
class CampaignReminds(CampaignEvent):
    """Those are to be reminded who have not acknowledged. `anew`: only those who acknowledged an earlier version."""

    anew: bool = False


@record
@dataclass(frozen=True, slots=True)
class CampaignEscalates(CampaignEvent):
    """Those are to be told whose people have not acknowledged."""


_rights: dict[str, Right] = {}


def campaigns_of(kind: str, right: Right) -> str:
    """Makes a kind of campaign known (the name of a notice), with the right that those need who write and follow them;
    the kind."""
    known = _rights.setdefault(kind, right)
    if known != right:
        raise ValueError(f"two rooms send campaigns of the kind {kind!r}")
    return kind


def required(kind: str) -> str:
    """The name of the notice that the copies are when they are to be acknowledged: declared by the room of the kind, so
    that nobody can switch these off who may switch off the others."""
    return f"{kind}.required"


def right_of(campaign: Campaign) -> Right:
    """The right that those need who follow and change a campaign of its kind."""
    return _rights[campaign.kind]


def access_campaign(uow: UnitOfWork, actor: Person, campaign_id: int) -> Campaign:
    """The campaign, if this person may follow and change it. Raises `Refused`."""
    campaign = uow.get(Campaign, campaign_id)
    if campaign is None or campaign.kind not in _rights or not actor.may(right_of(campaign)):
        raise Refused(phrase("There is no such message any more."))
    return campaign


def access_standings(uow: UnitOfWork, actor: Person, campaign_id: int) -> tuple[Campaign, int, int | None]:
    """A campaign that asks for an acknowledgement, if this person may see who has not given it; its message; and whose
    people these are, None for all. Raises `Refused`."""
    campaign = uow.get(Campaign, campaign_id)
    if campaign is not None and campaign.asks and campaign.message_id is not None:
        if actor.may(right_of(campaign)):
            return campaign, campaign.message_id, None
        if actor.active and uow.ask(LeadsAnybody(actor.id)):
            return campaign, campaign.message_id, actor.id
    raise Refused(phrase("There is no such message any more."))


def event_of(kind: type[CampaignEvent], campaign: Campaign) -> CampaignEvent:
    """An event of this class about a campaign."""
    return kind(campaign.id, campaign.kind, campaign.about)
