"""What people choose for each kind of message: at once, in the digest, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from bot.handlers.quiet.actions import ChooseNotice, OpenNotice, OpenNotices
from bot.kit.naming import marked
from bot.talk.menu import OpenMe, back_row
from core.chat.blocks import Facts
from core.chat.phrases import Phrase, phrase
from core.chat.screens import Button, Screen, screen
from core.notices import Notice, When

DIGEST_AT = time(17)
"""By the company's clock, on working days: early enough to do something about it."""

_LABELS: Mapping[When, Phrase] = {
    When.AT_ONCE: phrase("At once"),
    When.DIGEST: phrase("In the digest"),
    When.OFF: phrase("Not at all"),
}


def notices_screen(chosen: Sequence[tuple[Notice, When]]) -> Screen:
    """How each kind comes of which there is a choice."""
    facts = Facts(tuple((notice.title, (_LABELS[when],)) for notice, when in chosen))
    rows = tuple((Button(notice.title, OpenNotice(notice.name)),) for notice, _ in chosen)
    digest = phrase("The digest comes on working days at {time}, by the company’s clock.", time=DIGEST_AT)
    return screen(
        phrase("🔔 Notifications"),
        phrase("How each kind of message comes to you. Everything else, and what is urgent, comes at once."),
        facts,
        digest,
        rows=(*rows, back_row(OpenMe())),
    )


def notice_screen(notice: Notice, now: When) -> Screen:
    """The choice for one kind."""
    rows = tuple((Button(marked(_LABELS[one], one is now), ChooseNotice(one, notice.name)),) for one in notice.may)
    off = phrase("What you switch off is not sent to you, also not later. You find it where it belongs.")
    return screen(
        notice.title,
        phrase("How should this come?"),
        *((off,) if When.OFF in notice.may else ()),
        rows=(*rows, back_row(OpenNotices())),
    )
