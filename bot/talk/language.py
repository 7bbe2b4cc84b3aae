"""Phrases to text for one reader: gettext catalogues for words, Babel for dates, numbers and lists."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_location
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.talk.spaces import bound
from core.chat.phrases import Clock, Command, Day, Listing, Phrase, Value, WholeDate, Zone

LOCALES = Path(__file__).parents[1] / "locales"
SOURCE = "en"
CODES = ("ru", SOURCE)
NAMES: Mapping[str, str] = {code: Locale(code).get_display_name(code) or code for code in CODES}


def system_language() -> str:
    """The language that the system speaks by its environment, Russian where it says none that we know."""
    said = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = re.split("[_.@-]", next(filter(None, said), ""))[0].lower()
    return code if code in CODES else CODES[0]


class Speech:
    """A language in a time zone, with a prefix of commands; see `core.chat.phrases.Language`."""

    def __init__(self, code: str, timezone: str, prefix: str) -> None:
        self.code = code
        self.zone = ZoneInfo(timezone)
        self._prefix = prefix
        self._words = catalogue(code)

    def say(self, value: Value) -> str:
        """The text of a value in this language."""
        match value:
            case str():
                return value
            case Phrase():
                return self._phrase(value)
            case Command(name):
                return f"{self._prefix}{name}"
            case Listing(items, any_of):
                said = [self.say(item) for item in items]
                return format_list(said, "or" if any_of else "standard", locale=self.code)
            case bool():
                return str(value)
            case int() | float():
                return format_decimal(value, locale=self.code)
            case timedelta():
                return _duration(value)
            case Zone(key):
                return get_timezone_location(ZoneInfo(key), locale=self.code, return_city=True)
            case _:
                return self._moment(value)

    def _phrase(self, value: Phrase) -> str:
        values = {name: self.say(item) for name, item in value.values.items()}
        return _with_spaces(self._template(value), self.code).format_map(values)

    def _template(self, value: Phrase) -> str:
        """The words of the phrase's own room, or those that all rooms share."""
        words, one, many = self._words, value.text, value.many
        if many is None:
            text = words.pgettext(value.room, one)
            return words.gettext(one) if text == one else text
        given = value.values["n"]
        count = given if isinstance(given, int) else 0
        text = words.npgettext(value.room, one, many, count)
        return words.ngettext(one, many, count) if text in (one, many) else text

    def _moment(self, value: datetime | date | time | Clock | Day | WholeDate) -> str:
        match value:
            case Clock(moment):
                return format_time(self._local(moment), "HH:mm", locale=self.code)
            case Day(moment):
                return format_date(self._local(moment).date(), self._day_form, locale=self.code)
            case WholeDate(day):
                return format_date(day, "full", locale=self.code)
            case datetime():
                return format_datetime(self._local(value), f"{self._day_form}, HH:mm", locale=self.code)
            case date():
                return format_date(value, "long", locale=self.code)
            case time():
                return format_time(value, "HH:mm", locale=self.code)

    @property
    def _day_form(self) -> str:
        return "MMMM d" if self.code == "en" else "d MMMM"

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)


@lru_cache(maxsize=8192)
def _with_spaces(template: str, code: str) -> str:
    """A template as it is to be read: done once for each, so that it costs no reader anything."""
    return bound(template, code)


def _duration(value: timedelta) -> str:
    """Minutes and seconds as on a telephone: "0:45", "1:02:07"."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Languages:
    """Gives each reader's language; the company's own where a reader has none."""

    def __init__(self, default: str = "ru", timezone: str = "Europe/Moscow") -> None:
        self._default, self._timezone = default, timezone

    def __call__(self, code: str | None = None, timezone: str | None = None, prefix: str = "/") -> Speech:
        """The language of a code such as "ru" or "en-GB"; an unknown one falls back to the company's.

        `prefix` is what stands before commands where the text is read; see `Capabilities.command_prefix`.
        """
        short = (code or "").replace("_", "-").split("-")[0].lower()
        return _speech(short if short in CODES else self._default, timezone or self._timezone, prefix)


@lru_cache(maxsize=256)
def _speech(code: str, timezone: str, prefix: str) -> Speech:
    return Speech(code, timezone, prefix)


@lru_cache(maxsize=len(CODES))
def catalogue(code: str) -> gettext.NullTranslations:
    """The merged catalogues of all rooms; the source language needs none.

    A text of one room is there without its room as well, for phrases that were stored before they had one.
    """
    if code == SOURCE:
        return gettext.NullTranslations()
    messages = [message for path in sorted((LOCALES / code).glob("*.po")) for message in _read(path, code)]
    whole = Catalog(locale=code)
    for message in sorted(messages, key=lambda message: message.context is not None):
        whole.add(message.id, message.string, context=message.context)
        if message.context is not None and whole.get(message.id) is None:
            whole.add(message.id, message.string)
    buffer = BytesIO()
    write_mo(buffer, whole)
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def _read(path: Path, code: str) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=code) if message.id and message.string]
