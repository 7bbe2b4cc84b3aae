"""What follows `/` or `!`: the command that is meant, where it works, and who may."""

from __future__ import annotations

from bot.talk.forms import cancel_form, draft_here, switched_off
from bot.talk.hearing import heard
from bot.talk.request import Reply, Request, Toast
from core.chat.phrases import Command, Phrase, Text, phrase
from core.chat.screens import Paragraph, Screen


def command(request: Request, name: str, words: str) -> Reply:
    """The reply to a command with the words behind it."""
    if name == "cancel":
        draft = draft_here(request)
        if draft is not None:
            return cancel_form(request, draft)
    known = request.house.commands.get(name)
    closed = request.house.closed(name)
    if closed is not None:
        return stranger_or(request, switched_off(closed))
    if known is None:
        return stranger_or(request, phrase("I do not know this command. See {help}.", help=Command("help")))
    if not request.acts_by(known.right):
        refusal = phrase("You are not allowed to do this. See {help} for what you can do.", help=Command("help"))
        return stranger_or(request, refusal)
    if not known.where.has(request.event):
        return Screen(blocks=(Paragraph((elsewhere(request),)),), quiet=True)
    return known.handler(request, words)


def elsewhere(request: Request) -> Phrase:
    """Why something does not work in this chat."""
    if request.event.private:
        return phrase("This works in a group only.")
    return phrase("Please write to me in a private chat.")


def stranger_or(request: Request, text: Text) -> Reply:
    """Strangers always get the door, and never learn which commands exist."""
    return heard(request) if request.visitor.person is None else Toast(text)
