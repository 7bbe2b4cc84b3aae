"""The router of the news, apart from its handlers so that each of their files can add to it."""

from __future__ import annotations

from bot.talk.router import Router
from core.campaigns.campaign import required
from core.chat.phrases import Phrase, phrase, plural
from core.news.chasing import ESCALATED_AFTER, REMINDED_AFTER
from core.news.item import CAMPAIGN
from core.news.opening import COUNTED
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


def _hours(hours: int) -> Phrase:
    return plural("after {n} working hour", "after {n} working hours", n=hours) if hours else phrase("never")


router.option(
    REMINDED_AFTER,
    phrase("Reminder to acknowledge"),
    about=phrase(
        "When those are reminded who have not acknowledged a news item, and how long until once more. It counts for"
        " what is published from now on."
    ),
    shown=_hours,
    offers=(4, 8, 16, 24),
)
router.option(
    ESCALATED_AFTER,
    phrase("Managers hear who has not"),
    about=phrase(
        "When those are told whose people have not acknowledged a news item; 0 is never. It counts for what is"
        " published from now on."
    ),
    shown=_hours,
    offers=(8, 16, 24, 40, 0),
)
router.switch(
    COUNTED,
    phrase("How many opened the news"),
    about=phrase("Whether HR sees how many have opened an item. When it is off, nothing is kept of it either."),
)
