"""The manager interface's bytes cut into messages; never upset by what arrives."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_MESSAGE = 64 * 1024  # real ones stay under 4 KiB; more without an end is garbage
_BLANK_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as received; `end`: the offset in the stream just after it."""

    raw: bytes
    end: int

    def kind(self) -> str:
        """The event's name; empty for a response or garbage."""
        if self.raw.startswith(b"Event: "):
            return self.raw[7:60].partition(b"\n")[0].strip().decode("ascii", "replace")
        return self.headers().get("Event", "")

    def headers(self) -> dict[str, str]:
        """By header name; of a repeated header the first counts."""
        found: dict[str, str] = {}
        for line in self.raw.split(b"\n"):  # and only there: a caller's name may hold other line separators
            name, colon, value = line.decode("utf-8", "replace").partition(":")
            if colon:
                found.setdefault(name, value.strip())
        return found


class Wire:
    """Cuts a stream of bytes into messages, however it was chunked."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._offset = 0
        self._skipping = False

    def feed(self, data: bytes) -> list[Message]:
        scan = max(len(self._buffer) - 3, 0)
        self._buffer += data
        found, start = [], 0
        for blank in _BLANK_LINE.finditer(self._buffer, scan):
            if not self._skipping and blank.start() - start <= LONGEST_MESSAGE:
                found.append(Message(bytes(self._buffer[start : blank.start()]), self._offset + blank.end()))
            self._skipping = False
            start = blank.end()
        self._drop(start)
        if len(self._buffer) > LONGEST_MESSAGE:
            self._skipping = True
            self._drop(len(self._buffer) - 3)
        return found

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._offset += count
