"""The router of the polls, and the kinds of messages that they send."""

from __future__ import annotations

from bot.talk.router import Router
from core.chat.phrases import phrase
from core.notices import Notice, When
from core.polls.poll import CAMPAIGN
from core.polls.voting import POLLS, answers_of, do_forget_voter

router = Router(
    "polls",
    phrase("Polls"),
    optional=True,
    when_off=phrase(
        "Open polls cannot be answered meanwhile. Those whose time comes are closed once polls are on again."
    ),
)

POLL = router.notice(Notice(CAMPAIGN, phrase("Polls"), may=(When.AT_ONCE, When.DIGEST, When.OFF)))
RESULT = router.notice(
    Notice("polls.result", phrase("Results of your polls"), may=(When.AT_ONCE, When.DIGEST, When.OFF))
)

router.keeps("polls", days=800)
router.audits(POLLS)
router.holds("polls", "poll_ballots", export=answers_of, erase=do_forget_voter)
