"""The router that the files of this room register with."""

from __future__ import annotations

from bot.talk.router import Router
from core.chat.phrases import phrase
from core.notices import Notice, When

router = Router("lobby")

REQUESTS = router.notice(Notice("lobby.request", phrase("Requests for access"), may=(When.AT_ONCE, When.DIGEST)))
ACCOUNTS = router.notice(Notice("lobby.accounts", phrase("Your accounts")))
