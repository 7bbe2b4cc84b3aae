"""The router of the calls, apart from its handlers so that each of their files can add to it."""

from __future__ import annotations

from bot.talk.request import Request
from bot.talk.router import Router
from core.calls.lines import MISSED_NOTICE, ROUTE_LINES, AnyLines, do_end_duty, duty_of
from core.calls.routing import LINES
from core.calls.rules import IDLE, UNCLAIMED
from core.calls.settling import LOST_IN_TRANSFER
from core.calls.telephony import exchanges
from core.chat.phrases import phrase, plural
from core.notices import Notice, When

router = Router(
    "calls",
    phrase("Missed calls"),
    optional=True,
    when_off=phrase("Nobody is told of missed calls any more, also not later. Calls go on being recorded."),
)

router.holds("alerts", "alert_events", "blocked_numbers", export=duty_of, erase=do_end_duty)
router.keeps("call_events", days=400)
router.audits(LINES)
router.part("exchange", lambda name: phrase("Telephone exchange {name}", name=name), exchanges)

MISSED = router.notice(Notice(MISSED_NOTICE, phrase("Missed calls"), may=(When.AT_ONCE, When.OFF)))
"""Who is on duty gets them as urgent, whatever was chosen."""
router.option(
    UNCLAIMED,
    phrase("Until managers are told"),
    about=phrase("How long a missed call waits for somebody to take it, in the hours of its line."),
    shown=lambda minutes: plural("{n} minute", "{n} minutes", n=minutes),
    offers=(5, 10, 20, 30, 60),
)
router.switch(
    LOST_IN_TRANSFER,
    phrase("Clients lost in a transfer"),
    about=phrase("Whether people are told of a client who was answered and then passed on to nobody."),
)
EXCHANGE = router.notice(Notice("calls.exchange", phrase("The telephone exchange"), right=ROUTE_LINES))
router.option(
    IDLE,
    phrase("Until a taken call is open again"),
    about=phrase("How long whoever took a missed call has to call back, in the hours of its line."),
    shown=lambda minutes: plural("{n} minute", "{n} minutes", n=minutes),
    offers=(5, 10, 20, 30, 60),
)


def has_lines(request: Request) -> bool:
    """Whether this company has a telephone: without one there is nothing to lead to."""
    return request.uow.ask(AnyLines())


ESCALATED = router.notice(Notice("calls.escalated", phrase("Missed calls that nobody takes")))
