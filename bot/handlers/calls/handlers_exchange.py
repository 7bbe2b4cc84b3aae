"""Tells admins what is wrong with the telephone, and when it is right again."""

from __future__ import annotations

from bot.handlers.calls.room import EXCHANGE, router
from core.calls.lines import ADMINS
from core.calls.outage import ClockSetBack, ExchangeBack, ExchangeLost, undecided
from core.chat.blocks import Block, Heading, Quote
from core.chat.phrases import Clock, Day, Phrase, phrase, plural
from core.chat.screens import Screen, paragraph
from core.delivery import Priority, Send, ToAudience
from core.unit_of_work import UnitOfWork


@router.on(ExchangeLost)
def lost(uow: UnitOfWork, event: ExchangeLost) -> None:
    """Nobody hears of missed calls until it is back."""
    head = phrase("🔴 No connection to the telephone exchange {name}", name=event.source)
    since = phrase(
        "Since {time}, {day}. Until it is back nobody is told of missed calls.",
        time=Clock(event.since),
        day=Day(event.since),
    )
    blocks = (Heading(head), paragraph(since), Quote((event.fault,)))
    _tell(uow, Screen(blocks=blocks), f"exchange:{event.source}:lost:{event.since.isoformat()}")


@router.on(ExchangeBack)
def back(uow: UnitOfWork, event: ExchangeBack) -> None:
    """What may be missing is for people to look up in the exchange itself."""
    minutes = max(1, int((event.until - event.since).total_seconds() // 60))
    gap = phrase(
        "There was no connection from {begin} to {end}, {day}: {time}.",
        begin=Clock(event.since),
        end=Clock(event.until),
        day=Day(event.until),
        time=plural("{n} minute", "{n} minutes", n=minutes),
    )
    missing = phrase("Calls that began and ended in that time are unknown here: look them up in the exchange.")
    blocks: list[Block] = [Heading(phrase("🟢 The telephone exchange {name} is connected again", name=event.source))]
    blocks += [paragraph(gap), paragraph(missing)]
    count = undecided(uow, event)
    if count:
        blocks.append(paragraph(_open_ends(count)))
    _tell(uow, Screen(blocks=tuple(blocks)), f"exchange:{event.source}:back:{event.since.isoformat()}")


@router.on(ClockSetBack)
def clock_set_back(uow: UnitOfWork, event: ClockSetBack) -> None:
    """Calls stay in order, but what was measured around then is not exact."""
    back = plural("It went back by {n} second.", "It went back by {n} seconds.", n=event.seconds)
    said = phrase("The order of calls is right, but their times around now are not exact. Let NTP keep the clock.")
    blocks = (Heading(phrase("🟠 The clock of the computer was set back")), paragraph(back), paragraph(said))
    _tell(uow, Screen(blocks=blocks), f"clock:{event.source}:{uow.now.isoformat()}")


def _open_ends(count: int) -> Phrase:
    return plural(
        "{n} call that was going on has no known end: nobody was told whether it was missed.",
        "{n} calls that were going on have no known end: nobody was told whether they were missed.",
        n=count,
    )


def _tell(uow: UnitOfWork, content: Screen, key: str) -> None:
    uow.apply(Send(kind=EXCHANGE, content=content, to=ToAudience(ADMINS), priority=Priority.ALERT, key=key))
