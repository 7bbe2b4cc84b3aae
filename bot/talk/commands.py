"""What follows `/` or `!`: the command that is meant, where it works, and who may."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from bot.talk.forms import draft_here, switched_off
from bot.talk.hearing import heard
from bot.talk.leaving import cancel_form
from bot.talk.refusing import not_allowed
from bot.talk.request import CommandRoute, Reply, Request, Toast, parts_of
from core.chat.blocks import Italic, Paragraph
from core.chat.phrases import Command, Phrase, Text, phrase
from core.chat.screens import Button, Row, Screen, Visit
from core.people.bots import AddressOf
from core.people.spelling import other_layout

LINKED = "do-"
"""With this begins what a link says that leads to a command."""
_LIKE = 0.6
_ECHOED = 60


def command(request: Request, name: str, words: str, *, named: bool = True) -> Reply:
    """The reply to a command with the words behind it. Not `named`: in a group it may be meant for another bot."""
    if name == "cancel":
        draft = draft_here(request)
        if draft is not None:
            return cancel_form(request, draft)
    known = request.house.commands.get(name)
    closed = request.house.closed(name)
    if not request.event.private and (known is None or not known.where.has(request.event) or not _may(request, known)):
        return None if known is None and closed is None and not named else _referred(request, name)
    if closed is not None:
        return stranger_or(request, switched_off(closed))
    if known is None:
        return stranger_or(request, _unknown(request, name))
    if not request.acts_by(known.right):
        return heard(request) if request.visitor.person is None else not_allowed(request, known.right)
    if not known.where.has(request.event):
        return Screen(blocks=(Paragraph((elsewhere(request),)),), quiet=True)
    reply = known.handler(request, words)
    if not words or known.follows or request.visitor.person is None:
        return reply
    unused = phrase(
        "{command} needs nothing behind it: “{words}” was not used.", command=Command(name), words=_beginning(words)
    )
    if isinstance(reply, Screen):
        return replace(reply, blocks=(Paragraph((Italic(unused),)), *reply.blocks))
    return (Toast(unused), *parts_of(reply))


def linked(request: Request, words: str) -> Reply | None:
    """The reply to a command that a link out of a group brought; None for other words."""
    name = words.removeprefix(LINKED)
    return None if name == words or request.visitor.person is None else command(request, name, "")


def _may(request: Request, known: CommandRoute) -> bool:
    return request.visitor.person is not None and request.may(known.right)


def _referred(request: Request, name: str) -> Reply:
    """Sends a colleague to the private chat, where all else is said: what somebody may do is nobody else's business."""
    if request.visitor.person is None:
        return heard(request)
    address, suffix = request.uow.ask(AddressOf(request.event.messenger)), request.capabilities.start_link
    rows: tuple[Row, ...] = ()
    if address and suffix:
        rows = ((Button(phrase("Open the private chat"), Visit(address + suffix.format(f"{LINKED}{name}"))),),)
    return Screen(blocks=(Paragraph((elsewhere(request),)),), rows=rows, quiet=True)


def _unknown(request: Request, name: str) -> Phrase:
    """What may have been meant by a command that there is none of."""
    known = [route.name for route in request.house.commands.values() if route.describe and request.acts_by(route.right)]
    for spelled in (name, other_layout(name)):
        for meant in get_close_matches(spelled, known, n=1, cutoff=_LIKE):
            return phrase("I do not know this command. Did you mean {command}?", command=Command(meant))
    return phrase("I do not know this command. See {help}.", help=Command("help"))


def _beginning(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _ECHOED else f"{line[: _ECHOED - 1].rstrip()}…"


def elsewhere(request: Request) -> Phrase:
    """Why something does not work in this chat."""
    if request.event.private:
        return phrase("This works in a group only.")
    return phrase("Please write to me in a private chat.")


def stranger_or(request: Request, text: Text) -> Reply:
    """Strangers always get the door, and never learn which commands exist."""
    return heard(request) if request.visitor.person is None else Toast(text)
