"""A news item, its versions, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from core.access import Right
from core.campaigns.campaign import Campaign, campaigns_of
from core.chat.blocks import Block
from core.chat.codec import record
from core.chat.files import Attachment
from core.chat.phrases import phrase
from core.people.audience import Audience, is_meant
from core.people.person import Person
from core.people.roles import ADMIN, HR
from core.unit_of_work import Change, DomainEvent, Query, Refused, UnitOfWork

PUBLISH_NEWS = Right("publish_news", (HR, ADMIN))
CAMPAIGN = campaigns_of("news.item", PUBLISH_NEWS)
"""The kind of the campaigns by which news go out."""

TITLE_LIMIT = 150
TITLE_WEIGHT = 3
"""How much more a word of the title says than one of the text."""
BODY_LIMIT = 20_000
PLACE_LIMIT = 200
FILES_LIMIT = 10


@record
class Kind(Enum):
    """What a news item is about."""

    NEWS = "news"
    RELEASE = "release"
    CONFERENCE = "conference"
    EVENT = "event"

    @property
    def happens(self) -> bool:
        """Whether it has a time and a place."""
        return self in (Kind.CONFERENCE, Kind.EVENT)


class State(Enum):
    """How far a news item has come."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What readers see. `happens_at` (UTC) and `place` are for what happens at a time."""

    kind: Kind
    title: str
    body: tuple[Block, ...]
    files: tuple[Attachment, ...] = ()
    happens_at: datetime | None = None
    place: str | None = None


@dataclass(eq=False, kw_only=True)
class News:
    """A news item. `byline` is the author's department or name; `publish_at` when it is or was to go out.

    `campaign_id` is how it goes out to its audience; None for what was put on the shelf without a message to anybody.
    What is `urgent` rings in quiet hours as well; at `ends_at` it is out of date.
    """

    id: int = field(init=False)
    content: Content
    audience: Audience
    author_id: int
    byline: str
    publish_at: datetime
    state: State = State.SCHEDULED
    version: int = 1
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    campaign_id: int | None = None
    urgent: bool = False
    ends_at: datetime | None = None

    @property
    def title(self) -> str:
        """The title that readers see."""
        return self.content.title


@dataclass(eq=False, kw_only=True)
class NewsVersion:
    """What a news item said from `made_at` on. The first version has the number 1."""

    id: int = field(init=False)
    news_id: int
    number: int
    content: Content
    author_id: int
    made_at: datetime


@record
@dataclass(frozen=True, slots=True)
class NewsPublished(DomainEvent):
    """An item goes out to its audience now."""

    news_id: int


@record
@dataclass(frozen=True, slots=True)
class NewsChanged(DomainEvent):
    """A published item says something else now; what is `essential` is to be acknowledged anew."""

    news_id: int
    essential: bool = False


@record
@dataclass(frozen=True, slots=True)
class NewsWithdrawn(DomainEvent):
    """A published item is taken back."""

    news_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A part of the news, newest first, and how many items there are in all."""

    items: tuple[News, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFor(Query[Shelf]):
    """The published items whose audience a person is in."""

    person: Person
    offset: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllNews(Query[Shelf]):
    """The items in these states, whoever they are for."""

    states: tuple[State, ...]
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class CountScheduled(Query[int]):
    """How many items wait for their time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFound:
    """An item that a search may mean, with a likeness from 0 to 1."""

    news: News
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNews(Query[tuple[NewsFound, ...]]):
    """The items with some of these stems (see `core.search.stems`), the likeliest first.

    `states`: for editors, items in these states whoever they are for; None for what `person` may read.
    """

    person: Person
    stems: tuple[str, ...]
    states: tuple[State, ...] | None
    limit: int


@dataclass(frozen=True, slots=True)
class VersionsOf(Query[tuple[NewsVersion, ...]]):
    """Every version of an item, the latest first."""

    news_id: int


@dataclass(frozen=True, slots=True)
class IndexAudience(Change[None]):
    """Makes an item findable for its audience."""

    news_id: int
    audience: Audience


def access_news(uow: UnitOfWork, actor: Person, news_id: int) -> News:
    """The item, if this person may see it. Raises `Refused`.

    Whoever is not in the audience is told the same as of an item that never was.
    """
    news = uow.get(News, news_id)
    if news is not None and actor.may(PUBLISH_NEWS):
        return news
    if news is None or news.state in (State.SCHEDULED, State.CANCELLED) or not is_meant(uow, actor, news.audience):
        raise Refused(phrase("There is no such news item."))
    if news.state is State.WITHDRAWN:
        raise Refused(phrase("This news item was withdrawn."))
    return news


def campaign_of(uow: UnitOfWork, news: News) -> Campaign | None:
    """How an item goes out; None for what was put on the shelf without a message to anybody."""
    return None if news.campaign_id is None else uow.get(Campaign, news.campaign_id)


def access_to_change(uow: UnitOfWork, actor: Person, news_id: int) -> News:
    """The item, if this person may change, publish or withdraw it. Raises `Refused`."""
    news = access_news(uow, actor, news_id)
    if not actor.may(PUBLISH_NEWS):
        raise Refused(PUBLISH_NEWS.refusal)
    if news.state is State.WITHDRAWN:
        raise Refused(phrase("This news item was withdrawn."))
    if news.state is State.CANCELLED:
        raise Refused(phrase("The publication of this news item was cancelled."))
    return news
