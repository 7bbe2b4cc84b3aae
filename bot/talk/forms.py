"""Conversations step by step: a form asks, checks, goes back, and keeps what was said in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated

from bot.talk.menu import TO_MENU
from bot.talk.questions import Answers, Form, Step, Taken, Value, Wrong
from bot.talk.request import Answer, Reply, Request, Start, Toast
from core.chat.actions import Action, Limit
from core.chat.codec import dump, load
from core.chat.events import Attached, Event
from core.chat.phrases import Command, Phrase, phrase
from core.chat.screens import Button, Italic, Paragraph, Row, Screen, Sign
from core.delivery import Revise
from core.drafts import DraftIn, DraftsOf, FormDraft
from core.unit_of_work import Refused, UnitOfWork


class Control(Enum):
    """What a button under a question does."""

    PICK = "p"
    DONE = "d"
    BACK = "b"
    SKIP = "s"
    CANCEL = "c"
    RESUME = "r"


@dataclass(frozen=True, slots=True)
class FormPress(Action, code="f"):
    """A button under the question number `version` of the form `draft`."""

    draft: int
    version: int
    control: Control
    value: Annotated[str, Limit(24)] = ""


class NotFinished(Refused):
    """What a form was to carry out at its end was refused: the form has to end all the same, or to ask on."""

    def __init__(self, reason: Phrase, draft_id: int) -> None:
        super().__init__(reason)
        self.draft_id = draft_id


def open_form(request: Request, start: Start) -> Reply:
    """Begins a form in the chat of the request; one that was open there is put aside, not lost."""
    form = request.house.forms[start.form.code]
    assert isinstance(form, Form)
    if not request.may(form.right):
        return Toast(phrase("You are not allowed to do this."))
    _put_aside(request)
    values: dict[str, object] = {name: dump(value) for name, value in start.values}
    answers = _answers(values)
    draft = FormDraft(
        messenger=request.event.messenger,
        chat=request.event.chat,
        account=request.event.account,
        person_id=request.visitor.person.id if request.visitor.person else None,
        form=form.code,
        step=_unanswered(form, answers).name,
        values=values,
        started_at=request.now,
        updated_at=request.now,
    )
    request.uow.add(draft)
    request.uow.flush()
    return _ask(request, form, draft)


def draft_here(request: Request) -> FormDraft | None:
    """The form that is open in the chat of the request."""
    event = request.event
    return request.uow.ask(DraftIn(event.messenger, event.chat, event.account))


def answer_form(request: Request, draft: FormDraft, event: Event) -> Reply:
    """A message in a chat where a form is open."""
    form = _form(request, draft)
    if form is None:
        return _outdated()
    step = _step(form, draft)
    reply = _proceed(request, form, draft, step, step.take(request, _answers(draft.values), event))
    album = event.album if isinstance(event, Attached) else None
    if album is not None and album == draft.album and draft.message_id is not None and isinstance(reply, tuple):
        return _again(request, draft.message_id, reply)
    draft.album = album
    return reply


def _again(request: Request, message_id: int, reply: tuple[Answer, ...]) -> Reply:
    """The further pictures of an album change the question that the first one got, instead of asking anew."""
    for answer in reply:
        if isinstance(answer, Screen):
            request.uow.apply(Revise(message_id, replace(answer, fresh=False)))
    return None


def press_form(request: Request, press: FormPress) -> Reply:
    """A button under a question."""
    draft = request.uow.get(FormDraft, press.draft)
    person = request.visitor.person
    if draft is None or person is None or draft.person_id != person.id:
        return _outdated()
    form = _form(request, draft)
    if form is None:
        return _outdated()
    if press.control is Control.RESUME:
        return _resume(request, form, draft)
    if press.version != draft.version or not draft.chat:
        return (Toast(phrase("This question has been answered already.")), *_as_fresh(_ask(request, form, draft)))
    if press.control is Control.CANCEL:
        return cancel_form(request, draft)
    return _control(request, form, draft, press)


def cancel_form(request: Request, draft: FormDraft) -> Reply:
    """Ends a form without carrying it out."""
    form = request.house.forms.get(draft.form)
    request.uow.remove(draft)
    title: Phrase | str = form.title if form is not None else draft.form
    rows = (*unfinished(request, draft), TO_MENU)
    return Screen(blocks=(Paragraph((phrase("Cancelled: {title}.", title=title),)),), rows=rows)


def unfinished(request: Request, apart_from: FormDraft | None = None) -> tuple[Row, ...]:
    """A button for each form that the person can go on with, also one begun in another messenger."""
    person = request.visitor.person
    if person is None:
        return ()
    rows: list[Row] = []
    for draft in request.uow.ask(DraftsOf(person.id)):
        form = request.house.forms.get(draft.form)
        if form is not None and (apart_from is None or draft.id != apart_from.id):
            label = phrase("▶️ Continue: {title}", title=form.title)
            rows.append((Button(label, FormPress(draft.id, draft.version, Control.RESUME)),))
    return tuple(rows)


def _control(request: Request, form: Form, draft: FormDraft, press: FormPress) -> Reply:
    step = _step(form, draft)
    answers = _answers(draft.values)
    match press.control:
        case Control.BACK:
            path = form.path(answers)
            position = path.index(step)
            return _move(request, form, draft, path[max(0, position - 1)])
        case Control.SKIP if step.optional:
            return _proceed(request, form, draft, step, Value(None))
        case Control.DONE:
            return _proceed(request, form, draft, step, Value(answers.value(step.name)))
        case _:
            return _proceed(request, form, draft, step, step.pick(request, answers, press.value))


def _proceed(request: Request, form: Form, draft: FormDraft, step: Step, taken: Taken) -> Reply:
    if isinstance(taken, Wrong):
        draft.updated_at = request.now
        return _ask(request, form, draft, taken.reason)
    draft.values = {**draft.values, step.name: dump(taken.value)}
    if taken.stay:
        return _move(request, form, draft, step)
    path = form.path(_answers(draft.values))
    position = path.index(step)
    if position + 1 < len(path):
        return _move(request, form, draft, path[position + 1])
    answers, draft_id = _answers(draft.values), draft.id
    request.uow.remove(draft)
    request.uow.flush()
    try:
        return form.finish(request, answers)
    except Refused as refused:
        raise NotFinished(refused.reason, draft_id) from refused


def refused_form(request: Request, refusal: NotFinished) -> Reply:
    """Ends a form whose end was refused, or asks on, in a transaction after the one that was undone."""
    draft = request.uow.get(FormDraft, refusal.draft_id)
    form = None if draft is None else _form(request, draft)
    if draft is not None and form is not None and form.corrected and draft.chat:
        draft.version += 1
        with suppress(Refused):  # then it is not the answers that have to be corrected
            return _as_fresh(_ask(request, form, draft, refusal.reason))
    if draft is not None:
        request.uow.remove(draft)
    return Toast(refusal.reason)


def _move(request: Request, form: Form, draft: FormDraft, step: Step) -> Reply:
    draft.step = step.name
    draft.version += 1
    draft.updated_at = request.now
    return _ask(request, form, draft)


def _ask(request: Request, form: Form, draft: FormDraft, wrong: Phrase | None = None) -> tuple[Screen, ...]:
    """The question with its controls: the reason first when the answer before it was wrong."""
    answers = _answers(draft.values)
    step = _step(form, draft)
    path = form.path(answers)
    number = path.index(step) + 1
    question = step.question(request, answers)

    def button(label: str | Phrase, control: Control, value: str = "") -> Button:
        sign = Sign.BACK if control is Control.BACK else None
        return Button(label, FormPress(draft.id, draft.version, control, value), sign)

    rows: list[Row] = [
        tuple(button(option.label, Control.PICK, option.value) for option in row) for row in question.options
    ]
    if question.done is not None:
        rows.append((button(question.done, Control.DONE),))
    controls = [button(phrase("‹ Back"), Control.BACK)] if number > 1 else []
    if step.optional and question.done is None:
        controls.append(button(phrase("Skip"), Control.SKIP))
    controls.append(button(phrase("✕ Cancel"), Control.CANCEL))
    rows.extend((*question.screen.rows, tuple(controls)))
    earlier = path[: number - 1] if not question.before else ()  # a preview shows everything itself
    blocks = (_progress(form, number, len(path)), *_recalled(request, earlier, answers), *question.screen.blocks)
    if wrong is not None:
        blocks = (Paragraph(("⚠️ ", wrong)), *blocks)
    screen = replace(question.screen, blocks=blocks, rows=tuple(rows))
    request.question = draft
    before = tuple(replace(shown, fresh=True) for shown in question.before)
    return (*before, replace(screen, fresh=True) if before else screen)


def _progress(form: Form, number: int, total: int) -> Paragraph:
    title = phrase("{title} · step {number} of {total}", title=form.title, number=number, total=total)
    return Paragraph((Italic(title if total > 1 else form.title),))


def _recalled(request: Request, asked: Sequence[Step], answers: Answers) -> tuple[Paragraph, ...]:
    """What was chosen by buttons: it is seen nowhere else, because a question turns in place into the next."""
    chosen = [text for step in asked if (text := step.chosen(request, answers)) is not None]
    spans = tuple(span for text in chosen for span in (" · ", text))[1:]
    return (Paragraph(spans),) if spans else ()


def _resume(request: Request, form: Form, draft: FormDraft) -> Reply:
    _put_aside(request, apart_from=draft)
    event = request.event
    draft.messenger, draft.chat, draft.account = event.messenger, event.chat, event.account
    return _move(request, form, draft, _step(form, draft))


def _put_aside(request: Request, apart_from: FormDraft | None = None) -> None:
    """Closes the form that is open in this chat, keeping it to be resumed from the menu."""
    other = draft_here(request)
    if other is not None and other is not apart_from:
        other.chat = ""
        request.uow.flush()


def _form(request: Request, draft: FormDraft) -> Form | None:
    form = request.house.forms.get(draft.form)
    return form if isinstance(form, Form) and request.may(form.right) else None


def _step(form: Form, draft: FormDraft) -> Step:
    path = form.path(_answers(draft.values))
    return next((step for step in path if step.name == draft.step), path[0])


def _unanswered(form: Form, answers: Answers) -> Step:
    path = form.path(answers)
    return next((step for step in path if step.name not in answers), path[-1])


def _answers(values: Mapping[str, object]) -> Answers:
    return Answers({name: load(value) for name, value in values.items()})  # type: ignore[arg-type]  # dumped by us


def _as_fresh(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(replace(answer, fresh=True) if isinstance(answer, Screen) else answer for answer in answers)


def _outdated() -> Toast:
    return Toast(phrase("This form is closed. Start again from {menu}.", menu=Command("menu")))


def forget_drafts(uow: UnitOfWork, person_id: int) -> None:
    """Removes every open form of a person, when the person leaves."""
    for draft in uow.ask(DraftsOf(person_id)):
        uow.remove(draft)
