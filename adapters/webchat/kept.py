"""What the history of the web chat keeps: its tables, and a message as it comes out of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from core.chat.codec import dump, load, record
from core.chat.pages import Key, Part, Press

for _kind in (Press, Key, Part):
    record(_kind)  # a page is data like any other; here parts are kept

SHAPE = 2
TABLES = """
CREATE TABLE meta (epoch TEXT NOT NULL, message INTEGER NOT NULL, revision INTEGER NOT NULL);
CREATE TABLE message (
    id INTEGER PRIMARY KEY, chat TEXT NOT NULL, at TEXT NOT NULL, own INTEGER NOT NULL, key TEXT NOT NULL,
    part TEXT, revision INTEGER NOT NULL, call TEXT NOT NULL DEFAULT '', reply_to INTEGER
);
CREATE INDEX message_chat ON message (chat, id);
CREATE INDEX message_key ON message (chat, key);
CREATE INDEX message_revision ON message (revision);
CREATE TABLE file (
    message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE, content TEXT NOT NULL, name TEXT NOT NULL,
    mime TEXT NOT NULL
);
CREATE INDEX file_message ON file (message);
CREATE INDEX file_content ON file (content);
CREATE TABLE menu (chat TEXT NOT NULL, language TEXT NOT NULL, commands TEXT NOT NULL, PRIMARY KEY (chat, language));
"""
FROM_ONE = """
ALTER TABLE message ADD COLUMN call TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN reply_to INTEGER;
"""
"""From the shape before to this one."""
FIELDS = "m.id, m.chat, m.at, m.own, m.part, m.revision, m.call, m.reply_to, q.part"
MESSAGES = "message m LEFT JOIN message q ON q.id = m.reply_to AND q.chat = m.chat"


class Call(Enum):
    """How a message of the bot calls its reader: not at all, as the answer to what the reader did, or as an alert."""

    NONE = ""
    ANSWER = "answer"
    ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of a chat: `own` when the person wrote it, `part` None when it was deleted.

    `reply_to` is the message that it answers, `quoted` what that one says now: None when it is not there any more.
    """

    id: int
    chat: str
    at: datetime
    own: bool
    part: Part | None
    revision: int
    call: Call = Call.NONE
    reply_to: int | None = None
    quoted: Part | None = None


Row = tuple[int, str, str, int, str | None, int, str, int | None, str | None]


def written(part: Part) -> str:
    """A part as it is kept."""
    return json.dumps(dump(part), ensure_ascii=False)


def message_of(row: Row) -> Message:
    """The message of a row of `FIELDS`."""
    id, chat, at, own, part, revision, call, reply_to, quoted = row
    return Message(
        id=id,
        chat=chat,
        at=datetime.fromisoformat(at),
        own=bool(own),
        part=_part(part),
        revision=revision,
        call=Call(call),
        reply_to=reply_to,
        quoted=_part(quoted),
    )


def _part(kept: str | None) -> Part | None:
    return None if kept is None else load(json.loads(kept))
