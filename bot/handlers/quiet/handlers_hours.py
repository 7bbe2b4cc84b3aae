"""When a person is not to be disturbed: some usual hours, or the person's own."""

from __future__ import annotations

from bot.handlers.quiet.actions import OpenQuiet, SetQuiet, WriteQuiet
from bot.handlers.quiet.forms import QuietForm, change, own_hours
from bot.handlers.quiet.room import router
from bot.handlers.quiet.screens_hours import PRESETS, quiet_text
from bot.talk.cards import CardOf
from bot.talk.request import Reply, Request, Start
from core.access import COLLEAGUE
from core.chat.phrases import phrase
from core.chat.screens import Block, Button, Facts
from core.people.person import Person
from core.people.quiet import hours_of


def _lines(request: Request, person: Person) -> tuple[Block, ...]:
    return (Facts(((phrase("Quiet hours"), (quiet_text(hours_of(person)),)),)),)


def _buttons(request: Request, person: Person) -> tuple[Button, ...]:
    return (Button(phrase("Quiet hours"), OpenQuiet()),)


router.card(CardOf.ME, right=COLLEAGUE, order=11, lines=_lines, buttons=_buttons)


@router.action(OpenQuiet, right=COLLEAGUE)
def open_quiet(request: Request, action: OpenQuiet) -> Reply:
    """The quiet hours."""
    return own_hours(request)


@router.action(SetQuiet, right=COLLEAGUE)
def set_preset(request: Request, action: SetQuiet) -> Reply:
    """Usual quiet hours, or none, from now on."""
    return change(request, PRESETS[action.preset])


@router.action(WriteQuiet, right=COLLEAGUE)
def write_quiet(request: Request, action: WriteQuiet) -> Reply:
    """Asks for the person's own times."""
    return Start(QuietForm)
