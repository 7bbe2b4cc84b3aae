"""The acknowledgements of a campaign to show to others: as a picture and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.handlers.campaigns.screens import department_name, total
from bot.kit.campaigns.actions import OpenStandings
from bot.kit.charts_frame import Frame
from bot.kit.made import SharePicture, SheetFile
from bot.talk.menu import back
from core.campaigns.campaign import Campaign
from core.campaigns.standing import DepartmentStandings, Recipient, Standings
from core.chat.phrases import Text, phrase
from core.chat.screens import Screen, screen

MOST_ROWS = 10_000
"""People in a table: what it is made of is kept with its message, which more would make too heavy."""


def picture_screen(
    campaign: Campaign, title: Text, departments: Sequence[DepartmentStandings], now: datetime
) -> Screen:
    """Acknowledged, not yet and not reached: all together, then each department, those first where most are missing."""
    worst = sorted(departments, key=lambda one: one.of.acknowledged - one.of.total)
    wholes: list[tuple[Text, tuple[int, ...]]] = [(phrase("All together"), _counts(total(departments)))]
    if len(worst) > 1:
        wholes += [(department_name(one), _counts(one.of)) for one in worst]
    parts = (phrase("Acknowledged"), phrase("Not yet"), phrase("Not reached"))
    frame = Frame(title=phrase("Acknowledgements"), about=title, note=phrase("As of {time}", time=now))
    return _with_way_back(campaign, title, SharePicture(frame, parts, tuple(wholes)))


def table_screen(campaign: Campaign, title: Text, recipients: Sequence[Recipient], now: datetime) -> Screen:
    """Everybody with what they did."""
    columns = (
        (phrase("Name"), "TEXT"),
        (phrase("Department"), "TEXT"),
        (phrase("Position"), "TEXT"),
        (phrase("State"), "TEXT"),
        (phrase("Acknowledged at"), "MOMENT"),
    )
    rows = tuple((one.name, one.department or "", one.position, _state(one), one.acknowledged_at) for one in recipients)
    about = ((phrase("Message"), title),)
    sheet = SheetFile(title=phrase("Acknowledgements"), columns=columns, rows=rows, as_of=now, about=about)
    shown = _with_way_back(campaign, title, sheet)
    if len(recipients) < MOST_ROWS:
        return shown
    told = phrase("The table ends after {n} rows; those who have not acknowledged stand first.", n=MOST_ROWS)
    more = screen(None, told).blocks
    return replace(shown, blocks=(*shown.blocks, *more))


def _with_way_back(campaign: Campaign, title: Text, made: SharePicture | SheetFile) -> Screen:
    shown = screen(phrase("👀 Acknowledgements"), title, rows=((back(OpenStandings(campaign.id)),),))
    return replace(shown, made=(made,), fresh=True)


def _counts(of: Standings) -> tuple[int, ...]:
    return of.acknowledged, of.missing, of.unreached


def _state(one: Recipient) -> Text:
    if one.acknowledged_at is not None:
        return phrase("Acknowledged")
    return phrase("Not yet") if one.reached else phrase("Not reached")
