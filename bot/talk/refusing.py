"""What somebody is told who has not got a right, and how it goes on from there."""

from __future__ import annotations

from bot.talk.menu import TO_MENU
from bot.talk.request import Request
from core.access import Right
from core.chat.blocks import Paragraph
from core.chat.phrases import Listing, phrase
from core.chat.screens import Screen
from core.people.grants import LastingAdmins
from core.people.person import Person

_NAMED = 3


def not_allowed(request: Request, right: Right) -> Screen:
    """Which role it takes, who gives it, and the way to the menu."""
    admins = [request.uow.get(Person, admin) for admin in sorted(request.uow.ask(LastingAdmins()))[:_NAMED]]
    names = Listing(tuple(admin.name for admin in admins if admin is not None), any_of=True)
    who = (Paragraph((phrase("Who can give it to you: {names}.", names=names),)),) if names.items else ()
    return Screen(blocks=(Paragraph((right.refusal,)), *who), rows=(TO_MENU,))
