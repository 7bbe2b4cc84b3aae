"""How the campaigns of each kind look: what a room adds to what all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.campaigns.campaign import Campaign
from core.chat.actions import Action
from core.chat.blocks import Line
from core.chat.phrases import Text
from core.chat.screens import Row
from core.unit_of_work import UnitOfWork

Fact = tuple[Text, Line]


class CampaignLook(Protocol):
    """What a room knows of its own campaigns. Each may ask the database: none of it is on a hot path."""

    def title(self, uow: UnitOfWork, campaign: Campaign) -> Text:
        """What it is about, short enough for a line."""

    def opens(self, campaign: Campaign) -> Action:
        """Where the way back from its figures leads."""

    def facts(self, uow: UnitOfWork, campaign: Campaign) -> Sequence[Fact]:
        """Further figures."""

    def rows(self, uow: UnitOfWork, campaign: Campaign) -> Sequence[Row]:
        """What else can be done with one that is out."""


_looks: dict[str, CampaignLook] = {}


def looks(kind: str, look: CampaignLook) -> None:
    """Has the campaigns of a kind shown like this."""
    _looks[kind] = look


def look_of(campaign: Campaign) -> CampaignLook:
    """How a campaign is shown."""
    return _looks[campaign.kind]
