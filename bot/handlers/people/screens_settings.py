"""The own settings as a list under `/me`, and the choice among the values of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.handlers.people.actions import ChooseSetting, OpenSetting
from bot.kit.naming import marked
from bot.talk.menu import OpenMe, back_row
from bot.talk.settings import NO, YES, Choice, OneOf, SettingPart, Toggle
from core.chat.blocks import Facts
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Button, Screen, screen

ZONES: Mapping[str, Phrase] = {
    "Europe/Kaliningrad": phrase("Kaliningrad"),
    "Europe/Moscow": phrase("Moscow"),
    "Europe/Samara": phrase("Samara"),
    "Asia/Yekaterinburg": phrase("Yekaterinburg"),
    "Asia/Omsk": phrase("Omsk"),
    "Asia/Krasnoyarsk": phrase("Krasnoyarsk"),
    "Asia/Irkutsk": phrase("Irkutsk"),
    "Asia/Yakutsk": phrase("Yakutsk"),
    "Asia/Vladivostok": phrase("Vladivostok"),
    "Asia/Magadan": phrase("Magadan"),
    "Asia/Kamchatka": phrase("Kamchatka"),
}


def settings_facts(values: Sequence[tuple[Text, Text]]) -> Facts:
    """What the person has chosen: what it is called, and the value in words."""
    return Facts(tuple((label, (value,)) for label, value in values))


def settings_buttons(values: Sequence[tuple[SettingPart, object]]) -> tuple[Button, ...]:
    """The ways to choose otherwise; a toggle is turned at once."""
    return tuple(_button(part, value) for part, value in values)


def choice_screen(part: SettingPart, change: OneOf[Any], choices: Sequence[Choice[Any]], value: object) -> Screen:
    """The values of a setting to choose from, the one marked that holds."""
    rows = tuple(
        (Button(marked(one.label, one.value == value), ChooseSetting(f"{part.setting.name}={one.key}")),)
        for one in choices
    )
    about = () if change.about is None else (change.about,)
    return screen(change.ask, *about, rows=(*rows, back_row(OpenMe())))


def _button(part: SettingPart, value: object) -> Button:
    name, change = part.setting.name, part.change
    if isinstance(change, Toggle):
        label, key = (change.turn_off, NO) if value else (change.turn_on, YES)
        return Button(label, ChooseSetting(f"{name}={key}"))
    return Button(part.button, OpenSetting(name) if isinstance(change, OneOf) else change)
