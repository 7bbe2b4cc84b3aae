"""One event to its handler, and the handler's answer to the delivery ledger."""

from __future__ import annotations

import re
import traceback
from dataclasses import replace

from bot.forms import FormPress, answer_form, cancel_form, draft_here, open_form, press_form
from bot.request import Answer, Reply, Request, Start, Toast
from core.chat.actions import Unknown, read_action
from core.chat.capabilities import Level
from core.chat.events import Attached, Deleted, Edited, Event, Joined, Left, Moved, Pressed, Said, SharedContact
from core.chat.phrases import Text, phrase
from core.chat.screens import Paragraph, Screen
from core.delivery import Copy, CopyAt, LatestMenu, Priority, Revise, Send, ToChat

Plain = Screen | Toast

_COMMAND = re.compile(r"[/!](?P<name>[a-z0-9_]{1,32})(?:@\S+)?(?:\s+(?P<words>.*))?", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"\s*(\d{1,3})[.)]?\s*")


def route(request: Request) -> Reply:
    """The reply of whoever answers to this event. Raises `Refused` for what the domain refuses."""
    event, person = request.event, request.visitor.person
    if person is not None and not person.active:
        return _heard(request)
    match event:
        case Pressed():
            return _pressed(request, event)
        case Joined() | Left() | Moved() | Edited() | Deleted():
            return _heard(request)
        case Said() if (command := _COMMAND.fullmatch(event.text.strip())) is not None:
            return _command(request, command["name"].lower(), (command["words"] or "").strip())
    if not event.private:
        return None
    chosen = _typed_choice(request)
    if chosen is not None:
        return _pressed(request, chosen)
    draft = draft_here(request)
    if draft is not None and isinstance(event, Said | Attached | SharedContact):
        return answer_form(request, draft, event)
    return _heard(request)


def _command(request: Request, name: str, words: str) -> Reply:
    if name == "cancel":
        draft = draft_here(request)
        if draft is not None:
            return cancel_form(request, draft)
    known = request.house.commands.get(name)
    if known is None:
        return _stranger_or(request, phrase("I do not know this command. See /help."))
    if not request.may(known.right):
        return _stranger_or(request, phrase("You are not allowed to do this. See /help for what you can do."))
    if not request.event.private and known.right.roles:
        return Screen(blocks=(Paragraph((phrase("Please write to me in a private chat."),)),), quiet=True)
    return known.handler(request, words)


def _stranger_or(request: Request, text: Text) -> Reply:
    """Strangers always get the door, and never learn which commands exist."""
    return _heard(request) if request.visitor.person is None else Toast(text)


def _pressed(request: Request, press: Pressed) -> Reply:
    request.copy = request.uow.ask(CopyAt(press.messenger, press.chat, press.message))
    action = read_action(press.data)
    if isinstance(action, FormPress):
        return press_form(request, action)
    known = request.house.actions.get(type(action))
    if isinstance(action, Unknown) or known is None:
        return _outdated(request)
    if not request.may(known.right):
        return Toast(phrase("You are not allowed to do this."))
    return known.handler(request, action)


def _outdated(request: Request) -> Reply:
    if request.visitor.person is None:
        return _heard(request)
    menu = request.house.commands["menu"].handler(request, "")
    return (Toast(phrase("This menu is out of date. Here is a fresh one.")), *(_answers(menu)))


def _heard(request: Request) -> Reply:
    listener = request.house.listeners.get(type(request.event))
    if listener is None or not request.may(listener.right):
        listener = request.house.listeners.get(Event)
    return listener.handler(request, request.event) if listener is not None else None


def _typed_choice(request: Request) -> Pressed | None:
    """Where there are no buttons, the number or the label of an option presses it: of the last menu, or of the one
    that the text replies to."""
    event = request.event
    if not isinstance(event, Said) or request.capabilities.buttons is not Level.NONE:
        return None
    if event.reply_to is not None:
        menu = request.uow.ask(CopyAt(event.messenger, event.chat, event.reply_to))
    else:
        menu = request.uow.ask(LatestMenu(event.messenger, event.chat))
    if menu is None:
        return None
    data = _chosen(menu, event.text)
    if data is None:
        return None
    return Pressed(
        messenger=event.messenger,
        id=event.id,
        at=event.at,
        account=event.account,
        chat=event.chat,
        private=event.private,
        name=event.name,
        language=event.language,
        data=data,
        message=menu.native,
    )


def _chosen(menu: Copy, text: str) -> str | None:
    number = _NUMBER.fullmatch(text)
    if number is not None:
        position = int(number[1]) - 1
        return menu.choices[position].data if 0 <= position < len(menu.choices) else None
    said = text.strip().casefold()
    return next((choice.data for choice in menu.choices if choice.label.casefold() == said), None)


def answers(request: Request, reply: Reply) -> tuple[Plain, ...]:
    """A reply as screens and toasts: a form that a handler starts is opened and asks its first question."""
    plain: list[Plain] = []
    for answer in _answers(reply):
        if isinstance(answer, Start):
            plain.extend(answers(request, open_form(request, answer)))
        else:
            plain.append(answer)
    return tuple(plain)


def _answers(reply: Reply) -> tuple[Answer, ...]:
    if reply is None:
        return ()
    return reply if isinstance(reply, tuple) else (reply,)


def plan(request: Request, shown: tuple[Plain, ...]) -> Text | None:
    """Puts the answers into the ledger; the toast that the messenger shows by itself, where it can."""
    toast: Text | None = None
    copy = request.copy
    for answer in shown:
        if isinstance(answer, Toast):
            if isinstance(request.event, Pressed) and request.capabilities.toasts is not Level.NONE:
                toast = answer.text
                continue
            screen = Screen(blocks=(Paragraph((answer.text,)),), fresh=True)
        else:
            screen = answer
        if copy is not None and not copy.shared and not screen.fresh:
            request.uow.apply(Revise(copy.message_id, screen))
            message_id, copy = copy.message_id, None
        else:
            send = Send(content=replace(screen, fresh=False), to=_here(request), priority=Priority.REPLY)
            message_id = request.uow.apply(send)
        if request.question is not None:
            request.question.message_id = message_id
    return toast


def _here(request: Request) -> ToChat:
    visitor = request.visitor
    return ToChat(
        request.event.messenger,
        request.event.chat,
        visitor.account.id if visitor.account else None,
        visitor.person.id if visitor.person else None,
    )


def place_of(error: BaseException) -> str:
    """File and line where an error arose, for a log that must not hold its message."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 2)[-1]}:{frames[-1].lineno}" if frames else ""
