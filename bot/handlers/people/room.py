"""The router that the files of this room register with."""

from __future__ import annotations

from bot.talk.router import Router
from core.chat.phrases import phrase
from core.notices import Notice

router = Router("people")

ACCESS = router.notice(Notice("people.access", phrase("Your access and your roles")))
