"""Who has acknowledged a campaign: asked of each version that matters, once for all messengers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from core.campaigns.campaign import Campaign, CampaignReminds, CampaignState
from core.campaigns.following import follow_soon
from core.campaigns.standing import Acknowledge, AcknowledgedAt, IsRecipient, RemindersOf
from core.chat.actions import Action
from core.chat.blocks import Bold, Paragraph
from core.chat.phrases import phrase
from core.chat.screens import Button, Marked, Row, Screen, screen
from core.delivery import Mark, Withdraw
from core.people.person import Person
from core.unit_of_work import Refused, UnitOfWork


@dataclass(frozen=True, slots=True)
class AcknowledgeCampaign(Action, code="ga"):
    """Says that one has read this version of what a campaign says."""

    campaign: int
    version: int


class Answered(Enum):
    """What became of an acknowledgement."""

    NEW = auto()
    KNOWN = auto()
    OUTDATED = auto()


def asking(campaign: Campaign, content: Screen) -> Screen:
    """A content with the question for an acknowledgement, where one is asked for. Each copy whose recipient has given
    it says so instead."""
    if not campaign.asks or campaign.over:
        return content
    done = Paragraph((Bold(phrase("✅ You have acknowledged this.")),))
    answered = Marked(mark_of(campaign.asks), (done,), content.rows)
    rows = (question(campaign.id, campaign.asks), *content.rows)
    return replace(content, rows=rows, marked=(*content.marked, answered))


def question(campaign_id: int, version: int) -> Row:
    """The button by which an acknowledgement is given."""
    return (Button(phrase("✅ I have read this"), AcknowledgeCampaign(campaign_id, version)),)


def mark_of(version: int) -> str:
    """What a copy bears whose recipient has acknowledged this version."""
    return f"v{version}"


def is_asked(uow: UnitOfWork, person: Person, campaign: Campaign) -> bool:
    """Whether a person is still to acknowledge a campaign."""
    if campaign.message_id is None or campaign.over or not campaign.asks:
        return False
    if not uow.ask(IsRecipient(campaign.message_id, person.id)):
        return False
    return uow.ask(AcknowledgedAt(campaign.id, campaign.asks, person.id)) is None


def do_ask(uow: UnitOfWork, campaign: Campaign, version: int) -> None:
    """Asks all recipients to acknowledge a version, also those who have acknowledged an earlier one.

    Those are told at once, because they know of nothing else; the others have the question before them still.
    """
    campaign.asks, campaign.asked_at = version, uow.now
    campaign.reminded, campaign.escalated = 0, False
    if campaign.state is CampaignState.RUNNING:
        take_reminders_back(uow, campaign)
        uow.emit(CampaignReminds(campaign.id, campaign.kind, campaign.about, anew=True))


def do_acknowledge(uow: UnitOfWork, person: Person, campaign_id: int, version: int) -> Answered:
    """Notes that somebody has acknowledged what a copy says; each of this person's copies shows it.

    OUTDATED when the copy does not show yet what is asked for. Raises `Refused` for who is not asked, and for what was
    taken back.
    """
    campaign = uow.get(Campaign, campaign_id)
    message = campaign.message_id if campaign is not None else None
    if campaign is None or message is None or not campaign.asks or not uow.ask(IsRecipient(message, person.id)):
        raise Refused(phrase("There is nothing for you to acknowledge here."))
    if campaign.over:
        raise Refused(phrase("This is out of date. There is nothing to acknowledge any more."))
    if version != campaign.asks:
        return Answered.OUTDATED
    new = uow.apply(Acknowledge(campaign.id, version, person.id))
    for message_id in (message, *(reminder.message_id for reminder in uow.ask(RemindersOf(campaign.id)))):
        uow.apply(Mark(message_id, person.id, mark_of(version)))
    if new:
        follow_soon(uow, campaign)
    return Answered.NEW if new else Answered.KNOWN


def take_reminders_back(uow: UnitOfWork, campaign: Campaign) -> None:
    """Removes the reminders that went out: there is nothing to remind of, or something else."""
    gone = replace(screen(None, phrase("This reminder does not count any more.")), quiet=True)
    for reminder in uow.ask(RemindersOf(campaign.id)):
        uow.apply(Withdraw(reminder.message_id, gone))
