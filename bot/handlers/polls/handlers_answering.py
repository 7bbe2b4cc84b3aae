"""/poll: the polls of a person, answering them and seeing what came of them."""

from __future__ import annotations

from bot.handlers.polls.actions import AnswerPoll, AskPoll, CopyPoll, DrawPoll, ListPolls, ListVoters, OpenPoll
from bot.handlers.polls.forms import AskForm, copying
from bot.handlers.polls.room import router
from bot.handlers.polls.screens import (
    PAGE,
    PollView,
    list_screen,
    mark_of,
    picture_screen,
    poll_label,
    poll_screen,
    voters_screen,
)
from bot.kit.lists import page_from
from bot.talk.finding import Hit
from bot.talk.request import Reply, Request, Start, Toast
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Screen
from core.delivery import Mark
from core.people.person import Person
from core.polls.poll import (
    ASK_MANY,
    FindPolls,
    Poll,
    PollsFor,
    access_poll,
    access_to_run,
    campaign_of,
    is_asked,
    may_run,
)
from core.polls.voting import CountBallots, CountUnanswered, VotersOf, chosen_by, do_answer, result_of, unanswered
from core.search import stems
from core.unit_of_work import Refused

_WORDS, _FOUND = 8, 20
_LIKENESS = 0.9
"""A colleague who is called by the very words comes first."""


def _waiting(request: Request) -> int:
    return request.uow.ask(CountUnanswered(request.me.id))


router.entry(Section.NEWS, phrase("🗳 Polls"), ListPolls(), right=COLLEAGUE, weight=40, count=_waiting)


@router.command(
    "poll", right=COLLEAGUE, follows=True, section=Section.NEWS, describe=phrase("Polls: answer them, or ask in one")
)
def poll(request: Request, words: str) -> Reply:
    """`/poll` lists them; `/poll QUESTION` begins one."""
    if words and request.may(ASK_MANY):
        return Start(AskForm, (("question", words),))
    return _list(request, 0)


@router.finds(phrase("polls"), right=COLLEAGUE)
def find(request: Request, text: str) -> list[Hit]:
    """Polls whose question or answers have the words."""
    wanted = tuple(stems(text)[:_WORDS])
    found = request.uow.ask(FindPolls(request.me.id, wanted, _FOUND))
    return [
        Hit(title=poll_label(poll), action=OpenPoll(poll.id), score=_LIKENESS * share, snippet=" · ".join(poll.options))
        for poll, share in found
    ]


@router.action(ListPolls, right=COLLEAGUE)
def turn(request: Request, action: ListPolls) -> Reply:
    """A page of them."""
    return _list(request, action.page)


@router.action(AskPoll, right=ASK_MANY)
def ask(request: Request, action: AskPoll) -> Reply:
    """Begins a new one."""
    return Start(AskForm)


@router.action(CopyPoll, right=ASK_MANY)
def copy(request: Request, action: CopyPoll) -> Reply:
    """Begins a new one with what one asks that is over."""
    return copying(request.uow, access_to_run(request.uow, request.me, action.poll))


@router.action(OpenPoll, right=COLLEAGUE)
def open_poll(request: Request, action: OpenPoll) -> Reply:
    """One of them."""
    return _opened(request, access_poll(request.uow, request.me, action.poll), action.page)


@router.action(AnswerPoll, right=COLLEAGUE)
def answer(request: Request, action: AnswerPoll) -> Reply:
    """Counts the answer. What is kept of it in the chat tells nothing of an anonymous one."""
    poll = access_poll(request.uow, request.me, action.poll)
    chosen = do_answer(request.uow, request.me, poll, action.option)
    campaign = campaign_of(request.uow, poll)
    if campaign is not None and campaign.message_id is not None:
        request.uow.apply(Mark(campaign.message_id, request.me.id, mark_of(poll, chosen)))
    told = Toast(_told(poll, chosen))
    return told if request.copy is None or request.copy.shared else (told, _opened(request, poll, 0))


@router.action(DrawPoll, right=COLLEAGUE)
def draw(request: Request, action: DrawPoll) -> Reply:
    """The result as a picture, where it may be seen."""
    poll = access_poll(request.uow, request.me, action.poll)
    if not poll.tells:
        raise Refused(phrase("The results are seen when the poll is closed."))
    result = result_of(request.uow, poll)
    return picture_screen(poll, result) if result.shown else _opened(request, poll, 0)


@router.action(ListVoters, right=COLLEAGUE)
def list_voters(request: Request, action: ListVoters) -> Reply:
    """Who chose what in a named poll, for whoever asked."""
    poll = access_to_run(request.uow, request.me, action.poll)
    if not poll.named or not 0 <= action.option < len(poll.options):
        raise Refused(phrase("There is no such answer."))

    voters, page = page_from(
        lambda offset, limit: request.uow.ask(VotersOf(poll.id, action.option, offset, limit)), action.page, PAGE
    )
    return voters_screen(poll, action.option, voters.people, page)


def _list(request: Request, page: int) -> Screen:
    shelf, here = page_from(lambda offset, limit: request.uow.ask(PollsFor(request.me.id, offset, limit)), page, PAGE)
    waiting = unanswered(request.uow, request.me, tuple(poll for poll in shelf.items if poll.open))
    return list_screen(shelf.items, frozenset(poll.id for poll in waiting), here)


def _opened(request: Request, poll: Poll, page: int) -> Screen:
    uow, me = request.uow, request.me
    author = uow.get(Person, poll.author_id)
    view = PollView(
        poll=poll,
        author="—" if author is None else author.name,
        answered=uow.ask(CountBallots(poll.id)) if poll.open else 0,
        result=result_of(uow, poll) if poll.tells else None,
        chosen=chosen_by(uow, me, poll) if poll.named else None,
        asked=is_asked(uow, me, poll),
        runs=may_run(me, poll),
    )
    return poll_screen(view, max(0, page))


def _told(poll: Poll, chosen: frozenset[int]) -> Phrase:
    if not chosen:
        return phrase("Taken back: you have not answered now.")
    if not poll.several:
        return phrase("Counted. You can change your mind until the poll is closed.")
    return plural("Counted: {n} answer is chosen.", "Counted: {n} answers are chosen.", n=len(chosen))
