"""What is said to whoever presses under a question of a form that has ended."""

from __future__ import annotations

from bot.talk.asking import FormPress
from bot.talk.request import Request, Toast
from core.chat.phrases import Command, phrase
from core.chat.screens import title_of
from core.copies import Shows


def over(request: Request, press: FormPress) -> Toast:
    """What became of the form: its question has turned into that, unless it ended in another message."""
    shown = None if request.copy is None else request.uow.ask(Shows(request.copy.message_id))
    told = None if shown is None else title_of(shown)
    if shown is None or told is None or any(_asks(press.draft, button.does) for row in shown.rows for button in row):
        return outdated()
    return Toast(phrase("You have answered this already. {what}", what=told))


def outdated() -> Toast:
    """There is nothing left of it."""
    return Toast(phrase("This form is closed. Start again from {menu}.", menu=Command("menu")))


def _asks(draft_id: int, does: object) -> bool:
    return isinstance(does, FormPress) and does.draft == draft_id
