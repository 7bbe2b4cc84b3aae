"""What the browser shows of each chat, kept in a small file of its own so that a restart loses no conversation.

Every change of a message takes the next number of one counter, its revision. A browser that says which revision it
has seen gets exactly the messages that changed since; a deleted message stays as an empty row that says so.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from adapters.webchat.kept import FIELDS, FROM_ONE, MESSAGES, SHAPE, TABLES, Call, Message, message_of, written
from core.chat.files import Attachment
from core.chat.messenger import MenuCommand
from core.chat.pages import Part

KEPT = 5000
"""Messages of one chat; older ones are forgotten."""
EVERYBODY = ""
_PRUNED_EVERY = 20


class History:
    """The messages of all chats. Safe to call from several threads; any method may raise `sqlite3.Error`."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self._kept = kept
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
        self._prepare()
        self.epoch: str = self._database.execute("SELECT epoch FROM meta").fetchone()[0]
        """Tells this file from any other, so that a browser never resumes in a history that it does not know."""

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    def reserve(self) -> int:
        """A message id greater than all before, to be given to `say`."""
        with self._transaction():
            return self._next("message")

    def say(self, id: int, chat: str, at: datetime, part: Part, key: str, reply_to: int | None = None) -> None:
        """Keeps a message of the person under a reserved id; a known key changes nothing."""
        with self._transaction():
            if not self._ids(chat, key):
                self._insert(id, chat, at, part, key, own=True, reply_to=reply_to)
                self._prune(chat, id)

    def show(self, chat: str, at: datetime, parts: Sequence[Part], key: str, call: Call = Call.NONE) -> list[int]:
        """Keeps messages of the bot, one for each part, and gives their ids; those of before for a known key."""
        with self._transaction():
            ids = self._ids(chat, key)
            if not ids:
                ids = [self._add(chat, at, part, key, call) for part in parts]
                self._prune(chat, ids[-1])
            return ids

    def replace(self, chat: str, ids: Sequence[int], at: datetime, parts: Sequence[Part], key: str) -> list[int] | None:
        """Shows `parts` in place of messages, with more or fewer of them as needed; None when any is not there."""
        with self._transaction():
            if not ids or not all(self._is_shown(chat, id) for id in ids):
                return None
            for surplus in ids[len(parts) :]:
                self._empty(surplus)
            for id, part in zip(ids, parts, strict=False):
                self._change(id, part)
            more = parts[len(ids) :]
            added = (self._ids(chat, key) or [self._add(chat, at, part, key) for part in more]) if more else []
            return [*ids[: len(parts)], *added]

    def erase(self, chat: str, ids: Sequence[int]) -> bool:
        """Deletes messages; False when none of them was there."""
        with self._transaction():
            shown = [id for id in ids if self._is_shown(chat, id)]
            for id in shown:
                self._empty(id)
            return bool(shown)

    def holds(self, chat: str, id: int) -> bool:
        """Whether a message, deleted or not, belongs to a chat."""
        with self._lock:
            return self._row("SELECT 1 FROM message WHERE chat = ? AND id = ?", chat, id) is not None

    def latest(self, chat: str, most: int = -1, before: int | None = None) -> tuple[list[Message], int]:
        """The last messages of a chat (all of them for -1), or those before one, in order, and the revision up to which
        they are complete."""
        below = "" if before is None else "AND m.id < :before"
        query = (
            f"SELECT {FIELDS} FROM {MESSAGES} WHERE m.chat = :chat AND m.part IS NOT NULL {below} "  # noqa: S608
            "ORDER BY m.id DESC LIMIT :most"
        )
        with self._lock:
            (revision,) = self._database.execute("SELECT revision FROM meta").fetchone()
            rows = self._database.execute(query, {"chat": chat, "before": before, "most": most}).fetchall()
        return [message_of(row) for row in reversed(rows)], revision

    def revision(self) -> int:
        """The number of the last change."""
        with self._lock:
            number: int = self._database.execute("SELECT revision FROM meta").fetchone()[0]
            return number

    def since(self, chats: Sequence[str], revision: int) -> list[Message] | None:
        """What changed in the chats after a revision, in order; None for a revision that was never reached."""
        marks = ", ".join("?" * len(chats))
        query = (
            f"SELECT {FIELDS} FROM {MESSAGES} WHERE m.revision > ? AND m.chat IN ({marks}) "  # noqa: S608
            "ORDER BY m.revision"
        )
        with self._lock:
            if revision > self._database.execute("SELECT revision FROM meta").fetchone()[0]:
                return None
            return [message_of(row) for row in self._database.execute(query, (revision, *chats))]

    def mime(self, content: str, name: str) -> str | None:
        """The kind of a file that some message shows under this name; None when there is no such file."""
        with self._lock:
            row = self._row("SELECT mime FROM file WHERE content = ? AND name = ?", content, name)
            return None if row is None else str(row[0])

    def keep_menu(self, chat: str, commands: Mapping[str, Sequence[MenuCommand]]) -> None:
        """Keeps the commands of a chat (or of `EVERYBODY`) by language code, in place of those before."""
        rows = [
            (chat, code, json.dumps([[command.name, command.description] for command in listed]))
            for code, listed in commands.items()
        ]
        with self._transaction():
            self._database.execute("DELETE FROM menu WHERE chat = ?", (chat,))
            self._database.executemany("INSERT INTO menu VALUES (?, ?, ?)", rows)

    def menu(self, chat: str, language: str) -> list[MenuCommand]:
        """The commands of a chat in a language; everybody's when the chat has none of its own."""
        query = "SELECT commands FROM menu WHERE chat IN (?, ?) ORDER BY chat = ? DESC, language = ? DESC LIMIT 1"
        with self._lock:
            row = self._row(query, chat, EVERYBODY, chat, language)
        return [] if row is None else [MenuCommand(name, about) for name, about in json.loads(row[0])]

    def _prepare(self) -> None:
        (shape,) = self._database.execute("PRAGMA user_version").fetchone()
        if shape == SHAPE:
            return
        if shape == 1:
            self._database.executescript(f"BEGIN; {FROM_ONE} PRAGMA user_version = {SHAPE}; COMMIT;")
            return
        tables = "".join(f"DROP TABLE IF EXISTS {name};" for name in ("file", "message", "meta", "menu"))
        self._database.executescript(f"BEGIN; {tables} {TABLES} PRAGMA user_version = {SHAPE}; COMMIT;")
        self._database.execute("INSERT INTO meta VALUES (?, 0, 0)", (uuid4().hex[:12],))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def _row(self, query: str, *values: str | int) -> tuple[str, ...] | None:
        row: tuple[str, ...] | None = self._database.execute(query, values).fetchone()
        return row

    def _next(self, counter: str) -> int:
        query = f"UPDATE meta SET {counter} = {counter} + 1 RETURNING {counter}"  # noqa: S608
        number: int = self._database.execute(query).fetchone()[0]
        return number

    def _ids(self, chat: str, key: str) -> list[int]:
        query = "SELECT id FROM message WHERE chat = ? AND key = ? ORDER BY id"
        return [id for (id,) in self._database.execute(query, (chat, key))]

    def _is_shown(self, chat: str, id: int) -> bool:
        query = "SELECT 1 FROM message WHERE chat = ? AND id = ? AND part IS NOT NULL"
        return self._row(query, chat, id) is not None

    def _add(self, chat: str, at: datetime, part: Part, key: str, call: Call = Call.NONE) -> int:
        id = self._next("message")
        self._insert(id, chat, at, part, key, own=False, call=call)
        return id

    def _insert(
        self,
        id: int,
        chat: str,
        at: datetime,
        part: Part,
        key: str,
        *,
        own: bool,
        call: Call = Call.NONE,
        reply_to: int | None = None,
    ) -> None:
        row = (id, chat, at.isoformat(), own, key, written(part), self._next("revision"), call.value, reply_to)
        self._database.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._keep_files(id, part)

    def _change(self, id: int, part: Part) -> None:
        kept = written(part)
        if self._row("SELECT 1 FROM message WHERE id = ? AND part = ?", id, kept):
            return
        query = "UPDATE message SET part = ?, revision = ? WHERE id = ?"
        self._database.execute(query, (kept, self._next("revision"), id))
        self._keep_files(id, part)

    def _empty(self, id: int) -> None:
        self._database.execute(
            "UPDATE message SET part = NULL, revision = ? WHERE id = ?", (self._next("revision"), id)
        )
        self._database.execute("DELETE FROM file WHERE message = ?", (id,))

    def _keep_files(self, id: int, part: Part) -> None:
        self._database.execute("DELETE FROM file WHERE message = ?", (id,))
        files = [
            (id, file.content, file.name, file.mime)
            for file in part.attachments
            if isinstance(file, Attachment) and file.content
        ]
        self._database.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", files)

    def _prune(self, chat: str, id: int) -> None:
        if id % _PRUNED_EVERY:  # to look for the oldest one each time would cost more than all else
            return
        self._database.execute(
            "DELETE FROM message WHERE chat = ?1 AND id <= "
            "(SELECT id FROM message WHERE chat = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (chat, self._kept),
        )
