"""What becomes of a campaign: planned, launched, moved, given up, changed, held back, out of date, taken back.

Each step may be asked for twice (a double press, an event delivered again): the second time changes nothing. What a
room hands over says what it has to say and no more: where an acknowledgement is asked for, the question is added here.
"""

from __future__ import annotations

from datetime import datetime

from core.auditing import note
from core.campaigns.acknowledging import asking, do_ask, take_reminders_back
from core.campaigns.campaign import (
    SENDING,
    Campaign,
    CampaignDue,
    CampaignExpired,
    CampaignStarted,
    CampaignState,
    Chasing,
    Terms,
    event_of,
    required,
)
from core.campaigns.chasing import plan_chase, stop_chase
from core.campaigns.following import stir, stop_following
from core.chat.phrases import Text, phrase, plural
from core.chat.screens import Screen
from core.delivery import End, Pause, Priority, Resend, Revise, Send, ToAudience, Withdraw
from core.notices import known_notices
from core.people.audience import Audience, CountAudience
from core.people.person import Person
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import Refused, UnitOfWork


def check_audience(uow: UnitOfWork, audience: Audience) -> int:
    """How many people are in an audience. Raises `Refused` when nobody is."""
    count = uow.ask(CountAudience(audience))
    if not count:
        raise Refused(phrase("Nobody would receive this. Please choose another audience."))
    return count


def check_future(uow: UnitOfWork, at: datetime | None) -> None:
    """Raises `Refused` for a time that has passed; None means now."""
    if at is not None and at <= uow.now:
        raise Refused(phrase("This time has passed. Please choose a later one, or publish now."))


