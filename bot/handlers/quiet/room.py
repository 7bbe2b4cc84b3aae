"""The router of quiet hours, apart from its handlers so that each file of the room can add to it."""

from __future__ import annotations

from bot.talk.router import Router
from core.chat.phrases import phrase
from core.notices import Notice

router = Router("quiet")

DIGEST = router.notice(Notice("quiet.digest", phrase("What was held for you")))
