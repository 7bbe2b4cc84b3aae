"""The quiet hours, and the choice of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from bot.handlers.quiet.actions import OpenHeld, Preset, SetQuiet, WriteQuiet
from bot.kit.naming import marked
from bot.talk.menu import OpenMe, back_row
from core.chat.blocks import Bold, Facts
from core.chat.phrases import Clock, Phrase, phrase
from core.chat.screens import Button, Screen, screen
from core.people.quiet import QuietHours

PRESETS: Mapping[Preset, QuietHours | None] = {
    Preset.NIGHT: QuietHours(time(22), time(8)),
    Preset.EVENING: QuietHours(time(20), time(9)),
    Preset.NONE: None,
}


def quiet_screen(hours: QuietHours | None, now: datetime, *, held: bool) -> Screen:
    """The quiet hours and the choice of others. `now` shows which clock counts; `held`: something can be shown."""
    rows = [(Button(marked(quiet_text(kept), kept == hours), SetQuiet(preset)),) for preset, kept in PRESETS.items()]
    rows.append((Button(phrase("Set other times"), WriteQuiet()),))
    if held:
        rows.append((Button(phrase("Show what is held"), OpenHeld()),))
    about = phrase(
        "During them you get only what is urgent, and answers to what you ask. The rest waits until they end, and then"
        " you get a list of it."
    )
    facts = Facts(
        (
            (phrase("Quiet hours"), (Bold(quiet_text(hours)),)),
            (phrase("Your clock shows"), (phrase("{time}", time=Clock(now)),)),
        )
    )
    return screen(phrase("🌙 Quiet hours"), about, facts, rows=(*rows, back_row(OpenMe())))


def quiet_text(hours: QuietHours | None) -> Phrase:
    """Quiet hours in words."""
    return phrase("none") if hours is None else phrase("{start}–{end}", start=hours.start, end=hours.end)
