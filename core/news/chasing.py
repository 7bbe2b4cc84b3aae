"""What the company chooses about news that are to be acknowledged."""

from __future__ import annotations

from datetime import timedelta

from core.campaigns.campaign import Chasing
from core.options import Number, option_of
from core.unit_of_work import UnitOfWork

REMINDED_AFTER = Number("news.reminded_after", 8, least=1, most=200)
"""Working hours after which those are reminded who have not acknowledged, and between two reminders."""

ESCALATED_AFTER = Number("news.escalated_after", 16, least=0, most=400)
"""Working hours after which those hear of it to whom these people report; 0 for never."""


def chasing_of(uow: UnitOfWork, timezone: str) -> Chasing:
    """How those are reminded who do not acknowledge what is published now; working time in `timezone`."""
    reminded = timedelta(hours=option_of(uow, REMINDED_AFTER))
    hours = option_of(uow, ESCALATED_AFTER)
    escalated = timedelta(hours=hours) if hours else None
    return Chasing(after=reminded, every=reminded, escalate=escalated, timezone=timezone)
