"""What of Kollega a company uses, as admins see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.handlers.lobby.actions import OpenModules, SwitchModule
from bot.talk.menu import TO_MENU, no_button
from bot.talk.request import Switchable
from core.chat.phrases import Text, phrase
from core.chat.screens import Button, Row, Screen, screen


def modules_screen(modules: Sequence[Switchable], off: Collection[str]) -> Screen:
    """Each with a button that switches it."""
    rows: list[Row] = [(_switch(module, module.room not in off),) for module in modules]
    about = phrase(
        "What is switched off is gone from the menu, the commands, the search and the reminders of everybody. Its data"
        " stays. Choosing one switches it."
    )
    return screen(phrase("🧩 Modules"), about, rows=(*rows, TO_MENU))


def sure_screen(module: Switchable) -> Screen:
    """Whether one is really to be switched off."""
    more = () if module.when_off is None else (module.when_off,)
    return screen(
        phrase("Switch off “{title}” for everybody?", title=_title(module)),
        *more,
        phrase("Nothing is deleted, and it can be switched on again."),
        rows=(
            (
                Button(phrase("Yes, switch it off"), SwitchModule(on=False, sure=True, room=module.room)),
                no_button(OpenModules()),
            ),
        ),
    )


def _switch(module: Switchable, on: bool) -> Button:
    label = phrase("{mark} {label}", mark="✅" if on else "▫️", label=_title(module))
    return Button(label, SwitchModule(on=not on, sure=False, room=module.room))


def _title(module: Switchable) -> Text:
    return module.room if module.title is None else module.title