def check_end(uow: UnitOfWork, starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Raises `Refused` for what is out of date before it goes out."""
    if ends_at is not None and ends_at <= (starts_at or uow.now):
        raise Refused(phrase("It would be out of date before it goes out. Please choose a later end."))


def do_plan(
    uow: UnitOfWork,
    actor: Person,
    kind: str,
    about: int,
    audience: Audience,
    terms: Terms,
) -> Campaign:
    """Plans a campaign about a thing of its room. At its time, when it has one, `CampaignDue` tells the room to launch
    it. Raises `Refused` for an empty audience, for a time that has passed, and for an end before the begin."""
    check_audience(uow, audience)
    check_future(uow, terms.at)
    check_end(uow, terms.at, terms.ends_at)
    campaign = Campaign(
        kind=kind,
        about=about,
        author_id=actor.id,
        audience=audience,
        starts_at=terms.at or uow.now,
        stirred_at=uow.now,
        urgent=terms.urgent,
        ends_at=terms.ends_at,
        asks=0 if terms.chasing is None else 1,
        chasing=terms.chasing or Chasing(),
    )
    uow.add(campaign)
    uow.flush()
    if terms.at is not None:
        uow.apply(SetTimer(_start(campaign), terms.at, event_of(CampaignDue, campaign)))
    return campaign


def do_launch(uow: UnitOfWork, campaign: Campaign, content: Screen, version: int = 1) -> None:
    """Sends a planned campaign to everybody in its audience; nothing when it is out already or was given up.

    `version` is that of the content, by which it is acknowledged.
    """
    if campaign.state is not CampaignState.PLANNED:
        return
    uow.apply(CancelTimer(_start(campaign)))
    campaign.starts_at = uow.now
    if campaign.asks:
        do_ask(uow, campaign, version)
    campaign.state = CampaignState.RUNNING
    campaign.message_id = uow.apply(
        Send(
            kind=known_notices()[required(campaign.kind) if campaign.asks else campaign.kind],
            about=campaign.about,
            content=asking(campaign, content),
            to=ToAudience(campaign.audience),
            priority=Priority.BROADCAST,
            key=f"campaign:{campaign.id}",
            urgent=campaign.urgent,
        )
    )
    stir(uow, campaign)
    plan_chase(uow, campaign)
    if campaign.ends_at is not None:
        uow.apply(SetTimer(_end(campaign), campaign.ends_at, event_of(CampaignExpired, campaign)))
    uow.emit(event_of(CampaignStarted, campaign))


def do_reschedule(uow: UnitOfWork, campaign: Campaign, at: datetime) -> None:
    """Moves a planned campaign to another time. Raises `Refused` for a time that has passed, or after its end."""
    check_future(uow, at)
    check_end(uow, at, campaign.ends_at)
    if campaign.state is CampaignState.PLANNED:
        campaign.starts_at = at
        uow.apply(SetTimer(_start(campaign), at, event_of(CampaignDue, campaign)))


def do_cancel(uow: UnitOfWork, campaign: Campaign) -> None:
    """Gives up a planned campaign."""
    if campaign.state is CampaignState.PLANNED:
        campaign.state = CampaignState.CANCELLED
        uow.apply(CancelTimer(_start(campaign)))


def do_revise(
    uow: UnitOfWork, campaign: Campaign, content: Screen, version: int = 1, *, essential: bool = False
) -> None:
    """Makes every copy say something else. What is `essential` is to be acknowledged anew, if it was to be at all."""
    if campaign.message_id is None or campaign.state not in (CampaignState.RUNNING, CampaignState.EXPIRED):
        return
    if essential and campaign.asks and campaign.state is CampaignState.RUNNING:
        do_ask(uow, campaign, version)
        plan_chase(uow, campaign)
    uow.apply(Revise(campaign.message_id, asking(campaign, content)))
    stir(uow, campaign)


def do_expire(uow: UnitOfWork, campaign: Campaign, content: Screen | None) -> None:
    """Ends a campaign that is out of date: nobody gets it any more, and who has it sees `content`, if it is given."""
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING:
        return
    campaign.state = CampaignState.EXPIRED
    campaign.paused = False
    _end_all(uow, campaign)
    uow.apply(End(campaign.message_id, content))
    stir(uow, campaign)


def do_withdraw(uow: UnitOfWork, campaign: Campaign, tombstone: Screen) -> None:
    """Takes every copy back; where one is too old to be deleted it shows `tombstone`."""
    if campaign.message_id is None or campaign.state not in (CampaignState.RUNNING, CampaignState.EXPIRED):
        return
    campaign.state = CampaignState.WITHDRAWN
    campaign.paused = False
    _end_all(uow, campaign)
    uow.apply(Withdraw(campaign.message_id, tombstone))
    stir(uow, campaign)


def do_hold(uow: UnitOfWork, campaign: Campaign, held: bool, title: Text) -> bool:
    """Holds the copies back that are not sent, or lets them go on; False when it is so already.

    `title` is what it is about, for the audit.
    """
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING or campaign.paused is held:
        return False
    campaign.paused = held
    uow.apply(Pause(campaign.message_id, held))
    note(uow, SENDING, phrase("Paused: {title}", title=title) if held else phrase("Continued: {title}", title=title))
    if held:
        stop_following(uow, campaign)
        stop_chase(uow, campaign)
    else:
        stir(uow, campaign)
        plan_chase(uow, campaign)
    return True


def do_resend(uow: UnitOfWork, campaign: Campaign, title: Text) -> int:
    """Sends the uncertain copies of a running campaign again; how many."""
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING:
        return 0
    count = uow.apply(Resend(campaign.message_id))
    if count:
        note(
            uow,
            SENDING,
            plural(
                "{n} uncertain copy sent again: {title}",
                "{n} uncertain copies sent again: {title}",
                n=count,
                title=title,
            ),
        )
    stir(uow, campaign)
    return count


def _end_all(uow: UnitOfWork, campaign: Campaign) -> None:
    """Nothing more is to come of it."""
    uow.apply(CancelTimer(_end(campaign)))
    stop_chase(uow, campaign)
    take_reminders_back(uow, campaign)


def _start(campaign: Campaign) -> str:
    return f"campaign:{campaign.id}"


def _end(campaign: Campaign) -> str:
    return f"campaign-end:{campaign.id}"
