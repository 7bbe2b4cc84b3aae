"""When a person is not to be disturbed: some usual hours, or the person's own."""

from __future__ import annotations

from bot.handlers.quiet.actions import OpenQuiet, SetQuiet, WriteQuiet
from bot.handlers.quiet.forms import QuietForm, change, own_hours
from bot.handlers.quiet.room import router
from bot.handlers.quiet.screens_hours import PRESETS, quiet_text
from bot.talk.request import Reply, Request, Start
from core.access import COLLEAGUE
from core.chat.phrases import Phrase, phrase
from core.people.quiet import QUIET_HOURS, QuietHours


def _shown(request: Request, hours: QuietHours | None) -> Phrase:
    return quiet_text(hours)


router.setting(QUIET_HOURS, phrase("Quiet hours"), order=40, change=OpenQuiet(), shown=_shown)


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
