"""Polls go out, are closed at their time or by whoever asked, and are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from bot.handlers.polls.actions import ClosePoll, OpenPoll, WithdrawPoll
from bot.handlers.polls.room import RESULT, router
from bot.handlers.polls.screens import (
    ballot_screen,
    closed_screen,
    result_screen,
    shortened,
    sure_to_close_screen,
    sure_to_withdraw_screen,
    tombstone,
    withdrawn_screen,
)
from bot.kit.campaigns.looks import Fact, looks
from bot.kit.campaigns.screens import number
from bot.talk.request import Reply, Request, Toast
from core.access import COLLEAGUE
from core.campaigns.campaign import Campaign
from core.campaigns.sending import do_launch, do_revise
from core.campaigns.sending import do_withdraw as take_back
from core.chat.actions import Action
from core.chat.phrases import Text, phrase
from core.chat.screens import Button, Row
from core.delivery import Priority, Send, ToPerson
from core.people.person import Person
from core.polls.poll import (
    CAMPAIGN,
    OverduePolls,
    Poll,
    PollAsked,
    PollClosed,
    PollDue,
    PollWithdrawn,
    access_to_run,
    campaign_of,
)
from core.polls.voting import CountBallots, do_close, do_withdraw, result_of
from core.recurring import Daily
from core.unit_of_work import UnitOfWork


@router.action(ClosePoll, right=COLLEAGUE)
def close(request: Request, action: ClosePoll) -> Reply:
    """Ends a poll, after a question."""
    poll = access_to_run(request.uow, request.me, action.poll)
    if not action.sure:
        return sure_to_close_screen(poll)
    do_close(request.uow, poll)
    return result_screen(poll, result_of(request.uow, poll))


@router.action(WithdrawPoll, right=COLLEAGUE)
def withdraw(request: Request, action: WithdrawPoll) -> Reply:
    """Takes a poll back, after a question."""
    poll = access_to_run(request.uow, request.me, action.poll)
    if not action.sure:
        return sure_to_withdraw_screen(poll)
    do_withdraw(request.uow, poll)
    return Toast(phrase("The poll is withdrawn.")), withdrawn_screen(poll)


class _PollLook:
    """What is said of a poll while its copies go out."""

    def title(self, uow: UnitOfWork, campaign: Campaign) -> Text:
        poll = uow.get(Poll, campaign.about)
        return "—" if poll is None else shortened(poll.question)

    def opens(self, campaign: Campaign) -> Action:
        return OpenPoll(campaign.about)

    def facts(self, uow: UnitOfWork, campaign: Campaign) -> Sequence[Fact]:
        poll = uow.get(Poll, campaign.about)
        if poll is None or not poll.open:
            return ()
        return ((phrase("Have answered"), (number(uow.ask(CountBallots(poll.id))),)),)

    def rows(self, uow: UnitOfWork, campaign: Campaign) -> Sequence[Row]:
        return ((Button(phrase("Open"), OpenPoll(campaign.about)),),)


looks(CAMPAIGN, _PollLook())


@router.on(PollAsked)
def asked(uow: UnitOfWork, event: PollAsked) -> None:
    """Sends a poll to everybody whom it asks."""
    poll = uow.get(Poll, event.poll_id)
    if poll is not None:
        send_poll(uow, poll)


@router.on(PollDue)
def due(uow: UnitOfWork, event: PollDue) -> None:
    """Closes a poll at its time."""
    poll = uow.get(Poll, event.poll_id)
    if poll is not None:
        _close_and_tell(uow, poll)


@router.every("overdue", Daily(time(9)))
def overdue(uow: UnitOfWork, meant_at: datetime) -> None:
    """Closes those whose time came while the polls were switched off."""
    for poll in uow.ask(OverduePolls()):
        _close_and_tell(uow, poll)


@router.on(PollClosed)
def closed(uow: UnitOfWork, event: PollClosed) -> None:
    """All copies show what came of it."""
    poll = uow.get(Poll, event.poll_id)
    if poll is not None:
        show_result(uow, poll)


@router.on(PollWithdrawn)
def withdrawn(uow: UnitOfWork, event: PollWithdrawn) -> None:
    """Takes all copies back."""
    poll = uow.get(Poll, event.poll_id)
    campaign = None if poll is None else campaign_of(uow, poll)
    if campaign is not None:
        take_back(uow, campaign, tombstone())


def send_poll(uow: UnitOfWork, poll: Poll) -> None:
    """A copy for everybody whom it asks."""
    campaign = campaign_of(uow, poll)
    if campaign is not None:
        do_launch(uow, campaign, ballot_screen(poll, _author(uow, poll)))


def show_result(uow: UnitOfWork, poll: Poll) -> None:
    """All copies say what came of a poll."""
    campaign = campaign_of(uow, poll)
    if campaign is not None:
        do_revise(uow, campaign, closed_screen(poll, result_of(uow, poll)))


def _close_and_tell(uow: UnitOfWork, poll: Poll) -> None:
    if not poll.open:
        return
    do_close(uow, poll)
    told = Send(
        kind=RESULT,
        about=poll.id,
        content=result_screen(poll, result_of(uow, poll)),
        to=ToPerson(poll.author_id),
        priority=Priority.NOTICE,
        key=f"poll-result:{poll.id}",
    )
    uow.apply(told)


def _author(uow: UnitOfWork, poll: Poll) -> str:
    author = uow.get(Person, poll.author_id)
    return "—" if author is None else author.name
