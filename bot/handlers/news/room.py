"""The router of the news, apart from its handlers so that each of their files can add to it."""

from __future__ import annotations

from bot.talk.router import Router
from core.campaigns.campaign import required
from core.chat.phrases import phrase
from core.news.item import CAMPAIGN
from core.news.publishing import NEWS
from core.notices import Notice, When

router = Router(
    "news",
    phrase("News"),
    optional=True,
    when_off=phrase(
        "What is going out now goes on. What is scheduled does not go out, also not afterwards by itself: it stays in"
        " the list of scheduled news."
    ),
)

router.holds("news", "news_openings")

ITEM = router.notice(Notice(CAMPAIGN, phrase("News"), may=(When.AT_ONCE, When.DIGEST, When.OFF)))
REQUIRED = router.notice(Notice(required(CAMPAIGN), phrase("News that you are to acknowledge")))

router.audits(NEWS)
