"""The router that the files of this room register with."""

from __future__ import annotations

from bot.talk.router import Router

router = Router("audit")

router.keeps("audit", days=5 * 366)
router.holds("audit")
