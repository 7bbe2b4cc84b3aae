"""What was sent lately, in a file: Telegram sends a request twice that is made twice, and a process may end while a
request is on its way, or between its answer and the moment when that is written down in the ledger.

A message is a line as it leaves and one as it is answered; a write takes microseconds and outlives the process, not the
machine. Processes with the same data directory share the file, so that whoever sends next knows it too.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from adapters.telegram.receipts import Shown

log = structlog.get_logger()

LINES = 4_000
"""Lines of a file, of which there are two, the older one to be forgotten: more than can ever wait to be written."""

LOOK_EVERY = 1.0
"""Seconds after which another process may have gone on with the file: it has the lease to send only after a while."""

SETTLED_AFTER = 120.0
"""Seconds after which the ledger knows that the fate of a message is uncertain, or it never will."""

_LEAVES, _STAYED = ">", "<"
_in_one_line = json.JSONEncoder(separators=(",", ":")).encode
_Page = tuple[int, str]
_Place = tuple[int, int]


@dataclass(slots=True)
class _Noted:
    """What a file says: the messages of pages that were answered, and the mark and the process of one that left and
    of which no answer is known."""

    pages: dict[_Page, list[tuple[str, Shown]]] = field(default_factory=dict)
    left: dict[_Page, tuple[str, str]] = field(default_factory=dict)
    lines: int = 0


class Lately:
    """Remembers the messages of pages by chat and key. A mark says what a message was, in a few letters."""

    def __init__(self, path: Path, steady: Callable[[], float] = time.monotonic) -> None:
        self._path, self._before = path, path.with_name(f"{path.name}.before")
        self._steady, self._looked = steady, -math.inf
        self._process = secrets.token_hex(4)
        self._recent, self._older = _Noted(), _Noted()
        self._mine: dict[_Page, tuple[str, float]] = {}
        self._file: int | None = None
        self._place: _Place | None = None
        self._fault: str | None = None

    def sent(self, chat: int, key: str, marks: Sequence[str]) -> list[Shown]:
        """What was sent already of a page with these messages, in their order, from the first on."""
        now = self._steady()
        if self._place is None or now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._look()
        known = self._recent.pages.get((chat, key)) or self._older.pages.get((chat, key)) or ()
        found = []
        for mark, (before, shown) in zip(marks, known, strict=False):
            if mark != before:
                break
            found.append(shown)
        return found

    def doubtful(self, chat: int, key: str, mark: str) -> bool:
        """Whether this message of a page left a process that ended before its answer came. This is told once: who asks
        again has decided to send it again."""
        page = chat, key
        if self._recent.left.get(page, ("", ""))[0] != mark or page in self._mine:
            return False
        self._mine[page] = mark, self._steady()
        return True

    def leaves(self, chat: int, key: str, mark: str) -> None:
        """Notes that the next message of a page is about to leave."""
        self._mine[chat, key] = mark, self._steady()
        self._recent.left.pop((chat, key), None)
        self._write([_LEAVES, chat, key, mark, self._process])

    def stayed(self, chat: int, key: str) -> None:
        """Notes that what was about to leave is certain not to have arrived."""
        if self._mine.pop((chat, key), None) is not None:
            self._write([_STAYED, chat, key])

    def note(self, chat: int, key: str, mark: str, shown: Shown) -> None:
        """Remembers the next message of a page."""
        self._write([chat, key, mark, shown.word, *shown.ids])
        self._mine.pop((chat, key), None)
        page = self._recent.pages.get((chat, key))
        if page is None:
            page = self._recent.pages[chat, key] = self._older.pages.pop((chat, key), [])
        page.append((mark, shown))

    def close(self) -> None:
        """Closes the file. Doubts that the ledger has long heard of are none for the next process."""
        long_ago = self._steady() - SETTLED_AFTER
        for page in [page for page, (_, since) in self._mine.items() if since < long_ago]:
            self.stayed(*page)
        self._shut()

    def _shut(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = self._place = None

    def _write(self, values: list[object]) -> None:
        line = "\n" + _in_one_line(values)
        self._recent.lines += 1
        try:
            if self._recent.lines > LINES:
                self._turn()
            if self._file is not None and self._place is not None:
                inode, size = self._place
                self._place = inode, size + os.write(self._file, line.encode())
        except OSError as error:
            self._complain(error)

    def _look(self) -> None:
        """Reads the files when there is something in them that is not of this process."""
        try:
            if self._place is None or self._place != self._found():
                self._read()
        except OSError as error:
            self._complain(error)

    def _found(self) -> _Place | None:
        try:
            return _place(self._path.stat())
        except FileNotFoundError:
            return None

    def _read(self) -> None:
        """Takes what is in the files, which another process may have gone on with."""
        self._shut()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._older = _Noted()
        _take(self._before, self._older)
        self._recent = _Noted(left=self._older.left)
        _take(self._path, self._recent)
        for page in self._older.pages.keys() & self._recent.pages.keys():
            self._recent.pages[page] = self._older.pages.pop(page) + self._recent.pages[page]
        own = [page for page, (_, process) in self._recent.left.items() if process == self._process]
        for page in own:
            del self._recent.left[page]
        self._open()

    def _turn(self) -> None:
        """Begins a new file."""
        self._older, self._recent = self._recent, _Noted(left=self._recent.left, lines=1)
        self._shut()
        self._path.replace(self._before)
        self._open()

    def _open(self) -> None:
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._place = _place(os.fstat(self._file))

    def _complain(self, error: OSError) -> None:
        """Without the file a crash may repeat some messages: no reason not to send any."""
        if self._fault != error.strerror:
            self._fault = error.strerror
            log.warning("telegram_sent_not_noted", error=error.strerror)


def _place(status: os.stat_result) -> _Place:
    return status.st_ino, status.st_size


def _take(path: Path, noted: _Noted) -> None:
    """Adds what a file says. Each line begins with its break, so that one that was cut short spoils no other."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    noted.lines = len(lines)
    for line in lines:
        try:
            first, *rest = json.loads(line)
            if first == _LEAVES:
                chat, key, mark, process = rest
                noted.left[int(chat), str(key)] = str(mark), str(process)
                continue
            chat, key = rest[:2] if first == _STAYED else (first, rest[0])
            noted.left.pop((int(chat), str(key)), None)
            if first != _STAYED:
                _, mark, word, *ids = rest
                shown = Shown(tuple(map(int, ids)), str(word))
                noted.pages.setdefault((int(chat), str(key)), []).append((str(mark), shown))
        except (ValueError, TypeError, IndexError):
            continue
