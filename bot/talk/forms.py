"""Conversations step by step: a form asks, checks, goes back, and keeps what was said in the database."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.talk.answered import files_step, remember, said_in
from bot.talk.asking import Control, FormPress, answers_of, ask, noting, step_of
from bot.talk.leaving import cancel_form, discard_form, draft_in_chat, leave_aside, put_aside, told_aside, waiting
from bot.talk.over import outdated, over
from bot.talk.pausing import IN_A_ROW, Paused, ask_below, wait
from bot.talk.questions import Answers, Form, Step, Taken, Value, Wrong
from bot.talk.refusing import not_allowed
from bot.talk.request import Answer, Reply, Request, Start, Toast, parts_of
from core.chat.codec import dump
from core.chat.events import Attached, Event
from core.chat.files import Media
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Screen, paragraph
from core.delivery import Revise, Withdraw
from core.drafts import DraftsOf, FormDraft
from core.unit_of_work import Refused, UnitOfWork


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
        return not_allowed(request, form.right)
    aside = told_aside(request, put_aside(request))
    values: dict[str, object] = {name: dump(value) for name, value in start.values}
    answers = answers_of(values)
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
    return _beside(aside, ask(request, form, draft))


def draft_here(request: Request) -> FormDraft | None:
    """The form that is open in the chat of the request; not one of a room that is switched off."""
    draft = draft_in_chat(request)
    return draft if draft is not None and draft.form in request.house.forms else None


def turn_to(draft: FormDraft, step: str, **values: object) -> None:
    """Has a form go on with another step, and keeps what its room has to know there."""
    draft.step = step
    draft.values = {**draft.values, **values}


def answer_form(request: Request, draft: FormDraft, event: Event) -> Reply:
    """A message in a chat where a form is open."""
    form = form_of(request, draft)
    if form is None:
        return outdated()
    step = step_of(form, draft)
    files = files_step(form, draft)
    further = _is_further_file(request, draft, step, event)
    if files is not None and isinstance(event, Attached) and _belongs_to_files(step, draft, event):
        reply = _with_file(request, form, draft, files, event)
    elif isinstance(event, Attached) and step.takes_text and event.caption:
        taken = step.take(request, answers_of(draft.values), said_in(event))
        remember(draft, step, event)
        left_out = Toast(phrase("Only the text was taken: a file has no place here."))
        reply = (left_out, *parts_of(proceed(request, form, draft, step, taken)))
    else:
        taken = step.take(request, answers_of(draft.values), event)
        remember(draft, step, event)
        reply = proceed(request, form, draft, step, taken)
    album = event.album if isinstance(event, Attached) else None
    if album is not None and album == draft.album and draft.message_id is not None and isinstance(reply, tuple):
        return _again(request, draft.message_id, reply)
    draft.album = album
    if further and draft.message_id is not None and isinstance(reply, tuple):
        ask_below(request, draft)
        return _again(request, draft.message_id, reply)
    return reply


def _is_further_file(request: Request, draft: FormDraft, step: Step, event: Event) -> bool:
    """Whether somebody sends files one by one: all of them get one question, as those of an album do."""
    before = answers_of(draft.values).value(step.name)
    soon = request.now - draft.updated_at <= IN_A_ROW
    return isinstance(event, Attached) and step.takes_files and step.gathers and bool(before) and soon


def _belongs_to_files(step: Step, draft: FormDraft, event: Attached) -> bool:
    """Whether a file came that is no answer to the step: at a question for a text, or as the rest of an album."""
    rest = event.album is not None and event.album == draft.album
    return (step.takes_text or rest) and not step.takes_files and event.attachment.media is not Media.VOICE


def _with_file(request: Request, form: Form, draft: FormDraft, files: Step, event: Attached) -> Reply:
    """A file at another question is kept for the step that asks for files. Where a text is asked for, its caption is
    that text; otherwise it stays with it."""
    step, answers = step_of(form, draft), answers_of(draft.values)
    is_text = bool(event.caption) and step.takes_text
    kept = files.take(request, answers, replace(event, caption="", rich=()) if is_text else event)
    if isinstance(kept, Value) and kept.refused is not None:
        kept = Wrong(kept.refused)
    if isinstance(kept, Wrong):
        return _wrong(request, form, draft, step, kept)
    draft.values = {**draft.values, files.name: dump(kept.value)}
    count = len(kept.value) if isinstance(kept.value, tuple) else 1
    noted = plural("📎 {n} file is attached.", "📎 {n} files are attached.", n=count)
    if not is_text:
        remember(draft, files, event)
        return noting(noted, move(request, form, draft, step))
    remember(draft, step, event)
    taken = step.take(request, answers_of(draft.values), said_in(event))
    return noting(noted, proceed(request, form, draft, step, taken))


def _again(request: Request, message_id: int, reply: tuple[Answer, ...]) -> Reply:
    """The further pictures of an album change the question that the first one got, instead of asking anew."""
    for answer in reply:
        if isinstance(answer, Screen):
            request.uow.apply(Revise(message_id, replace(answer, fresh=False), asked=True))
    return None


def press_form(request: Request, press: FormPress) -> Reply:
    """A button under a question."""
    draft = request.uow.get(FormDraft, press.draft)
    person = request.visitor.person
    if draft is None:
        return over(request, press)
    if person is None or draft.person_id != person.id:
        return outdated()
    closed = request.house.closed(draft.form)
    if closed is not None:
        return Toast(switched_off(closed))
    form = form_of(request, draft)
    if form is None:
        return outdated()
    if press.control is Control.RESUME:
        return _resume(request, form, draft)
    if (draft.messenger, draft.chat) != (request.event.messenger, request.event.chat):
        return waiting(request, draft)
    if press.control is Control.CANCEL:
        return cancel_form(request, draft)
    if press.version != draft.version:
        return (Toast(phrase("This question has been answered already.")), *_as_fresh(ask(request, form, draft)))
    return _control(request, form, draft, press)


def _control(request: Request, form: Form, draft: FormDraft, press: FormPress) -> Reply:
    step = step_of(form, draft)
    answers = answers_of(draft.values)
    match press.control:
        case Control.BACK:
            path = form.path(answers)
            position = path.index(step)
            if step.begun(answers):
                return move(request, form, _undone(draft, step), step)
            return move(request, form, draft, path[max(0, position - 1)])
        case Control.DISCARD:
            return discard_form(request, draft)
        case Control.ASIDE:
            return leave_aside(request, draft)
        case Control.KEEP:
            return move(request, form, draft, step)
        case Control.SKIP if step.optional:
            return proceed(request, form, draft, step, Value(None))
        case Control.DONE:
            return proceed(request, form, draft, step, step.done(request, answers))
        case _:
            return proceed(request, form, draft, step, step.pick(request, answers, press.value))


def proceed(request: Request, form: Form, draft: FormDraft, step: Step, taken: Taken) -> Reply:
    """Goes on with what was answered to a step, which is asked now: the next question, the end, or why not."""
    if isinstance(taken, Wrong):
        return _wrong(request, form, draft, step, taken)
    draft.values = {**draft.values, step.name: dump(taken.value)}
    if taken.waits:
        wait(request, draft)
        return None
    if taken.stay:
        return move(request, form, draft, step)
    path = form.path(answers_of(draft.values))
    position = path.index(step)
    if position + 1 < len(path):
        return move(request, form, draft, path[position + 1])
    answers, draft_id = answers_of(draft.values), draft.id
    request.answered = draft.message_id
    request.uow.remove(draft)
    request.uow.flush()
    try:
        return form.finish(request, answers)
    except Refused as refused:
        raise NotFinished(refused.reason, draft_id) from refused


def _wrong(request: Request, form: Form, draft: FormDraft, step: Step, wrong: Wrong) -> Reply:
    """Asks anew, with the reason. What was understood before is forgotten, and its question out of date."""
    if step.begun(answers_of(draft.values)):
        _undone(draft, step)
    draft.version += 1
    draft.updated_at = request.now
    return ask(request, form, draft, wrong.reason)


def _undone(draft: FormDraft, step: Step) -> FormDraft:
    draft.values = {name: value for name, value in draft.values.items() if name != step.name}
    return draft


def refused_form(request: Request, refusal: NotFinished) -> Reply:
    """Ends a form whose end was refused, or asks on, in a transaction after the one that was undone."""
    draft = request.uow.get(FormDraft, refusal.draft_id)
    form = None if draft is None else form_of(request, draft)
    if draft is not None and form is not None and form.corrected and draft.chat:
        draft.version += 1
        with suppress(Refused):  # then it is not the answers that have to be corrected
            return _as_fresh(ask(request, form, draft, refusal.reason))
    if draft is not None:
        request.answered = draft.message_id
        request.uow.remove(draft)
    return Toast(refusal.reason)


def move(request: Request, form: Form, draft: FormDraft, step: Step) -> tuple[Screen, ...]:
    """Asks a step."""
    draft.step = step.name
    draft.version += 1
    draft.updated_at = request.now
    return ask(request, form, draft)


def _resume(request: Request, form: Form, draft: FormDraft) -> Reply:
    aside = told_aside(request, put_aside(request, apart_from=draft))
    event = request.event
    draft.messenger, draft.chat, draft.account = event.messenger, event.chat, event.account
    return _beside(aside, move(request, form, draft, step_of(form, draft)))


def _beside(aside: Phrase | None, asked: Reply) -> Reply:
    return asked if aside is None else noting(aside, asked)


def form_of(request: Request, draft: FormDraft) -> Form | None:
    """The form of a draft; None when it is not there any more, or not for this person."""
    form = request.house.forms.get(draft.form)
    return form if isinstance(form, Form) and request.acts_by(form.right) else None


def _unanswered(form: Form, answers: Answers) -> Step:
    path = form.path(answers)
    return next((step for step in path if step.name not in answers), path[-1])


def _as_fresh(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(replace(answer, fresh=True) if isinstance(answer, Screen) else answer for answer in answers)


def switched_off(title: Phrase) -> Phrase:
    """Why nothing of a room works."""
    return phrase("“{title}” is switched off in this company. An admin can switch it on again.", title=title)


def asked_after_pause(request: Request, event: Paused) -> Reply:
    """The question of a form to which nothing more came for a moment."""
    draft = request.uow.get(FormDraft, event.draft)
    if draft is None or draft.version != event.version or not draft.chat:
        return None
    form = form_of(request, draft)
    if form is None:
        return None
    if not event.above or draft.message_id is None:
        return move(request, form, draft, step_of(form, draft))
    tombstone = Screen(blocks=(paragraph(form.title),))
    request.uow.apply(Withdraw(draft.message_id, tombstone))
    return tuple(replace(screen, quiet=True) for screen in move(request, form, draft, step_of(form, draft)))


def forget_drafts(uow: UnitOfWork, person_id: int) -> None:
    """Removes every open form of a person, when the person leaves."""
    for draft in uow.ask(DraftsOf(person_id)):
        uow.remove(draft)
