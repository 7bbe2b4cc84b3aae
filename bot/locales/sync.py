"""Keeps the catalogues in step with the code: `python -m bot.locales.sync` adds new texts, `--check` only reports.

A text belongs to the room whose folder or file it stands in (bot/handlers/news, core/news.py → news.po), where its
context is the room; what is in no room, or in several, belongs to kollega.po and has no context. A room that means
something else by the words of several has them in its own catalogue as well, written there by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from bot.talk.language import CODES, LOCALES, SOURCE
from core.chat.phrases import room_of

ROOT = Path(__file__).parents[2]
FLOORS = ("bot", "core", "adapters", "storage")
KEYWORDS = {"phrase": None, "plural": (1, 2), "help_text": None}
COMMON = "kollega"

_DATE = re.compile(rb'^"POT-Creation-Date: .*\n', re.M)
"""When it was written: it would be the one line that changes in every catalogue of every branch."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


Id = str | tuple[str, ...]
Key = tuple[str | None, Id]
"""A text with its room, None for a text of all."""


def texts() -> Iterator[tuple[str, Path, int, Id]]:
    """Every text in the code: its room, file, line, and message id (a pair when it has plural forms)."""
    places = (ROOT / "bot" / "handlers", ROOT / "adapters", ROOT / "adapters" / "pbx")
    rooms = {path.name for place in places for path in place.iterdir() if path.is_dir()} - {"__pycache__", "pbx"}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            inside = path.relative_to(ROOT)
            room = room_of(".".join(inside.with_suffix("").parts))
            for line, message, _, _ in extract_from_file("python", str(path), keywords=KEYWORDS):
                yield room if room in rooms else COMMON, inside, line, message


def wanted() -> dict[str, Catalog]:
    """The texts of each room, without translations. A text of several rooms belongs to the common catalogue."""
    homes: dict[Id, set[str]] = {}
    places: dict[Id, list[tuple[str, int]]] = {}
    for room, path, line, message in texts():
        homes.setdefault(message, set()).add(room)
        places.setdefault(message, []).append((str(path), line))
    catalogues: dict[str, Catalog] = {}
    for message, rooms in homes.items():
        room = next(iter(rooms)) if len(rooms) == 1 else COMMON
        catalogues.setdefault(room, Catalog()).add(message, locations=places[message], context=_context(room))
    return catalogues


def _context(room: str) -> str | None:
    return None if room == COMMON else room


def faults(code: str) -> Iterator[str]:
    """What is wrong with a language's catalogues, a line each."""
    known: dict[Key, Message] = {}
    for path in sorted((LOCALES / code).glob("*.po")):
        for message in _read(path, code):
            if message.id:
                if _key(message) in known or message.context != _context(path.stem):
                    yield f"{path.name}: {message.id!r} is translated twice, or for another room"
                known[_key(message)] = message
    used = {_key(message) for catalogue in wanted().values() for message in catalogue if message.id}
    used |= _meant_otherwise(known)
    yield from (f"{code}: no translation of {text!r}" for text in sorted(used - known.keys(), key=str))
    yield from (f"{code}: {text!r} is not used any more" for text in sorted(known.keys() - used, key=str))
    for message in known.values():
        yield from _faults_of(message, code)


def _meant_otherwise(known: Iterable[Key]) -> set[Key]:
    """The texts of several rooms that one of these has words of its own for."""
    homes = {(_context(room), message) for room, _, _, message in texts()}
    return {key for key in known if key[0] is not None and key in homes}


def _key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def _faults_of(message: Message, code: str) -> Iterator[str]:
    forms = _forms(message.string)
    sources = _forms(message.id)
    if not all(forms):
        yield f"{code}: no translation of {message.id!r}"
        return
    if message.fuzzy:
        yield f"{code}: {message.id!r} is marked as doubtful"
    allowed = set(_PLACEHOLDER.findall(sources[-1]))
    for form in forms:
        found = set(_PLACEHOLDER.findall(form))
        if found - allowed or (allowed - found - {"n"}):
            yield f"{code}: {form!r} has other placeholders than {sources[-1]!r}"


def _forms(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value or ""),)


def sync(code: str) -> int:
    """Adds new texts to a language's catalogues and drops unused ones, keeping translations; texts not translated."""
    old: dict[Key, Message] = {}
    for path in sorted((LOCALES / code).glob("*.po")):
        for message in _read(path, code):
            if message.id:
                old[_key(message)] = message
                old.setdefault((None, _key(message)[1]), message)
    missing = 0
    catalogues = wanted()
    for context, message_id in _meant_otherwise(old):
        assert context is not None
        catalogues.setdefault(context, Catalog()).add(message_id, context=context)
    for path in (LOCALES / code).glob("*.po"):
        if path.stem not in catalogues:
            path.unlink()
    for room, texts_of_room in catalogues.items():
        catalogue = Catalog(locale=code, header_comment=f"# The {code} texts of {room}.", fuzzy=False)
        for message in texts_of_room:
            if message.id:
                known = old.get(_key(message)) or old.get((None, _key(message)[1]))
                string = known.string if known is not None else ""
                missing += not all(_forms(string))
                catalogue.add(message.id, string or None, context=message.context)
        written = BytesIO()
        write_po(written, catalogue, width=110, omit_header=False, sort_output=True, no_location=True)
        (LOCALES / code / f"{room}.po").write_bytes(_DATE.sub(b"", written.getvalue()))
    return missing


def _read(path: Path, code: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=code)


def main() -> int:
    """Syncs, or checks with `--check`; 1 when a text has no good translation."""
    found = 0
    for code in CODES:
        if code == SOURCE:
            continue
        if "--check" not in sys.argv:
            (LOCALES / code).mkdir(exist_ok=True)
            sync(code)
        for fault in faults(code):
            found += 1
            sys.stderr.write(fault + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
