"""The router that the files of this room register with."""

from __future__ import annotations

from bot.talk.router import Router
from core.chat.phrases import phrase
from core.notices import Notice, When
from core.options import CHOICES
from core.people.roles import ADMINISTER
from core.switches import MODULES

router = Router("lobby")

router.holds("access_requests", "codes", "accounts", "switched_off")
router.keeps("access_requests", days=400)
router.keeps("codes", days=30)
router.keeps("wrong_codes", days=30)

router.audits(CHOICES)
router.audits(MODULES)

REQUESTS = router.notice(
    Notice("lobby.request", phrase("Requests for access"), may=(When.AT_ONCE, When.DIGEST), right=ADMINISTER)
)
ACCOUNTS = router.notice(Notice("lobby.accounts", phrase("Your accounts")))
