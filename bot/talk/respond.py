"""One event to its handler, and the handler's answer to the delivery ledger."""

from __future__ import annotations

import re
import traceback
from dataclasses import replace

from bot.talk.asking import FormPress
from bot.talk.choosing import Picked, picked_by_sign, picked_by_text, picked_unasked, word
from bot.talk.commands import command, elsewhere, stranger_or
from bot.talk.correcting import correct_form
from bot.talk.forms import (
    NotFinished,
    answer_form,
    asked_after_pause,
    draft_here,
    open_form,
    press_form,
    refused_form,
    switched_off,
)
from bot.talk.hearing import admits, heard
from bot.talk.pausing import Paused
from bot.talk.previews import here_of
from bot.talk.refusing import not_allowed
from bot.talk.request import NOT_MINE, Pass, Reply, Request, Start, Toast, parts_of
from core.chat.actions import Action, Unknown, destroys, read_action
from core.chat.blocks import Paragraph
from core.chat.capabilities import Level
from core.chat.events import (
    Attached,
    Chosen,
    Deleted,
    Edited,
    Joined,
    Left,
    Moved,
    Pressed,
    Read,
    Said,
    SharedContact,
    Wordless,
)
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Screen
from core.copies import Copy, CopyAt, SpendChoices
from core.delivery import Answered, Priority, Respond, Revise, Send
from core.unit_of_work import Refused

Plain = Screen | Toast

_COMMAND = re.compile(  # behind "!" a word of other letters is one only by itself: more after it is a text
    r"(?:/|!(?=[a-z0-9_]+(?:[@\s]|$)|\w+$))(?P<name>\w{1,32})(?P<bot>@\S+)?(?:\s+(?P<words>.*))?",
    re.IGNORECASE | re.DOTALL,
)


def route(request: Request) -> Reply:
    """The reply of whoever answers to this event. Raises `Refused` for what the domain refuses."""
    event, person = request.event, request.visitor.person
    match event:
        case Joined() | Left() | Moved() | Deleted() | Read() | Edited():
            return _noticed(request)
        case Paused():
            return asked_after_pause(request, event)
        case Chosen():
            picked = picked_by_sign(request, event)
            return _noticed(request) if picked is None else _picked(request, picked)
    return heard(request) if person is not None and not person.active else _spoken(request)


def _spoken(request: Request) -> Reply:
    event = request.event
    match event:
        case Pressed():
            return _press(request, request.uow.ask(CopyAt(event.messenger, event.chat, event.message)), event.data)
        case Said() if (called := _COMMAND.fullmatch(event.text.strip())) is not None:
            words = (called["words"] or "").strip()
            return command(request, called["name"].lower(), words, named=called["bot"] is not None)
    typed = picked_by_text(request, event) if isinstance(event, Said) else None
    if typed is not None:
        return _picked(request, typed)
    if not event.private:
        return _noticed(request)
    if isinstance(event, Said | Attached) and event.reply_to is not None:
        replied = _replied(request, event, event.reply_to)
        if not isinstance(replied, Pass):
            return replied
    draft = draft_here(request)
    if draft is not None and isinstance(event, Said | Attached | SharedContact | Wordless):
        return answer_form(request, draft, event)
    if isinstance(event, Said) and request.capabilities.buttons is Level.NONE:
        return _word(request, event)
    return heard(request)


def refuse(request: Request, refusal: Refused) -> Reply:
    """The reply to an event whose transaction was undone by this refusal."""
    return refused_form(request, refusal) if isinstance(refusal, NotFinished) else Toast(refusal.reason)


def _replied(request: Request, event: Said | Attached, to: str) -> Reply | Pass:
    """What the room says to the reply that sent the message, when it is one of those that can be replied to."""
    copy = request.uow.ask(CopyAt(event.messenger, event.chat, to))
    known = None if copy is None or copy.kind is None else request.house.answerers.get(copy.kind)
    if copy is None or known is None or copy.about is None or not request.acts_by(known.right):
        return NOT_MINE
    return known.handler(request, copy.about, event)


def _word(request: Request, event: Said) -> Reply:
    """A bare word where there are no buttons: the name of a command, a place of the main menu in any language, or an
    option of what came unasked."""
    name = event.text.strip().casefold()
    if name in request.house.commands:
        return command(request, name, "")
    place = request.house.places.get(word(event.text))
    known = None if place is None else request.house.actions.get(type(place))
    if place is not None and known is not None and request.acts_by(known.right):
        return known.handler(request, place)
    picked = None if request.visitor.person is None else picked_unasked(request, event)
    return heard(request) if picked is None else _picked(request, picked)


def _picked(request: Request, picked: Picked | Toast) -> Reply:
    return _press(request, picked.copy, picked.data) if isinstance(picked, Picked) else picked


