"""Encrypted events whose key has not come yet: kept, so that neither a restart nor the cursor loses them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from adapters.matrix.sync import words
from core.chat.clock import Clock

log = structlog.get_logger()

_KEPT = timedelta(days=1)
_MOST = 200
"""Events of one room that wait at a time: more is no conversation."""


class Waiting:
    """Events by their id, for a day."""

    def __init__(self, notes: sqlite3.Connection, clock: Clock) -> None:
        self._notes, self._clock = notes, clock
        self.any = self._count() > 0

    def keep(self, room: str, event: Mapping[str, Any]) -> bool:
        """Keeps an event; whether it is new."""
        sent = event.get("origin_server_ts")
        at = sent if isinstance(sent, int) and abs(sent) < 2**62 else 0
        row = (words(event.get("event_id")), room, at, json.dumps(event), self._clock.now().timestamp(), 0)
        new = self._notes.execute("INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, ?, ?)", row).rowcount > 0
        if new:
            self.any = True
            self._notes.execute(
                "DELETE FROM waiting WHERE room = ?1 AND event NOT IN"
                " (SELECT event FROM waiting WHERE room = ?1 ORDER BY at DESC LIMIT ?2)",
                (room, _MOST),
            )
        return new

    def all(self) -> list[tuple[str, dict[str, Any]]]:
        """Rooms and events that still wait, the oldest first; what waited too long is dropped."""
        before = self._clock.now().timestamp() - _KEPT.total_seconds()
        dropped = self._notes.execute("DELETE FROM waiting WHERE since < ?", (before,)).rowcount
        if dropped:
            log.warning("matrix_events_never_readable", number=dropped)
        rows = self._notes.execute("SELECT room, content FROM waiting ORDER BY at").fetchall()
        self.any = bool(rows)
        return [(room, json.loads(content)) for room, content in rows]

    def untold(self) -> list[tuple[str, dict[str, Any]]]:
        """Those whose senders have not been told."""
        rows = self._notes.execute("SELECT room, content FROM waiting WHERE told = 0 ORDER BY at").fetchall()
        return [(room, json.loads(content)) for room, content in rows]

    def told(self, ids: Iterable[str]) -> None:
        """Their senders know now."""
        self._notes.executemany("UPDATE waiting SET told = 1 WHERE event = ?", [(id,) for id in ids])

    def drop(self, ids: Iterable[str]) -> None:
        """They could be read, and are stored."""
        self._notes.executemany("DELETE FROM waiting WHERE event = ?", [(id,) for id in ids])

    def _count(self) -> int:
        return int(self._notes.execute("SELECT count(*) FROM waiting").fetchone()[0])
