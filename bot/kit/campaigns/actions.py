"""What the buttons mean that every campaign has, whichever room sends it."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action


@dataclass(frozen=True, slots=True)
class FollowCampaign(Action, code="gf"):
    """Shows how far a campaign has come."""

    campaign: int


@dataclass(frozen=True, slots=True)
class HoldCampaign(Action, code="gh"):
    """Holds the copies back that are not sent, or lets them go on."""

    campaign: int
    hold: bool


@dataclass(frozen=True, slots=True)
class ResendCampaign(Action, code="gs"):
    """Sends the copies again of which nobody knows whether they arrived."""

    campaign: int
