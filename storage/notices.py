"""Hints between processes: what a commit woke here is told to the others through PostgreSQL, and theirs is heard.

They are sent after the commit and by a connection of their own: NOTIFY inside a transaction makes all transactions
that notify commit one after the other, each waiting for the disk. A hint that is lost is made up for by a poll.
"""

from __future__ import annotations

import os
import secrets
import select
import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import psycopg
import structlog

CHANNEL = "kollega"
ECHO = 5.0
"""Seconds within which a process must hear itself; else something between it and the server keeps notices back."""

LONGEST_PAUSE = 60.0

log = structlog.get_logger()


class Notices:
    """A thread that tells and hears topics until it is closed.

    `heard` is called in that thread with the topics that another process woke, or with None for all of them: after a
    time of hearing nothing.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
        heard: Callable[[Iterable[str] | None], None],
        *,
        first_pause: float = 1.0,
        echo: float = ECHO,
    ) -> None:
        """`connect` opens a connection in autocommit; `first_pause` are the seconds before the second attempt."""
        self._connect = connect
        self._heard = heard
        self._first_pause = first_pause
        self._echo = echo
        self._me = secrets.token_hex(4)
        self._topics: set[str] = set()
        self._lock = threading.Lock()
        self._rung, self._bell = os.pipe()
        self._closed = threading.Event()
        self._hears = False
        self._complained = False
        # A daemon, so that a process that failed before it could close this ends nevertheless.
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._thread.start()

    def tell(self, topics: Iterable[str]) -> None:
        """Tells other processes soon. Topics that wait to be told are told once."""
        with self._lock:
            quiet = not self._topics
            self._topics.update(topics)
        if quiet:
            os.write(self._bell, b"!")

    def close(self) -> None:
        """Tells what is left and ends the thread."""
        self._closed.set()
        os.write(self._bell, b"!")
        self._thread.join()
        os.close(self._rung)
        os.close(self._bell)

    def _run(self) -> None:
        pause = self._first_pause
        while True:
            try:
                with self._connect() as connection:
                    pause = self._first_pause
                    self._attend(connection)
            except psycopg.Error as error:
                self._hears = False
                if self._may_complain():
                    log.warning("hints_lost", error=str(error).strip())
            if self._closed.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)

    def _attend(self, connection: psycopg.Connection[Any]) -> None:
        """Until closed, or an error."""
        connection.add_notify_handler(lambda notice: self._hear(notice.payload))
        connection.execute(f"LISTEN {CHANNEL}".encode())
        self._notify(connection, [])  # the echo: it concerns nobody but this process
        trial: float | None = monotonic() + self._echo
        while True:
            if topics := self._pending():
                self._notify(connection, topics)
            if self._closed.is_set():
                return
            trial = None if self._hears else trial
            patience = None if trial is None else max(0.0, trial - monotonic())
            ready, _, _ = select.select([self._rung, connection.fileno()], [], [], patience)
            if self._rung in ready:
                os.read(self._rung, 4096)
            if connection.fileno() in ready:
                self._receive(connection)
            elif trial is not None and monotonic() >= trial:
                # A pooler lends connections for one transaction each: the one that listens is somebody else's now.
                connection.execute("UNLISTEN *")
                if self._may_complain():
                    log.warning("hints_are_not_heard")
                trial = None

    def _pending(self) -> list[str]:
        with self._lock:
            topics, self._topics = self._topics, set()
        return sorted(topics)

    def _notify(self, connection: psycopg.Connection[Any], topics: list[str]) -> None:
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, " ".join((self._me, *topics))))

    def _receive(self, connection: psycopg.Connection[Any]) -> None:
        connection.pgconn.consume_input()
        while notice := connection.pgconn.notifies():
            self._hear(notice.extra.decode(errors="replace"))

    def _hear(self, payload: str) -> None:
        sender, *topics = payload.split(" ")
        if sender != self._me:
            self._heard(topics)
        elif not self._hears:
            self._hears = True
            if self._complained:
                log.info("hints_are_heard")
                self._complained = False
                self._heard(None)

    def _may_complain(self) -> bool:
        """Once, until it works again."""
        before, self._complained = self._complained, True
        return not before
