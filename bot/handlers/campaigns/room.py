"""The router of what all campaigns share."""

from __future__ import annotations

from bot.kit.campaigns.following import PROGRESS
from bot.talk.router import Router
from core.campaigns.audiences import AUDIENCES
from core.campaigns.campaign import SENDING
from core.campaigns.chasing import ESCALATION, REMINDER

router = Router("campaigns")

router.audits(AUDIENCES)
router.audits(SENDING)
router.holds("campaigns", "acknowledgements", "saved_audiences")

for notice in (PROGRESS, REMINDER, ESCALATION):
    router.notice(notice)
