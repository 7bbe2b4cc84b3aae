"""The router of what all campaigns share."""

from __future__ import annotations

from bot.kit.campaigns.following import PROGRESS
from bot.talk.router import Router

router = Router("campaigns")

router.notice(PROGRESS)
