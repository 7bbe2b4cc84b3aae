"""How far a campaign has come, as its author and others who may follow it see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.kit.campaigns.actions import FollowCampaign, HoldCampaign, OpenStandings, RemindOf, ResendCampaign
from bot.kit.campaigns.looks import Fact
from bot.kit.progress import progress_bar
from bot.talk.menu import back
from core.campaigns.campaign import Campaign, CampaignState
from core.chat.actions import Action
from core.chat.blocks import Block, Facts, Paragraph
from core.chat.phrases import Clock, Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, screen
from core.delivery import Tally

_TO_BE_SEEN = (CampaignState.RUNNING, CampaignState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the progress of a campaign is shown by. `ends_at` is when it will probably be done, `facts` and `rows`
    are what its room adds, `opens` is where the way back leads; `acknowledged` is how many have done that."""

    campaign: Campaign
    tally: Tally
    title: Text
    opens: Action
    facts: Sequence[Fact] = ()
    rows: Sequence[Row] = ()
    ends_at: datetime | None = None
    acknowledged: int = 0


def progress_screen(standing: Standing, *, live: bool = True) -> Screen:
    """How far a campaign has come. Not `live`: it does not follow by itself, so it can be asked to."""
    campaign, tally = standing.campaign, standing.tally
    body: tuple[Block, ...] = ()
    if campaign.state is not CampaignState.WITHDRAWN:
        body = (Paragraph((_bar(tally),)), _figures(standing))
    expected = () if standing.ends_at is None else (_expected(campaign, standing.ends_at),)
    outcome = tuple(Paragraph((line,)) for line in (*_outcome(campaign, tally), *expected))
    shown = screen(_title(campaign, tally), standing.title, *body, *outcome, rows=_rows(standing, live))
    return replace(shown, quiet=True)


def _bar(tally: Tally) -> Phrase:
    """Of those who can be reached, how many are done with: nobody is done with who cannot be."""
    reached = tally.total - tally.unreachable
    return progress_bar(reached - tally.waiting, reached)


def figures_of(standing: Standing) -> str:
    """What the author's message depends on, to leave it alone while nothing has changed."""
    campaign, tally = standing.campaign, standing.tally
    parts = (tally.total, tally.waiting, tally.held, tally.sent, tally.stale)
    lost = (tally.unreachable, tally.absent, tally.uncertain, tally.failed, tally.muted)
    asked = (campaign.asks, standing.acknowledged)
    state = (*asked, campaign.state.value, campaign.paused, campaign.finished_at is not None, standing.title)
    return " ".join(map(str, (*parts, *lost, *state)))


def number(n: int) -> Phrase:
    """A number as the reader's language writes it."""
    return phrase("{n}", n=n)


def _expected(campaign: Campaign, at: datetime) -> Phrase:
    """The moment in whole minutes, rounded up: more would pretend to know."""
    minute = at.replace(second=0, microsecond=0)
    minute += timedelta(minutes=minute < at)
    soon = at - campaign.stirred_at < timedelta(hours=12)
    return phrase("It should be done by {time}.", time=Clock(minute) if soon else minute)


def _figures(standing: Standing) -> Facts:
    tally = standing.tally
    facts: list[Fact] = [
        (phrase("Recipients"), (number(tally.total),)),
        (phrase("Sent"), (number(tally.sent + tally.stale),)),
        (phrase("Waiting"), (number(tally.waiting),)),
        (phrase("Unreachable"), (number(tally.unreachable),)),
    ]
    if tally.absent:
        facts.append((phrase("Until they sign in"), (number(tally.absent),)))
    if tally.held:
        facts.append((phrase("Held for later"), (number(tally.held),)))
    if tally.muted:
        facts.append((phrase("Switched off by them"), (number(tally.muted),)))
    if standing.campaign.asks:
        told = phrase("{n} of {total}", n=standing.acknowledged, total=tally.total)
        facts.append((phrase("Acknowledged"), (told,)))
    facts.extend(standing.facts)
    if tally.uncertain:
        facts.append((phrase("Uncertain"), (number(tally.uncertain),)))
    if tally.failed:
        facts.append((phrase("Failed"), (number(tally.failed),)))
    return Facts(tuple(facts))


def _title(campaign: Campaign, tally: Tally) -> Phrase:
    if campaign.state is CampaignState.WITHDRAWN:
        return phrase("⛔ Withdrawing") if tally.stale else phrase("⛔ Withdrawn")
    if campaign.state is CampaignState.EXPIRED:
        return phrase("⌛ Out of date")
    if campaign.paused:
        return phrase("⏸ Paused")
    return phrase("📤 Sending") if tally.waiting else phrase("✅ Sent")


def _outcome(campaign: Campaign, tally: Tally) -> tuple[Phrase, ...]:
    """What is still going on, or how it ended."""
    if campaign.state is CampaignState.WITHDRAWN:
        return _taken_back(tally)
    lines: list[Phrase] = []
    if tally.stale:
        lines.append(plural("{n} copy is being updated.", "{n} copies are being updated.", n=tally.stale))
    if campaign.finished_at is not None and not tally.waiting:
        duration = campaign.finished_at - campaign.starts_at
        lines.append(phrase("Finished at {time}, in {duration}.", time=Clock(campaign.finished_at), duration=duration))
    return tuple(lines)


def _taken_back(tally: Tally) -> tuple[Phrase, ...]:
    if tally.stale:
        return (plural("{n} copy is still to be removed.", "{n} copies are still to be removed.", n=tally.stale),)
    lost = tally.unreachable + tally.uncertain + tally.failed
    if lost:
        return (
            plural(
                "{n} copy could not be reached: it may still be seen.",
                "{n} copies could not be reached: they may still be seen.",
                n=lost,
            ),
        )
    return (phrase("Nobody has a copy any more."),)


def _rows(standing: Standing, live: bool) -> tuple[Row, ...]:
    campaign, tally = standing.campaign, standing.tally
    rows: list[Row] = []
    if campaign.state is CampaignState.RUNNING:
        if tally.uncertain:
            label = phrase("🔁 Send again: {n}", n=tally.uncertain)
            rows.append((Button(label, ResendCampaign(campaign.id)),))
        if campaign.paused:
            rows.append((Button(phrase("▶️ Go on"), HoldCampaign(campaign.id, hold=False)),))
        elif tally.waiting:
            rows.append((Button(phrase("⏸️ Pause"), HoldCampaign(campaign.id, hold=True)),))
    if campaign.asks and campaign.state in _TO_BE_SEEN:
        row: Row = (Button(phrase("👀 Acknowledgements"), OpenStandings(campaign.id)),)
        if campaign.state is CampaignState.RUNNING:
            row = (*row, Button(phrase("🔔 Remind"), RemindOf(campaign.id)))
        rows.append(row)
    if campaign.state in _TO_BE_SEEN:
        rows.extend(standing.rows)
    if not live:
        rows.append((back(standing.opens), Button(phrase("🔄 Refresh"), FollowCampaign(campaign.id))))
    return tuple(rows)
