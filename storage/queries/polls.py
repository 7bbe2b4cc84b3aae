"""Reads polls as each person may see them, keeps ballots and counts them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, and_, delete, exists, func, insert, or_, select

from core.people.person import Person
from core.personal import Rows
from core.polls.poll import CAMPAIGN, FindPolls, Group, OpenPollsFor, OverduePolls, Poll, PollsFor, PollShelf
from core.polls.voting import (
    AnswersOf,
    CastBallot,
    ChosenBy,
    CountBallots,
    CountedBallots,
    CountUnanswered,
    EraseBallots,
    HaveAnswered,
    VotersOf,
    VotersPage,
    voter_of,
)
from storage.batches import among, packed, packed_ids, rows_of
from storage.dispatch import answers, carries_out
from storage.schema import Id
from storage.tables.campaigns import campaigns
from storage.tables.delivery import deliveries
from storage.tables.people import departments, people
from storage.tables.polls import poll_ballots, poll_choices, polls
from storage.tables.search import words
from storage.unit_of_work import SqlUnitOfWork


@answers(PollsFor)
def polls_for(uow: SqlUnitOfWork, query: PollsFor) -> PollShelf:
    """What a person was sent, or has made."""
    mine = or_(polls.c.author_id == query.person_id, polls.c.id.in_(_sent_to(query.person_id)))
    chosen = and_(mine, polls.c.withdrawn.is_(False))
    total = uow.session.execute(select(func.count()).select_from(polls).where(chosen)).scalar_one()
    page = select(Poll).where(chosen).order_by(polls.c.id.desc()).offset(query.offset).limit(query.limit)
    return PollShelf(items=tuple(uow.session.execute(page).scalars()), total=total)


@answers(OpenPollsFor)
def open_polls_for(uow: SqlUnitOfWork, query: OpenPollsFor) -> tuple[Poll, ...]:
    """By the copies that the person has."""
    statement = select(Poll).where(polls.c.closed_at.is_(None), polls.c.id.in_(_sent_to(query.person_id)))
    return tuple(uow.session.execute(statement.order_by(polls.c.id)).scalars())


@answers(OverduePolls)
def overdue_polls(uow: SqlUnitOfWork, query: OverduePolls) -> tuple[Poll, ...]:
    """By the index of those that are open."""
    statement = select(Poll).where(polls.c.closed_at.is_(None), polls.c.closes_at <= uow.now).order_by(polls.c.id)
    return tuple(uow.session.execute(statement).scalars())


@answers(FindPolls)
def find_polls(uow: SqlUnitOfWork, query: FindPolls) -> tuple[tuple[Poll, float], ...]:
    """By the index of words; the latest first."""
    if not query.stems:
        return ()
    mine = or_(polls.c.author_id == query.person_id, polls.c.id.in_(_sent_to(query.person_id)))
    matched = func.count()
    statement = (
        select(Poll, matched)
        .join(words, words.c.item == polls.c.id)
        .where(words.c.kind == CAMPAIGN, words.c.word.in_(query.stems), mine, polls.c.withdrawn.is_(False))
        .group_by(polls.c.id)
        .order_by(matched.desc(), polls.c.id.desc())
        .limit(query.limit)
    )
    return tuple((poll, found / len(query.stems)) for poll, found in uow.session.execute(statement))


@carries_out(CastBallot)
def cast_ballot(uow: SqlUnitOfWork, change: CastBallot) -> None:
    """The rows of a voter are few: they are written anew."""
    ballot = change.ballot
    place = {"poll_id": ballot.poll_id, "voter": ballot.voter}
    for table in (poll_choices, poll_ballots):
        uow.session.execute(delete(table).where(table.c.poll_id == ballot.poll_id, table.c.voter == ballot.voter))
    if ballot.options:
        owner = {"person_id": ballot.person_id, "department_id": ballot.department_id}
        uow.session.execute(insert(poll_ballots), [place | owner])
        uow.session.execute(insert(poll_choices), [place | {"option": option} for option in sorted(ballot.options)])


@answers(ChosenBy)
def chosen_by(uow: SqlUnitOfWork, query: ChosenBy) -> frozenset[int]:
    """What one voter chose."""
    this = (poll_choices.c.poll_id == query.poll_id) & (poll_choices.c.voter == query.voter)
    return frozenset(uow.session.execute(select(poll_choices.c.option).where(this)).scalars())


@answers(HaveAnswered)
def have_answered(uow: SqlUnitOfWork, query: HaveAnswered) -> frozenset[int]:
    """Looked up by the key of each ballot."""
    return frozenset(ballot[0] for ballot in _cast(uow, query.ballots))


@answers(CountUnanswered, apart=True)
def count_unanswered(uow: SqlUnitOfWork, query: CountUnanswered) -> int:
    """Asked for every menu."""
    return uow.of_each(_unanswered, query.person_id) or 0


def _unanswered(uow: SqlUnitOfWork, persons: Sequence[int]) -> dict[int, int]:
    """How many polls wait for each person: two statements, or one when nothing is asked now."""
    asked = uow.session.execute(_asked(uow.dialect), {"ids": packed_ids(uow.dialect, persons)})
    voters = {(poll.id, voter_of(poll, person)): person for person, poll in asked}
    answered = _cast(uow, voters) if voters else set()
    return Counter(person for ballot, person in voters.items() if ballot not in answered)


def _cast(uow: SqlUnitOfWork, ballots: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of these ballots that were cast: each a poll and a voter."""
    rows = packed({"poll_id": poll, "voter": voter} for poll, voter in ballots)
    return {(row[0], row[1]) for row in uow.connection.execute(_ballots(uow.dialect), {"rows": rows})}


