"""How a form is left before its end: given up, which asks first when something was written in it, or put aside."""

from __future__ import annotations

from bot.talk.answered import messages
from bot.talk.asking import Control, FormPress
from bot.talk.menu import TO_MENU
from bot.talk.request import Reply, Request
from core.chat.blocks import Bold, Paragraph
from core.chat.phrases import Command, Phrase, phrase
from core.chat.screens import Button, Row, Screen, Sign
from core.drafts import DraftIn, DraftsOf, FormDraft


def draft_in_chat(request: Request) -> FormDraft | None:
    """The form that is open in the chat of the request."""
    event = request.event
    return request.uow.ask(DraftIn(event.messenger, event.chat, event.account))


def cancel_form(request: Request, draft: FormDraft) -> Reply:
    """Ends a form without carrying it out; one in which something was written is given up only after a question."""
    form = request.house.forms.get(draft.form)
    if form is None or not messages(draft):
        return discard_form(request, draft)
    draft.version += 1
    draft.updated_at = request.now
    request.question = draft

    def button(label: Phrase, control: Control, sign: Sign | None = None) -> Button:
        return Button(label, FormPress(draft.id, draft.version, control), sign)

    ask = phrase("Discard what you have written?")
    else_ = phrase("“{title}” can also wait: you will find it under {menu}.", title=form.title, menu=Command("menu"))
    rows = (
        (button(phrase("🗑 Discard"), Control.DISCARD), button(phrase("⏸ Put aside"), Control.ASIDE)),
        (button(phrase("‹ Back"), Control.KEEP, Sign.BACK),),
    )
    return Screen(blocks=(Paragraph((Bold(ask),)), Paragraph((else_,))), rows=rows, binding=True)


def discard_form(request: Request, draft: FormDraft) -> Reply:
    """Ends a form without carrying it out."""
    form = request.house.forms.get(draft.form)
    request.answered = draft.message_id
    request.uow.remove(draft)
    title: Phrase | str = form.title if form is not None else draft.form
    return _left(request, phrase("Cancelled: {title}.", title=title), apart_from=draft)


def leave_aside(request: Request, draft: FormDraft) -> Reply:
    """Closes a form, to be gone on with some other time."""
    title = request.house.forms[draft.form].title
    put_aside(request)
    return _left(request, phrase("Put aside: {title}.", title=title))


def put_aside(request: Request, apart_from: FormDraft | None = None) -> FormDraft | None:
    """Closes the form that is open in this chat, keeping it to be gone on with from the menu; which one that was."""
    other = draft_in_chat(request)
    if other is None or other is apart_from:
        return None
    request.answered = other.message_id
    other.chat = ""
    request.uow.flush()
    return other


def told_aside(request: Request, other: FormDraft | None) -> Phrase | None:
    """What is said of a form that made room for another, when something was written in it."""
    form = None if other is None or not messages(other) else request.house.forms.get(other.form)
    if form is None:
        return None
    return phrase("⏸ “{title}” is put aside; you will find it under {menu}.", title=form.title, menu=Command("menu"))


def waiting(request: Request, draft: FormDraft) -> Reply:
    """What a button of a form says that is not open in this chat."""
    title = request.house.forms[draft.form].title
    blocks = (Paragraph((phrase("“{title}” is put aside. You can go on with it.", title=title),)),)
    return Screen(blocks=blocks, rows=(_resuming(title, draft), TO_MENU))


def unfinished(request: Request, apart_from: FormDraft | None = None) -> tuple[Row, ...]:
    """A button for each form that the person can go on with, also one begun in another messenger."""
    person = request.visitor.person
    if person is None:
        return ()
    rows: list[Row] = []
    for draft in request.uow.ask(DraftsOf(person.id)):
        form = request.house.forms.get(draft.form)
        if form is not None and (apart_from is None or draft.id != apart_from.id):
            rows.append(_resuming(form.title, draft))
    return tuple(rows)


def _resuming(title: Phrase, draft: FormDraft) -> Row:
    return (Button(phrase("▶️ Continue: {title}", title=title), FormPress(draft.id, draft.version, Control.RESUME)),)


def _left(request: Request, told: Phrase, apart_from: FormDraft | None = None) -> Screen:
    return Screen(blocks=(Paragraph((told,)),), rows=(*unfinished(request, apart_from), TO_MENU))
