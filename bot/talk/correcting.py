"""A message that its sender has edited corrects the answer that it was, as long as the form is open."""

from __future__ import annotations

from bot.talk.answered import answered, said_in
from bot.talk.asking import answers_of, noting, step_of
from bot.talk.forms import form_of, move, proceed
from bot.talk.questions import Wrong
from bot.talk.request import Reply, Request
from core.chat.codec import dump
from core.chat.events import Edited
from core.chat.phrases import phrase
from core.chat.screens import screen
from core.drafts import FormDraft


def correct_form(request: Request, draft: FormDraft, event: Edited) -> Reply:
    """The answer to a step is changed by an edit of the message that it came in; None for any other message."""
    form = form_of(request, draft)
    known = None if form is None else answered(form, draft, event.message)
    if form is None or known is None:
        return None
    step, content = known
    taken = step.correct(request, answers_of(draft.values), said_in(event), content)
    if taken is None:
        return None
    asked = step_of(form, draft)
    if step is asked:
        return proceed(request, form, draft, step, taken)
    if isinstance(taken, Wrong):
        return screen(None, phrase("⚠️ Your earlier answer stays as it was: {reason}", reason=taken.reason))
    draft.values = {**draft.values, step.name: dump(taken.value)}
    return noting(phrase("✏️ Your earlier answer is changed."), move(request, form, draft, asked))
