"""`/me`: the own card, with what the rooms add to it."""

from __future__ import annotations

from bot.handlers.people.handlers_search import card_of
from bot.handlers.people.room import router
from bot.handlers.people.screens_own import me_screen
from bot.talk.cards import CardOf, added_to
from bot.talk.menu import OpenMe
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.phrases import phrase

router.entry(Section.ME, phrase("👤 Me"), OpenMe(), right=COLLEAGUE, weight=10)


@router.command("me", right=COLLEAGUE, section=Section.ME, describe=phrase("Your card, your language, your accounts"))
def me(request: Request, words: str) -> Reply:
    """`/me`."""
    return own_card(request)


@router.action(OpenMe, right=COLLEAGUE)
def open_me(request: Request, action: OpenMe) -> Reply:
    """The own card from a button."""
    return own_card(request)


def own_card(request: Request) -> Reply:
    """The own card."""
    return me_screen(card_of(request.uow, request.me), added_to(request, CardOf.ME, request.me))
