"""The program with many more rooms: its sources, and one room over and over again, each time by other names.

What a room has on every floor is copied and renamed by its text, which is what a new room is: new files. Tables,
records, actions, commands and texts of each copy are its own. Left out is what a running bot does not load.
"""

from __future__ import annotations

import compileall
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.processes import ROOT
from bot.apart import APART
from storage.migrate import expected

_FLOORS = ("bot", "core", "storage", "adapters")
_TABLES = Path("storage", "tables")
_PLACES = (Path("bot", "handlers"), Path("core"), _TABLES, Path("storage", "queries"))
_NAMED = re.compile(r'^class (\w+)|= Table\(\s*"(\w+)"', re.MULTILINE)
_DOTTED = re.compile(r"\w+(?:\.\w+)*")
_NUMBERED = re.compile(r"\b((?:weight|order)=)(\d+)")
_MARKED = re.compile(r'(?:\bcode(?:: [\w\[\]]+)? ?= ?"|"ix_|\.command\(\s*")[\w.-]+')
_REVISION = "9999_copies"
_STEP = f'''"""The tables of the copies."""

revision = "{_REVISION}"
down_revision = "%s"
branch_labels = depends_on = None


def upgrade():
    from alembic import op

    from storage.rooms import open_rooms
    from storage.schema import metadata

    open_rooms()
    metadata.create_all(op.get_bind())
'''


def multiply(room: str, copies: int, root: Path) -> None:
    """Writes the sources to `root`, compiled, with so many copies of a room. LookupError when there is no such room."""
    if not (ROOT / "bot" / "handlers" / room / "room.py").exists():
        raise LookupError(f"there is no room called {room}")
    for floor in _FLOORS:
        shutil.copytree(ROOT / floor, root / floor)
    files = list(_files_of(room))
    for number in range(1, copies + 1):
        _copy(room, files, f"_{number:02}", root)
    if (ROOT / _TABLES / f"{room}.py").exists():
        before = next(iter(expected()))
        (root / "storage" / "migrations" / "versions" / f"{_REVISION}.py").write_text(_STEP % before)
    compileall.compile_dir(root, quiet=1)


def _files_of(room: str) -> Iterator[Path]:
    """Its files on all floors, below the root."""
    for place in _PLACES:
        if (ROOT / place / f"{room}.py").exists():
            yield place / f"{room}.py"
        for path in sorted((ROOT / place / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and path.stem.partition("_")[0] not in APART:
                yield path.relative_to(ROOT)
    for path in ROOT.glob(f"bot/locales/*/{room}.po"):
        yield path.relative_to(ROOT)


def _copy(room: str, files: Iterable[Path], mark: str, root: Path) -> None:
    rename = _renaming(room, files, mark)
    for file in files:
        parts = (f"{room}{mark}{Path(part).suffix}" if Path(part).stem == room else part for part in file.parts)
        target = root.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in (".py", ".po"):
            target.write_text(rename((ROOT / file).read_text()))
        else:
            shutil.copyfile(ROOT / file, target)


def _renaming(room: str, files: Iterable[Path], mark: str) -> Callable[[str], str]:
    """Changes every name in a source that has to be unique in the house, and every place in an order."""
    code = "\n".join((ROOT / file).read_text() for file in files if file.suffix == ".py")
    names = {room} | {name for found in _NAMED.finditer(code) for name in found.groups() if name}
    homes = [place.parts for place in _PLACES]
    later = int(mark[1:]) * 1000

    def renamed(found: re.Match[str]) -> str:
        parts = found[0].split(".")
        start = next((len(home) for home in homes if tuple(parts[: len(home)]) == home), 0)
        if not start and parts[0] in _FLOORS:
            return found[0]  # of another room, which may have a file of this name
        own = (part in names and (place == start or part[0].isupper()) for place, part in enumerate(parts))
        return ".".join(part + mark if new else part for part, new in zip(parts, own, strict=True))

    def rename(source: str) -> str:
        source = _MARKED.sub(lambda found: found[0].removesuffix(mark) + mark, _DOTTED.sub(renamed, source))
        return _NUMBERED.sub(lambda found: f"{found[1]}{int(found[2]) + later}", source)

    return rename
