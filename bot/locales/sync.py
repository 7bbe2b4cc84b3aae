"""Keeps the catalogues in step with the code: `python -m bot.locales.sync` adds new texts, `--check` only reports.

A text belongs to the room whose folder or file it stands in (bot/handlers/news, core/news.py → news.po); what is
in no room belongs to kollega.po.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from bot.talk.language import CODES, LOCALES, SOURCE

ROOT = Path(__file__).parents[2]
FLOORS = ("bot", "core", "adapters", "storage")
KEYWORDS = {"phrase": None, "plural": (1, 2)}
COMMON = "kollega"

_DATE = re.compile(rb'^"POT-Creation-Date: .*\n', re.M)
"""When it was written: it would be the one line that changes in every catalogue of every branch."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def texts() -> Iterator[tuple[str, Path, int, str | tuple[str, ...]]]:
    """Every text in the code: its room, file, line, and message id (a pair when it has plural forms)."""
    places = (ROOT / "bot" / "handlers", ROOT / "adapters")
    rooms = {path.name for place in places for path in place.iterdir() if path.is_dir()} - {"__pycache__"}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
            room = next(iter(sorted(rooms & parts)), COMMON)
            for line, message, _, _ in extract_from_file("python", str(path), keywords=KEYWORDS):
                yield room, path.relative_to(ROOT), line, message


def wanted() -> dict[str, Catalog]:
    """The texts of each room, without translations. A text of several rooms belongs to the common catalogue."""
    homes: dict[str | tuple[str, ...], set[str]] = {}
    places: dict[str | tuple[str, ...], list[tuple[str, int]]] = {}
    for room, path, line, message in texts():
        homes.setdefault(message, set()).add(room)
        places.setdefault(message, []).append((str(path), line))
    catalogues: dict[str, Catalog] = {}
    for message, rooms in homes.items():
        room = next(iter(rooms)) if len(rooms) == 1 else COMMON
        catalogues.setdefault(room, Catalog()).add(message, locations=places[message])
    return catalogues


def faults(code: str) -> Iterator[str]:
    """What is wrong with a language's catalogues, a line each."""
    known: dict[object, Message] = {}
    for path in sorted((LOCALES / code).glob("*.po")):
        for message in _read(path, code):
            if message.id:
                if message.id in known:
                    yield f"{path.name}: {message.id!r} is translated twice"
                known[message.id] = message
    used = {message.id for catalogue in wanted().values() for message in catalogue if message.id}
    yield from (f"{code}: no translation of {text!r}" for text in sorted(used - known.keys(), key=str))
    yield from (f"{code}: {text!r} is not used any more" for text in sorted(known.keys() - used, key=str))
    for message in known.values():
        yield from _faults_of(message, code)


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
    old: dict[object, Message] = {}
    for path in (LOCALES / code).glob("*.po"):
        old.update({message.id: message for message in _read(path, code) if message.id})
    missing = 0
    catalogues = wanted()
    for path in (LOCALES / code).glob("*.po"):
        if path.stem not in catalogues:
            path.unlink()
    for room, texts_of_room in catalogues.items():
        catalogue = Catalog(locale=code, header_comment=f"# The {code} texts of {room}.", fuzzy=False)
        for message in texts_of_room:
            if message.id:
                known = old.get(message.id)
                string = known.string if known is not None else ""
                missing += not all(_forms(string))
                catalogue.add(message.id, string or None)
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
