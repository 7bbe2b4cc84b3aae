"""The question that a form asks now, with what stands around it: how far it is, what was chosen, and the controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated

from bot.talk.previews import show_above
from bot.talk.questions import Answers, Form, Step
from bot.talk.request import Reply, Request
from core.chat.actions import Action, Limit
from core.chat.blocks import Italic, Paragraph
from core.chat.codec import load
from core.chat.phrases import Phrase, phrase
from core.chat.screens import Button, Row, Screen, Sign
from core.drafts import FormDraft


class Control(Enum):
    """What a button under a question does."""

    PICK = "p"
    DONE = "d"
    BACK = "b"
    SKIP = "s"
    CANCEL = "c"
    RESUME = "r"
    KEEP = "k"
    ASIDE = "a"
    DISCARD = "x"


@dataclass(frozen=True, slots=True)
class FormPress(Action, code="f"):
    """A button under the question number `version` of the form `draft`."""

    draft: int
    version: int
    control: Control
    value: Annotated[str, Limit(24)] = ""


_SIGNS = {Control.BACK: Sign.BACK, Control.CANCEL: Sign.CANCEL}


def ask(request: Request, form: Form, draft: FormDraft, wrong: Phrase | None = None) -> tuple[Screen, ...]:
    """The question with its controls: the reason first when the answer before it was wrong."""
    answers = answers_of(draft.values)
    step = step_of(form, draft)
    path = form.path(answers)
    number = path.index(step) + 1
    question = step.question(request, answers)

    def button(label: str | Phrase, control: Control, value: str = "") -> Button:
        return Button(label, FormPress(draft.id, draft.version, control, value), _SIGNS.get(control))

    rows: list[Row] = [
        tuple(button(option.label, Control.PICK, option.value) for option in row) for row in question.options
    ]
    if question.done is not None:
        rows.append((button(question.done, Control.DONE),))
    controls = [button(phrase("‹ Back"), Control.BACK)] if number > 1 or step.begun(answers) else []
    if step.optional and question.done is None:
        controls.append(button(phrase("Skip"), Control.SKIP))
    controls.append(button(phrase("✕ Cancel"), Control.CANCEL))
    rows.extend((*question.screen.rows, tuple(controls)))
    earlier = path[: number - 1] if question.before is None else ()  # a preview shows everything itself
    blocks = (_progress(form, number, len(path)), *_recalled(request, earlier, answers), *question.screen.blocks)
    if wrong is not None:
        blocks = (Paragraph(("⚠️ ", wrong)), *blocks)
    screen = replace(question.screen, blocks=blocks, rows=tuple(rows))
    request.question = draft
    stays = question.before is None or show_above(request, draft, question.before)
    return (screen if stays else replace(screen, fresh=True),)


def noting(note: Phrase, answers: Reply) -> Reply:
    """The answers, with a note before the question at their end, which is then a new message."""
    *before, question = answers if isinstance(answers, tuple) and answers else (None,)
    if not isinstance(question, Screen):
        return answers
    return (*before, replace(question, blocks=(Paragraph((note,)), *question.blocks), fresh=True))


def _progress(form: Form, number: int, total: int) -> Paragraph:
    title = phrase("{title} · step {number} of {total}", title=form.title, number=number, total=total)
    return Paragraph((Italic(title if total > 1 else form.title),))


def _recalled(request: Request, asked: Sequence[Step], answers: Answers) -> tuple[Paragraph, ...]:
    """What was chosen by buttons: it is seen nowhere else, because a question turns in place into the next."""
    chosen = [text for step in asked if (text := step.chosen(request, answers)) is not None]
    spans = tuple(span for text in chosen for span in (" · ", text))[1:]
    return (Paragraph(spans),) if spans else ()


def step_of(form: Form, draft: FormDraft) -> Step:
    """The step that is asked now."""
    path = form.path(answers_of(draft.values))
    return next((step for step in path if step.name == draft.step), path[0])


def answers_of(values: Mapping[str, object]) -> Answers:
    """What a draft keeps, as answers."""
    return Answers({name: load(value) for name, value in values.items()})  # type: ignore[arg-type]  # dumped by us
