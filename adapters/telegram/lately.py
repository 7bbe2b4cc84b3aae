"""What was sent lately, in a file: Telegram sends a request twice that is made twice, and a process may end between
an answer and the moment when it is written down in the ledger.

Each message is a line; a write takes microseconds and outlives the process, not the machine. Processes with the same
data directory share the file, so that whoever sends next knows it too.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from adapters.telegram.receipts import Shown

log = structlog.get_logger()

LINES = 2_000
"""Messages in a file, of which there are two, the older one to be forgotten: more than can ever wait to be written."""

LOOK_EVERY = 1.0
"""Seconds after which another process may have gone on with the file: it has the lease to send only after a while."""

_in_one_line = json.JSONEncoder(separators=(",", ":")).encode
_Pages = dict[tuple[int, str], list[tuple[str, Shown]]]
_Place = tuple[int, int]


class Lately:
    """Remembers the messages of pages by chat and key. A mark says what a message was, in a few letters."""

    def __init__(self, path: Path, steady: Callable[[], float] = time.monotonic) -> None:
        self._path, self._before = path, path.with_name(f"{path.name}.before")
        self._steady, self._looked = steady, -math.inf
        self._recent: _Pages = {}
        self._older: _Pages = {}
        self._file: int | None = None
        self._place: _Place | None = None
        self._lines = 0
        self._fault: str | None = None

    def sent(self, chat: int, key: str, marks: Sequence[str]) -> list[Shown]:
        """What was sent already of a page with these messages, in their order, from the first on."""
        now = self._steady()
        if self._place is None or now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._look()
        known = self._recent.get((chat, key)) or self._older.get((chat, key)) or ()
        found = []
        for mark, (before, shown) in zip(marks, known, strict=False):
            if mark != before:
                break
            found.append(shown)
        return found

    def note(self, chat: int, key: str, mark: str, shown: Shown) -> None:
        """Remembers the next message of a page."""
        line = "\n" + _in_one_line([chat, key, mark, shown.word, *shown.ids])
        self._lines += 1
        try:
            if self._lines > LINES:
                self._turn()
            if self._file is not None and self._place is not None:
                inode, size = self._place
                self._place = inode, size + os.write(self._file, line.encode())
        except OSError as error:
            self._complain(error)
        page = self._recent.get((chat, key))
        if page is None:
            page = self._recent[chat, key] = self._older.pop((chat, key), [])
        page.append((mark, shown))

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            os.close(self._file)
        self._file = self._place = None

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
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._older = _pages(self._before)
        self._recent = _pages(self._path)
        for page in self._older.keys() & self._recent.keys():
            self._recent[page] = self._older.pop(page) + self._recent[page]
        self._open()
        self._lines = sum(map(len, self._recent.values()))

    def _turn(self) -> None:
        """Begins a new file."""
        self._older, self._recent, self._lines = self._recent, {}, 1
        self.close()
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


def _pages(path: Path) -> _Pages:
    """The pages of a file. Each line begins with its break, so that one that was cut short spoils no other."""
    pages: _Pages = {}
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return pages
    for line in lines:
        try:
            chat, key, mark, word, *ids = json.loads(line)
            pages.setdefault((int(chat), str(key)), []).append((str(mark), Shown(tuple(map(int, ids)), str(word))))
        except (ValueError, TypeError):
            continue
    return pages