@answers(CountBallots)
def count_ballots(uow: SqlUnitOfWork, query: CountBallots) -> int:
    """By the index of the poll."""
    statement = select(func.count()).select_from(poll_ballots).where(poll_ballots.c.poll_id == query.poll_id)
    return uow.session.execute(statement).scalar_one()


@answers(CountedBallots)
def counted_ballots(uow: SqlUnitOfWork, query: CountedBallots) -> tuple[Group, ...]:
    """People and choices by department, in two statements whatever the number of ballots."""
    of_poll = poll_ballots.c.poll_id == query.poll_id
    voters = (
        select(poll_ballots.c.department_id, departments.c.name, func.count())
        .outerjoin(departments, departments.c.id == poll_ballots.c.department_id)
        .where(of_poll)
        .group_by(poll_ballots.c.department_id, departments.c.name)
    )
    chosen = (
        select(poll_ballots.c.department_id, poll_choices.c.option, func.count())
        .join(
            poll_choices,
            and_(poll_choices.c.poll_id == poll_ballots.c.poll_id, poll_choices.c.voter == poll_ballots.c.voter),
        )
        .where(of_poll)
        .group_by(poll_ballots.c.department_id, poll_choices.c.option)
    )
    counts: defaultdict[int | None, list[int]] = defaultdict(lambda: [0] * query.options)
    for department, option, number in uow.session.execute(chosen):
        counts[department][option] = number
    return tuple(
        Group(name, number, tuple(counts[department])) for department, name, number in uow.session.execute(voters)
    )


@answers(VotersOf)
def voters_of(uow: SqlUnitOfWork, query: VotersOf) -> VotersPage:
    """The people behind the ballots of a named poll."""
    chose = and_(poll_choices.c.poll_id == query.poll_id, poll_choices.c.option == query.option)
    voters = (
        select(poll_ballots.c.person_id)
        .join(
            poll_choices,
            and_(poll_choices.c.poll_id == poll_ballots.c.poll_id, poll_choices.c.voter == poll_ballots.c.voter),
        )
        .where(chose, poll_ballots.c.person_id.is_not(None))
    )
    total = uow.session.execute(select(func.count()).select_from(voters.subquery())).scalar_one()
    page = select(Person).where(people.c.id.in_(voters)).order_by(people.c.last_name, people.c.first_name, people.c.id)
    found = uow.session.execute(page.offset(query.offset).limit(query.limit)).scalars()
    return VotersPage(tuple(found), total)


@answers(AnswersOf)
def answers_of(uow: SqlUnitOfWork, query: AnswersOf) -> Rows:
    """By the index of ballots with a name."""
    statement = (
        select(poll_choices.c.poll_id.label("poll"), poll_choices.c.option)
        .join(
            poll_ballots,
            and_(poll_choices.c.poll_id == poll_ballots.c.poll_id, poll_choices.c.voter == poll_ballots.c.voter),
        )
        .where(poll_ballots.c.person_id == query.person_id)
    )
    return [dict(row) for row in uow.session.execute(statement).mappings()]


@carries_out(EraseBallots)
def erase_ballots(uow: SqlUnitOfWork, change: EraseBallots) -> None:
    """All rows of a poll."""
    for table in (poll_choices, poll_ballots):
        uow.session.execute(delete(table).where(table.c.poll_id == change.poll_id))


def _sent_to(person_id: int) -> Select[tuple[int]]:
    """The polls of which a person has a copy: found by the index of copies of a message, poll by poll."""
    copy = exists().where(deliveries.c.message_id == campaigns.c.message_id, deliveries.c.person_id == person_id)
    return select(campaigns.c.about).where(campaigns.c.kind == CAMPAIGN, copy)


@lru_cache
def _asked(dialect: str) -> Select[int, Poll]:
    """The open polls that each of the people `ids` was sent."""
    return (
        select(deliveries.c.person_id, Poll)
        .join(campaigns, and_(campaigns.c.kind == CAMPAIGN, campaigns.c.about == polls.c.id))
        .join(deliveries, deliveries.c.message_id == campaigns.c.message_id)
        .where(polls.c.closed_at.is_(None), among(dialect, deliveries.c.person_id))
    )


@lru_cache
def _ballots(dialect: str) -> Select[Any]:
    these = rows_of(dialect, "these", {"poll_id": Id, "voter": Text()})
    same = and_(poll_ballots.c.poll_id == these.c.poll_id, poll_ballots.c.voter == these.c.voter)
    return select(poll_ballots.c.poll_id, poll_ballots.c.voter).join_from(these, poll_ballots, same)