def _press(request: Request, copy: Copy | None, data: str) -> Reply:
    """What a button or an option does, when the menu is the presser's own and was not spent."""
    person = request.visitor.person
    if copy is not None and not request.event.private and copy.person_id not in (None, person and person.id):
        return _complain(request, copy, phrase("This menu is for somebody else."))
    if copy is not None and copy.choices and not data:
        return _complain(request, copy, phrase("This was already answered."))
    if person is not None and not person.active:
        return heard(request)
    request.copy = copy
    action = read_action(data)
    closed = request.house.closed(type(action))
    if closed is not None:
        return stranger_or(request, switched_off(closed))
    if copy is not None and any(destroys(read_action(choice.data)) for choice in copy.choices):
        request.uow.apply(SpendChoices(copy.delivery_id))
    if isinstance(action, FormPress):
        return press_form(request, action)
    known = request.house.actions.get(type(action))
    if isinstance(action, Unknown) or known is None:
        return _outdated(request)
    if not request.acts_by(known.right):
        own = person is not None and request.event.private
        return not_allowed(request, known.right) if own else Toast(known.right.refusal)
    return known.handler(request, action) if known.where.has(request.event) else Toast(elsewhere(request))


def _complain(request: Request, copy: Copy, text: Phrase) -> Toast:
    """Why nothing was done: said once to each, however often a menu is pressed in vain."""
    return Toast(text, once=f"{text.text}:{copy.delivery_id}:{copy.shown}:{request.event.account}")


def _outdated(request: Request) -> Reply:
    if request.visitor.person is None:
        return heard(request)
    menu = request.house.commands["menu"].handler(request, "")
    return (Toast(phrase("This menu is out of date. Here is a fresh one.")), *(parts_of(menu)))


def _noticed(request: Request) -> Reply:
    """What asks for no answer: all who care learn of it. An edit may correct an answer, or wait for one in vain."""
    event = request.event
    for watcher in request.house.watchers.get(type(event), ()):
        if admits(request, watcher.right):
            watcher.handler(request, event)
    person = request.visitor.person
    if not isinstance(event, Edited) or not event.private or person is None or not person.active:
        return None
    draft = draft_here(request)
    return (None if draft is None else correct_form(request, draft, event)) or heard(request)


def answers(request: Request, reply: Reply) -> tuple[Plain, ...]:
    """A reply as screens and toasts: a form that a handler starts is opened and asks its first question."""
    plain: list[Plain] = []
    for answer in parts_of(reply):
        if isinstance(answer, Start):
            plain.extend(answers(request, open_form(request, answer)))
        else:
            plain.append(answer)
    return tuple(plain)


def plan(request: Request, shown: tuple[Plain, ...]) -> Text | None:
    """Puts the answers into the ledger; the toast that the messenger shows by itself, where it can."""
    toast: Text | None = None
    before = request.answered or _question_in(request)
    copy = request.copy if request.in_place else None
    toasts = request.capabilities.toasts is not Level.NONE
    for answer in shown:
        key = None
        if isinstance(answer, Toast):
            if isinstance(request.event, Pressed) and toasts:
                toast = answer.text
                continue
            screen, key = Screen(blocks=(Paragraph((answer.text,)),), fresh=True, quiet=not toasts), answer.once
        else:
            screen = answer
        screen = _placed(request, screen)
        if copy is not None and not copy.shared and not screen.fresh and not _by_itself(request, screen):
            # Only where a number can be meant for it the ledger has to know that it was asked for.
            asked = request.capabilities.buttons is Level.NONE
            request.uow.apply(Revise(copy.message_id, screen, asked=asked))
            before = None if before == copy.message_id else before
            _asked(request, copy.message_id)
            copy = None
            continue
        content, here = replace(screen, fresh=False), here_of(request)
        if request.question is None and key is None:
            request.uow.apply(Respond(content=content, to=here))
        else:
            send = Send(kind=None, content=content, to=here, priority=Priority.REPLY, key=key)
            _asked(request, request.uow.apply(send))
    if before is not None and before != _question_in(request):
        can = request.capabilities
        if can.choice_keys or (can.edits is not Level.NONE and can.buttons is not Level.NONE):
            request.uow.apply(Answered(before, always=can.tidies or can.choice_keys > 0))
    return toast


def _question_in(request: Request) -> int | None:
    """The message that shows the question of the form."""
    return None if request.question is None else request.question.message_id


def _asked(request: Request, message_id: int) -> None:
    """Which message shows the question of a form."""
    if request.question is not None:
        request.question.message_id = message_id


def _placed(request: Request, screen: Screen) -> Screen:
    """An answer stands where the question stood."""
    event = request.event
    return (
        replace(screen, place=event.place)
        if isinstance(event, Said | Attached | Wordless | Pressed) and event.place
        else screen
    )


def _by_itself(request: Request, screen: Screen) -> bool:
    """Whether a screen must not take the place of another, because a sign or number that was meant for that one would
    press what cannot be undone."""
    if request.capabilities.buttons is not Level.NONE:
        return False
    return any(isinstance(button.does, Action) and destroys(button.does) for row in screen.rows for button in row)


def place_of(error: BaseException) -> str:
    """File and line where an error arose, for a log that must not hold its message."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 2)[-1]}:{frames[-1].lineno}" if frames else ""
