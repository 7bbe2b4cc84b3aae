"""`kollega settings`: the whole file of the settings, to be looked up or filled in."""

from __future__ import annotations

from bot.rooms import open_house
from bot.run.setting_file import setting_file
from bot.run.settings import with_sections
from bot.talk.language import Languages
from bot.talk.options import OptionPart


def every_setting(code: str) -> str:
    """Each with what it is for and what counts without it, in a language."""
    languages = Languages(code)
    return setting_file(with_sections(), languages(), open_house(languages).plugged(OptionPart)).rstrip("\n")
