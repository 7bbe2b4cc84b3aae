"""A poll, and who may see, answer and run it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.access import Right
from core.campaigns.campaign import Campaign, campaigns_of
from core.chat.codec import record
from core.chat.phrases import phrase
from core.people.audience import is_meant
from core.people.person import Person
from core.people.roles import ADMIN, HR, MANAGER
from core.unit_of_work import DomainEvent, Query, Refused, UnitOfWork

ASK_MANY = Right("ask in polls", (MANAGER, HR, ADMIN))
RUN_POLLS = Right("run everybody's polls", (HR, ADMIN))
CAMPAIGN = campaigns_of("polls.poll", ASK_MANY)

QUESTION_LIMIT = 300
OPTION_LIMIT = 80
LEAST_OPTIONS, MOST_OPTIONS = 2, 10


@record
@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one department (None: of those in none): how many people answered, and how often each option was
    chosen."""

    department: str | None
    people: int
    counts: tuple[int, ...]


@record
@dataclass(frozen=True, slots=True)
class Result:
    """What came of a poll. `groups` are the departments that may be shown; without `shown` nothing of it may."""

    people: int
    counts: tuple[int, ...]
    groups: tuple[Group, ...] = ()
    shown: bool = True


@dataclass(eq=False, kw_only=True)
class Poll:
    """A question to many. `several` options may be chosen, or one; of a `named` one its author sees who chose what, of
    any other nobody does. `live` results are seen before it is closed; those of an anonymous poll never are, because
    two looks at them would tell what was answered in between.

    `secret` is what the ballots of an anonymous poll are marked with, and is erased with the ballots when it is closed;
    `result` is kept from then on.
    """

    id: int = field(init=False)
    question: str
    options: tuple[str, ...]
    several: bool
    named: bool
    live: bool
    author_id: int
    opened_at: datetime
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn: bool = False
    campaign_id: int | None = None
    secret: str = ""
    result: Result | None = None

    @property
    def open(self) -> bool:
        """Whether it can be answered."""
        return self.closed_at is None

    @property
    def tells(self) -> bool:
        """Whether its results may be seen now."""
        return not self.withdrawn and (self.live or not self.open)


@record
@dataclass(frozen=True, slots=True)
class PollAsked(DomainEvent):
    """A poll is to go out."""

    poll_id: int


@record
@dataclass(frozen=True, slots=True)
class PollDue(DomainEvent):
    """The time has come to close a poll."""

    poll_id: int


@record
@dataclass(frozen=True, slots=True)
class PollClosed(DomainEvent):
    """A poll is closed, and its result is known."""

    poll_id: int


@record
@dataclass(frozen=True, slots=True)
class PollWithdrawn(DomainEvent):
    """A poll was taken back; nothing that was answered is kept."""

    poll_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollShelf:
    """Some of `total` polls, the latest first."""

    items: tuple[Poll, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PollsFor(Query[PollShelf]):
    """The polls that a person was sent or has made, the latest first; those that were withdrawn are left out."""

    person_id: int
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class FindPolls(Query[tuple[tuple[Poll, float], ...]]):
    """The polls that a person was sent or has made in which some of these stems are, each with the share that is, best
    first."""

    person_id: int
    stems: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class OpenPollsFor(Query[tuple[Poll, ...]]):
    """The open polls that a person was sent."""

    person_id: int


@dataclass(frozen=True, slots=True)
class OverduePolls(Query[tuple[Poll, ...]]):
    """The open polls whose time has come: their room was switched off when it did."""


def access_poll(uow: UnitOfWork, actor: Person, poll_id: int) -> Poll:
    """The poll, if this person may see it: as one of those who are asked, its author, or whoever runs all polls."""
    poll = uow.get(Poll, poll_id)
    if poll is not None and may_run(actor, poll):
        return poll
    if poll is None or not is_asked(uow, actor, poll):
        raise Refused(phrase("There is no such poll."))
    if poll.withdrawn:
        raise Refused(phrase("This poll was withdrawn."))
    return poll


def access_to_run(uow: UnitOfWork, actor: Person, poll_id: int) -> Poll:
    """The poll, if this person may close it or take it back. Raises `Refused`."""
    poll = access_poll(uow, actor, poll_id)
    if not may_run(actor, poll):
        raise Refused(RUN_POLLS.refusal)
    return poll


def is_asked(uow: UnitOfWork, person: Person, poll: Poll) -> bool:
    """Whether somebody is in the audience of a poll now."""
    campaign = campaign_of(uow, poll)
    return campaign is not None and is_meant(uow, person, campaign.audience)


def may_run(person: Person, poll: Poll) -> bool:
    """Whether somebody may close a poll, take it back, and see who answered what in a named one."""
    return poll.author_id == person.id or person.may(RUN_POLLS)


def check_asked(uow: UnitOfWork, actor: Person, poll: Poll) -> None:
    """Raises `Refused` for whoever is not asked, and when it is too late."""
    if not is_asked(uow, actor, poll):
        raise Refused(phrase("This poll asks others; you can only look at it."))
    if not poll.open or (poll.closes_at is not None and poll.closes_at <= uow.now):
        raise Refused(phrase("This poll is closed."))


def campaign_of(uow: UnitOfWork, poll: Poll) -> Campaign | None:
    """How a poll goes out."""
    return None if poll.campaign_id is None else uow.get(Campaign, poll.campaign_id)
