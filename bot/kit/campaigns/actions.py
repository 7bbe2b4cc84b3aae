"""What the buttons mean that every campaign has, whichever room sends it."""

from __future__ import annotations

from dataclasses import dataclass

from core.campaigns.standing import Part
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


@dataclass(frozen=True, slots=True)
class OpenStandings(Action, code="gd"):
    """How far the acknowledgements have come in each department; a page of them counted from 0."""

    campaign: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenMissing(Action, code="gm"):
    """Who has not acknowledged: a page counted from 0. `department` 0 for those without one, None for everybody."""

    campaign: int
    page: int = 0
    department: int | None = None
    part: Part = Part.ALL


@dataclass(frozen=True, slots=True)
class RemindOf(Action, code="gr"):
    """Reminds now all who have not acknowledged."""

    campaign: int


@dataclass(frozen=True, slots=True)
class ReportCampaign(Action, code="gp"):
    """A picture of how far the acknowledgements have come."""

    campaign: int


@dataclass(frozen=True, slots=True)
class ExportCampaign(Action, code="gx"):
    """A table of who has acknowledged and who has not."""

    campaign: int
