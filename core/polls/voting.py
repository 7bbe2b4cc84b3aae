"""Asking, answering and closing: each step may come twice, and the second time changes nothing.

A ballot belongs to a person and not to an account, so whoever answers in two messengers has answered once. That of an
anonymous poll bears a keyed hash of the person instead, so that minds can be changed until the key is erased.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from core.alike import as_read
from core.auditing import AuditKind, note
from core.campaigns.campaign import Terms
from core.campaigns.sending import do_plan
from core.chat.phrases import phrase
from core.people.audience import Audience
from core.people.person import Person
from core.personal import Rows
from core.polls.counting import shown_result, whole_result
from core.polls.poll import (
    CAMPAIGN,
    LEAST_OPTIONS,
    MOST_OPTIONS,
    OPTION_LIMIT,
    QUESTION_LIMIT,
    Group,
    OpenPollsFor,
    Poll,
    PollAsked,
    PollClosed,
    PollDue,
    PollWithdrawn,
    Result,
    check_asked,
)
from core.search import IndexWords, weighed
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import Change, Query, Refused, UnitOfWork

POLLS = AuditKind("polls.polls", phrase("Polls"))
"""Who asked, closed and withdrew. Answers are never written down here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, and how: see `Poll`. An anonymous poll is never `live`."""

    question: str
    options: tuple[str, ...]
    several: bool = False
    named: bool = False
    live: bool = False
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """Who answered and what. `voter` tells the ballots of a poll apart, `person_id` is None in an anonymous one."""

    poll_id: int
    voter: str
    person_id: int | None
    department_id: int | None
    options: frozenset[int]


@dataclass(frozen=True, slots=True)
class CastBallot(Change[None]):
    """Keeps a ballot instead of the one that its voter had; one without options is removed."""

    ballot: Ballot


@dataclass(frozen=True, slots=True)
class ChosenBy(Query[frozenset[int]]):
    """The options that a voter has chosen; none for who has not answered."""

    poll_id: int
    voter: str


@dataclass(frozen=True, slots=True)
class HaveAnswered(Query[frozenset[int]]):
    """Of these polls, each with a voter, those that have been answered."""

    ballots: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CountUnanswered(Query[int]):
    """How many open polls a person was sent and has not answered yet."""

    person_id: int


@dataclass(frozen=True, slots=True)
class CountBallots(Query[int]):
    """How many people have answered."""

    poll_id: int


@dataclass(frozen=True, slots=True)
class CountedBallots(Query[tuple[Group, ...]]):
    """The ballots of a poll with so many options, counted by department. It reads all of them."""

    poll_id: int
    options: int


@dataclass(frozen=True, slots=True)
class VotersPage:
    """Some of `total` people who chose an option."""

    people: tuple[Person, ...]
    total: int


@dataclass(frozen=True, slots=True)
class VotersOf(Query[VotersPage]):
    """Who chose an option of a named poll, by name."""

    poll_id: int
    option: int
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class AnswersOf(Query[Rows]):
    """What a person has chosen in named polls: `poll` is the number of one, `option` that of an answer, from 0."""

    person_id: int


@dataclass(frozen=True, slots=True)
class EraseBallots(Change[None]):
    """Forgets who answered a poll, and what."""

    poll_id: int


def check_question(question: str, options: tuple[str, ...]) -> None:
    """Raises `Refused` for what cannot be asked."""
    if not 0 < len(question) <= QUESTION_LIMIT:
        raise Refused(phrase("A poll needs a question of at most {limit} characters.", limit=QUESTION_LIMIT))
    different = len({as_read(option) for option in options}) == len(options)
    fits = all(0 < len(option) <= OPTION_LIMIT for option in options)
    if not (LEAST_OPTIONS <= len(options) <= MOST_OPTIONS and different and fits):
        raise Refused(
            phrase(
                "A poll needs {least} to {most} different answers of at most {limit} characters each.",
                least=LEAST_OPTIONS,
                most=MOST_OPTIONS,
                limit=OPTION_LIMIT,
            )
        )


def do_ask(uow: UnitOfWork, actor: Person, asked: Asked, audience: Audience) -> Poll:
    """Makes a poll and plans its campaign, which its room launches. Raises `Refused` for what cannot be asked, for an
    empty audience, and for a time that has passed."""
    check_question(asked.question, asked.options)
    if asked.closes_at is not None and asked.closes_at <= uow.now:
        raise Refused(phrase("This time has already passed. Please choose a later one."))
    poll = Poll(
        question=asked.question,
        options=asked.options,
        several=asked.several,
        named=asked.named,
        live=asked.live and asked.named,
        author_id=actor.id,
        opened_at=uow.now,
        closes_at=asked.closes_at,
        secret="" if asked.named else secrets.token_hex(32),
    )
    uow.add(poll)
    uow.flush()
    poll.campaign_id = do_plan(uow, actor, CAMPAIGN, poll.id, audience, Terms()).id
    uow.apply(IndexWords(CAMPAIGN, poll.id, weighed([(poll.question, 3), *((option, 1) for option in poll.options)])))
    uow.emit(PollAsked(poll.id))
    note(uow, POLLS, phrase("Asked in a poll: “{question}”", question=poll.question))
    if poll.closes_at is not None:
        uow.apply(SetTimer(_timer(poll), poll.closes_at, PollDue(poll.id)))
    return poll


def do_answer(uow: UnitOfWork, actor: Person, poll: Poll, option: int) -> frozenset[int]:
    """Chooses an option, instead of another or beside others; chosen again, one of several is taken back. The options
    that are chosen now. Raises `Refused` for whoever is not asked, and when the poll is closed."""
    check_asked(uow, actor, poll)
    if not 0 <= option < len(poll.options):
        raise Refused(phrase("There is no such answer."))
    before = uow.ask(ChosenBy(poll.id, voter_of(poll, actor.id)))
    now = before ^ {option} if poll.several else frozenset({option})
    if now != before:
        uow.apply(CastBallot(_ballot(poll, actor, now)))
    return now


def do_close(uow: UnitOfWork, poll: Poll) -> None:
    """Ends a poll: the result is kept, and of an anonymous one nothing else. Nothing when it is closed already."""
    if poll.open:
        poll.result = result_of(uow, poll)
        _end(uow, poll)
        uow.emit(PollClosed(poll.id))
        note(uow, POLLS, phrase("Closed the poll “{question}”", question=poll.question))


def do_withdraw(uow: UnitOfWork, poll: Poll) -> None:
    """Takes a poll back with all that was answered. Nothing when it is so already."""
    if not poll.withdrawn:
        poll.withdrawn, poll.result = True, None
        uow.apply(IndexWords(CAMPAIGN, poll.id, {}))
        uow.apply(EraseBallots(poll.id))
        _end(uow, poll)
        uow.emit(PollWithdrawn(poll.id))
        note(uow, POLLS, phrase("Withdrew the poll “{question}”", question=poll.question))


def result_of(uow: UnitOfWork, poll: Poll) -> Result:
    """The result as it is now, or as it was kept. Whether anybody may see it is another question (`Poll.tells`)."""
    if poll.result is not None:
        return poll.result
    groups = uow.ask(CountedBallots(poll.id, len(poll.options)))
    return (whole_result if poll.named else shown_result)(groups, len(poll.options))


def chosen_by(uow: UnitOfWork, actor: Person, poll: Poll) -> frozenset[int]:
    """The options that somebody has chosen; none when that cannot be told any more."""
    return frozenset() if not poll.named and not poll.secret else uow.ask(ChosenBy(poll.id, voter_of(poll, actor.id)))


def unanswered(uow: UnitOfWork, actor: Person, polls: tuple[Poll, ...]) -> tuple[Poll, ...]:
    """Those of these open polls that somebody has not answered yet."""
    answered = (
        uow.ask(HaveAnswered(tuple((poll.id, voter_of(poll, actor.id)) for poll in polls))) if polls else frozenset()
    )
    return tuple(poll for poll in polls if poll.id not in answered)


def voter_of(poll: Poll, person_id: int) -> str:
    """What the ballot of a person bears."""
    if poll.named:
        return f"p{person_id}"
    return hmac.digest(bytes.fromhex(poll.secret), str(person_id).encode(), hashlib.sha256).hex()


def answers_of(uow: UnitOfWork, person: Person) -> dict[str, Rows]:
    """What is given out of a person's answers: those of anonymous polls nobody can tell, not even for this."""
    return {"poll_choices": uow.ask(AnswersOf(person.id))}


def do_forget_voter(uow: UnitOfWork, person: Person) -> None:
    """Takes a person's ballots out of the anonymous polls that are open: they could still be told by the secret."""
    for poll in uow.ask(OpenPollsFor(person.id)):
        if not poll.named:
            uow.apply(CastBallot(_ballot(poll, person, frozenset())))


def _ballot(poll: Poll, person: Person, options: frozenset[int]) -> Ballot:
    return Ballot(
        poll_id=poll.id,
        voter=voter_of(poll, person.id),
        person_id=person.id if poll.named else None,
        department_id=person.department_id,
        options=options,
    )


def _end(uow: UnitOfWork, poll: Poll) -> None:
    poll.closed_at = poll.closed_at or uow.now
    uow.apply(CancelTimer(_timer(poll)))
    if not poll.named:
        poll.secret = ""
        uow.apply(EraseBallots(poll.id))


def _timer(poll: Poll) -> str:
    return f"poll:{poll.id}"
