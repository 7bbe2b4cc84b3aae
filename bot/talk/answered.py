"""Which message answered which step of a form, for the case that it is edited, and what of a message is an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from bot.talk.asking import answers_of
from bot.talk.questions import Form, Step
from core.chat.codec import dump
from core.chat.events import Attached, Edited, Event, Said
from core.drafts import FormDraft

_MESSAGES = "@"
"""Under this name a draft keeps which message answered which step: no step has it."""
_FILE = "/"
"""Between the name of a step and the content of the file that came in the message."""


def remember(draft: FormDraft, step: Step, event: Event) -> None:
    """Keeps which message answered a step. An earlier answer to it counts no more, unless the step gathers them."""
    if not isinstance(event, Said | Attached) or not event.message:
        return
    known = messages(draft)
    if not step.gathers:
        known = {native: name for native, name in known.items() if name != step.name}
    content = f"{_FILE}{event.attachment.content}" if isinstance(event, Attached) and step.takes_files else ""
    draft.values = {**draft.values, _MESSAGES: dump({**known, event.message: step.name + content})}


def messages(draft: FormDraft) -> dict[str, str]:
    """The steps by the messages that answered them, with the contents of files behind them."""
    known = answers_of(draft.values).value(_MESSAGES)
    return {str(native): str(name) for native, name in known.items()} if isinstance(known, Mapping) else {}


def answered(form: Form, draft: FormDraft, message: str) -> tuple[Step, str] | None:
    """The step that a message answered, and the content of the file that came in it; None for any other message."""
    name, _, content = messages(draft).get(message, "").partition(_FILE)
    step = next((step for step in form.path(answers_of(draft.values)) if step.name == name), None)
    return None if step is None else (step, content)


def files_step(form: Form, draft: FormDraft) -> Step | None:
    """The step of a form that takes files, where it has one."""
    return next((step for step in form.path(answers_of(draft.values)) if step.takes_files), None)


def said_in(event: Edited | Attached) -> Said:
    """What a message says beside its file, or since it was edited, as if it had been said alone."""
    origin = {field.name: getattr(event, field.name) for field in fields(Event)}
    text = event.text if isinstance(event, Edited) else event.caption
    return Said(**origin, text=text, rich=event.rich, message=event.message)
