"""Which option of a menu is meant where there are no buttons: by its sign, its number or its label.

What names no message chooses from the menu that the person asked for last. What came unasked is chosen from by its
sign, by a reply, or by a label that it alone offers: a number that was meant for a menu must never hit what has just
arrived.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.talk.request import Request, Toast
from core.alike import as_read
from core.chat.bindings import SIGNS
from core.chat.capabilities import Level
from core.chat.codec import record
from core.chat.events import Chosen, Said
from core.chat.fit import bare
from core.chat.pages import Choice
from core.chat.phrases import Command, phrase
from core.copies import AskedMenu, Copy, CopyAt, OnTheWay, UnaskedMenus
from core.inbox import StoreEvents
from core.timers import SetTimer
from core.unit_of_work import DomainEvent, UnitOfWork

_NUMBER = re.compile(r"\s*(\d{1,3})[.)]?\s*")
_AS_PICTURE = "\N{VARIATION SELECTOR-16}"


_SOON = timedelta(seconds=0.3)
_TRIES = 6
_AGAIN = "+"
_LATELY = timedelta(minutes=15)
"""For so long after a menu was asked for a number is meant for it, whatever arrives meanwhile."""
_LOOK_BACK = 10
"""How many of the messages that came unasked are looked at for a label."""
_REPLY_TO_IT = phrase(
    "A number by itself chooses from the menu that you opened. "
    "To choose in another message, reply to it with the number."
)
_WHICH = phrase("Several messages offer this. Reply to the one that you mean.")
_NOTHING = phrase("There is nothing to choose by this number now. See {menu}.", menu=Command("menu"))


@record
@dataclass(frozen=True, slots=True)
class ChosenEarly(DomainEvent):
    """A sign was set on what the ledger did not know yet: somebody was faster than the receipt. Time to look again."""

    event: Chosen


@dataclass(frozen=True, slots=True)
class Picked:
    """An option of a copy. Its `data` is empty when it was spent."""

    copy: Copy
    data: str


def picked_by_sign(request: Request, event: Chosen) -> Picked | Toast | None:
    """The option of a known menu with this sign; None for signs that mean nothing, which people set everywhere."""
    copy = request.uow.ask(CopyAt(event.messenger, event.chat, event.message))
    sign = _simple(event.sign)
    if sign not in _MEANT:
        return None
    outdated = copy is not None and bool(event.version and copy.version) and event.version != copy.version
    choice = None if copy is None else _signed(copy, sign)
    if copy is not None and choice is not None and outdated and copy.asked_at is None:
        return Picked(copy, choice.data)  # what changes by itself keeps its signs; see `core.chat.bindings`
    if (copy is None or outdated) and _put_off(request, event):
        return None
    if copy is None:
        return None
    if outdated:
        changed = phrase("This menu has just changed. Please choose again.")
        return Toast(changed, once=f"changed:{copy.delivery_id}:{event.account}:{event.version}")
    return _pick(copy, choice)


def _signed(copy: Copy, sign: str) -> Choice | None:
    """The option of a sign, offered or not any more: then who presses it is told what has become of it."""
    known = (*copy.choices, *copy.retired)
    return next((choice for choice in known if choice.sign and _simple(choice.sign) == sign), None)


def look_again(uow: UnitOfWork, early: DomainEvent) -> None:
    """Puts the event of a `ChosenEarly` into the inbox anew."""
    assert isinstance(early, ChosenEarly)
    uow.apply(StoreEvents(early.event.messenger, (early.event,), None))


def _put_off(request: Request, event: Chosen) -> bool:
    """Has the event come again while something is on its way to the chat; False when there is nothing to wait for."""
    tried = len(event.id) - len(event.id.rstrip(_AGAIN))
    if tried == _TRIES or not request.uow.ask(OnTheWay(event.messenger, event.chat)):
        return False
    again = replace(event, id=event.id + _AGAIN)
    request.uow.apply(
        SetTimer(f"chosen:{event.messenger}:{again.id}", request.now + _SOON * 2**tried, ChosenEarly(again))
    )
    return True


def picked_by_text(request: Request, event: Said) -> Picked | Toast | None:
    """The option whose number or label this is: of the menu that the text replies to, else of the last that the person
    asked for."""
    if request.capabilities.buttons is not Level.NONE:
        return None
    if event.reply_to is not None:
        copy = request.uow.ask(CopyAt(event.messenger, event.chat, event.reply_to))
    elif event.private:
        copy = request.uow.ask(AskedMenu(event.messenger, event.chat))
    else:
        copy = None  # what people say to each other in a group is not meant for a menu
    picked = None if copy is None else _pick(copy, _said(copy, event.text))
    if picked is None or event.reply_to is not None or not _overtaken(request, event, picked.copy):
        return picked
    return Toast(_REPLY_TO_IT)


def picked_unasked(request: Request, event: Said) -> Picked | Toast | None:
    """The same for what nothing that was asked for offers: by a label that one message which came unasked has. A number
    is only told how it is meant."""
    if request.capabilities.buttons is not Level.NONE or not event.private or event.reply_to is not None:
        return None
    found = _offered_unasked(request, event)
    number = _NUMBER.fullmatch(event.text)
    if number is not None and not found:
        return Toast(_NOTHING) if len(number[1]) == 1 else None  # an extension has more digits
    if not found:
        return None
    if number is not None:
        return Toast(_REPLY_TO_IT)
    return found[0] if len(found) == 1 else Toast(_WHICH)


def _overtaken(request: Request, event: Said, menu: Copy) -> bool:
    """Whether a number may well be meant for what came unasked since, as the menu was asked for a while ago."""
    asked_at = menu.asked_at or request.now
    if _NUMBER.fullmatch(event.text) is None or request.now - asked_at < _LATELY:
        return False
    return any(one.copy.sent_at is not None and one.copy.sent_at > asked_at for one in _offered_unasked(request, event))


def _offered_unasked(request: Request, event: Said) -> list[Picked]:
    """The options of this number or label in what came unasked, as far as they still do something."""
    copies = request.uow.ask(UnaskedMenus(event.messenger, event.chat, _LOOK_BACK))
    picked = (_pick(copy, _said(copy, event.text)) for copy in copies)
    return [one for one in picked if one is not None and one.data]


def word(label: str) -> str:
    """What of a label or of a typed text must be alike: its words as people read them, without signs around them."""
    return as_read(bare(label))


def _pick(copy: Copy, choice: Choice | None) -> Picked | None:
    return None if choice is None else Picked(copy, choice.data)


def _said(copy: Copy, text: str) -> Choice | None:
    """The option of a number, offered or not any more, or of a label."""
    number = _NUMBER.fullmatch(text)
    if number is not None:
        known = enumerate((*copy.choices, *copy.retired), 1)
        return next((one for place, one in known if _number(one, place) == int(number[1])), None)
    said = as_read(text)
    return next((choice for choice in copy.choices if said in _spellings(choice.label)), None) if said else None


def _number(choice: Choice, place: int) -> int | None:
    return place if choice.number == 0 else choice.number


def _spellings(label: str) -> tuple[str, str]:
    return as_read(label), word(label)


def _simple(sign: str) -> str:
    """A sign without the mark by which some apps ask for its picture."""
    return sign.replace(_AS_PICTURE, "")


_MEANT = frozenset(map(_simple, SIGNS))
