"""Chases for acknowledgements: reminds in working time, at most so often, and tells in the end whose people it are."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.auditing import note
from core.calendar import WorkingCalendar
from core.campaigns.acknowledging import asking
from core.campaigns.campaign import (
    SENDING,
    Campaign,
    CampaignChased,
    CampaignEscalates,
    CampaignReminds,
    CampaignState,
    event_of,
)
from core.campaigns.standing import AnybodyMissing, Reminder, RemindersOf, ToMissing, ToTheirManagers
from core.chat.phrases import Text, phrase, plural
from core.chat.screens import Screen
from core.delivery import AddRecipients, Priority, Progress, Send, ToAudience
from core.notices import Notice
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import Refused, UnitOfWork

REMINDER = Notice("campaigns.reminder", phrase("Reminders of what you are to acknowledge"))
ESCALATION = Notice("campaigns.escalation", phrase("Who of your people has not acknowledged"))

_LATE = timedelta(minutes=30)
"""What comes this much later than it should, because nothing ran meanwhile, waits for working hours."""
_AT_MOST = 6
"""Reminders of one version, those that the author sends included."""
_APART = timedelta(hours=1)
"""Between two of them."""


def do_remind(uow: UnitOfWork, campaign: Campaign, content: Screen, *, anew: bool = False) -> int:
    """Sends a reminder to all who have not acknowledged, in one statement; how many there are.

    `anew`: only to those who acknowledged an earlier version.
    """
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING or not campaign.asks:
        return 0
    if campaign.chasing.newcomers and not anew:
        uow.apply(AddRecipients(campaign.message_id, ToAudience(campaign.audience)))
    message_id = uow.apply(
        Send(
            kind=REMINDER,
            about=campaign.id,
            content=asking(campaign, content),
            to=ToMissing(campaign.id, campaign.message_id, campaign.asks, anew),
            priority=Priority.BROADCAST,
        )
    )
    count = uow.ask(Progress(message_id)).total
    if count:
        uow.add(Reminder(message_id=message_id, campaign_id=campaign.id, version=campaign.asks, sent_at=uow.now))
    return count


def do_remind_now(uow: UnitOfWork, campaign: Campaign, content: Screen, title: Text) -> int:
    """The same because somebody wants it; `title` is what it is about, for the audit. Raises `Refused`."""
    check_reminding(uow, campaign)
    count = do_remind(uow, campaign, content)
    if count:
        note(uow, SENDING, plural("{n} person reminded: {title}", "{n} people reminded: {title}", n=count, title=title))
    return count


def check_reminding(uow: UnitOfWork, campaign: Campaign) -> None:
    """Raises `Refused` when nobody may be reminded now: too many reminders, or one has just gone out."""
    if campaign.state is not CampaignState.RUNNING or not campaign.asks or campaign.paused:
        raise Refused(phrase("Nobody is reminded of this now."))
    sent = [one.sent_at for one in uow.ask(RemindersOf(campaign.id)) if one.version == campaign.asks]
    if len(sent) >= _AT_MOST:
        raise Refused(phrase("There were enough reminders. Please talk to those who are left."))
    if sent and uow.now - sent[0] < _APART:
        raise Refused(phrase("A reminder went out at {time}. Please give people an hour.", time=sent[0]))


def do_escalate(uow: UnitOfWork, campaign: Campaign, content: Screen) -> int:
    """Tells the author, and all those to whom somebody reports who has not acknowledged; how many they are."""
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING:
        return 0
    to = ToTheirManagers(campaign.id, campaign.message_id, campaign.asks, campaign.author_id)
    told = Send(kind=ESCALATION, about=campaign.id, content=content, to=to, priority=Priority.NOTICE)
    return uow.ask(Progress(uow.apply(told))).total


def do_chase(uow: UnitOfWork, campaign: Campaign, version: int) -> None:
    """Does what is due of chasing those who have not acknowledged, and sees to what comes next."""
    due, now = _next(campaign), uow.now
    running = campaign.state is CampaignState.RUNNING and not campaign.paused and version == campaign.asks
    if not running or due is None or due > now or campaign.message_id is None:
        return
    if not uow.ask(AnybodyMissing(campaign.id, campaign.message_id, campaign.asks)):
        return
    calendar = _calendar(campaign)
    if now - due > _LATE and not calendar.is_open(now):
        _set(uow, campaign, calendar.next_opening(now))
        return
    if _reminds_at(campaign) == due:
        campaign.reminded += 1
        uow.emit(event_of(CampaignReminds, campaign))
    if _escalates_at(campaign) == due:
        campaign.escalated = True
        uow.emit(event_of(CampaignEscalates, campaign))
    plan_chase(uow, campaign)


def plan_chase(uow: UnitOfWork, campaign: Campaign) -> None:
    """Has those chased later who have not acknowledged by then."""
    at = _next(campaign)
    if at is not None and campaign.state is CampaignState.RUNNING:
        _set(uow, campaign, max(at, uow.now))


def stop_chase(uow: UnitOfWork, campaign: Campaign) -> None:
    """Nobody is chased for it until `plan_chase`."""
    uow.apply(CancelTimer(_timer(campaign)))


def _next(campaign: Campaign) -> datetime | None:
    """When something is to be done about those who have not acknowledged; None for never again."""
    if not campaign.asks:
        return None
    return min((at for at in (_reminds_at(campaign), _escalates_at(campaign)) if at is not None), default=None)


def _reminds_at(campaign: Campaign) -> datetime | None:
    chasing = campaign.chasing
    if campaign.reminded >= chasing.times:
        return None
    return _after(campaign, chasing.after + campaign.reminded * chasing.every)


def _escalates_at(campaign: Campaign) -> datetime | None:
    after = campaign.chasing.escalate
    return None if campaign.escalated or after is None else _after(campaign, after)


def _after(campaign: Campaign, working: timedelta) -> datetime:
    return _calendar(campaign).add_working(campaign.asked_at or campaign.starts_at, working)


def _calendar(campaign: Campaign) -> WorkingCalendar:
    return WorkingCalendar(ZoneInfo(campaign.chasing.timezone))


def _set(uow: UnitOfWork, campaign: Campaign, at: datetime) -> None:
    event = CampaignChased(campaign.id, campaign.kind, campaign.about, campaign.asks)
    uow.apply(SetTimer(_timer(campaign), at, event))


def _timer(campaign: Campaign) -> str:
    return f"campaign-chase:{campaign.id}"
