"""What a Matrix client shows of the messages of one other account: edits applied, removed ones gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.people import Seen

_OPTION = re.compile(r"(?P<number>\d{1,3})[.)] (?:(?P<sign>↩️|◀️|▶️|✖️) )?(?P<label>.+)")
_WAY_OUT = re.compile(r"(?:(?P<sign>↩️|◀️|▶️|✖️) |(?=[‹☰✕])|(?=.* ›$))(?P<label>.+)")
_HOW = ("Answer with a number", "Reply to this message", "Press a reaction")
UNREADABLE = "(a message without a key)"


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a menu; `sign` is what the line shows before the label. Ways out that stand alone have no number."""

    number: int | None
    label: str
    sign: str


@dataclass(slots=True)
class Message:
    """A message of the bot: its content at first, and those of its edits by event id."""

    id: str
    first: Mapping[str, Any]
    edits: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def content(self) -> Mapping[str, Any]:
        """What stands there now."""
        return list(self.edits.values())[-1] if self.edits else self.first

    @property
    def text(self) -> str:
        """The text, or the caption of a file."""
        return "" if self._file() == self._body() else self._body()

    def options(self) -> list[Option]:
        """The menu: the last lines that are options, before the one that says how to choose."""
        options: list[Option] = []
        lines = [line.strip() for line in self.text.splitlines()]
        if lines and lines[-1].startswith(_HOW):
            lines = lines[:-2]
        for line in reversed(lines):
            found = _OPTION.fullmatch(line) or _WAY_OUT.fullmatch(line)
            if found is None:
                break
            number = found.groupdict().get("number")
            options.insert(0, Option(int(number) if number else None, found["label"], found["sign"] or ""))
        return options

    def seen(self) -> Seen:
        """The message for the eyes of a test."""
        file = self._file()
        return Seen(self.text, tuple(option.label for option in self.options()), (file,) if file else ())

    def _body(self) -> str:
        return str(self.content.get("body", ""))

    def _file(self) -> str:
        if self.content.get("msgtype") not in ("m.file", "m.image", "m.video", "m.audio"):
            return ""
        return str(self.content.get("filename") or self._body())


class Chat:
    """One person's view of what `other` wrote, fed with clear events in their order."""

    def __init__(self, me: str, other: str) -> None:
        self._me, self._other = me, other
        self._messages: dict[str, Message] = {}
        self._reactions: dict[tuple[str, str], str] = {}
        self._offered: dict[str, tuple[str, str]] = {}

    def messages(self) -> list[Message]:
        """What is there now, the oldest first."""
        return list(self._messages.values())

    def reaction(self, message: str, key: str) -> str | None:
        """The own reaction to a message, as long as it stands."""
        return self._reactions.get((message, key))

    def offered(self, message: str) -> list[str]:
        """The reactions that the other put under a message, the first one first."""
        return [key for to, key in self._offered.values() if to == message]

    def take(self, event: Mapping[str, Any]) -> None:
        """Something that came in a timeline."""
        content: Mapping[str, Any] = event["content"]
        relation = content.get("m.relates_to", {})
        match event["type"]:
            case "m.room.redaction":
                self._remove(content.get("redacts") or event["redacts"])
            case "m.reaction" if event["sender"] == self._me and isinstance(relation, Mapping) and relation:
                self._reactions[relation["event_id"], relation["key"]] = event["event_id"]
            case "m.reaction" if event["sender"] == self._other and isinstance(relation, Mapping) and relation:
                self._offered[event["event_id"]] = relation["event_id"], relation["key"]
            case "m.room.encrypted" if event["sender"] == self._other and content:
                self._messages[event["event_id"]] = Message(event["event_id"], {"body": UNREADABLE})
            case "m.room.message" if event["sender"] == self._other and content:
                self._shown(event["event_id"], content, relation)

    def _shown(self, event_id: str, content: Mapping[str, Any], relation: Mapping[str, Any]) -> None:
        if relation.get("rel_type") != "m.replace":
            self._messages[event_id] = Message(event_id, content)
        elif (edited := self._messages.get(relation["event_id"])) is not None:
            edited.edits[event_id] = content["m.new_content"]

    def _remove(self, event_id: str) -> None:
        self._messages.pop(event_id, None)
        for message in self._messages.values():
            message.edits.pop(event_id, None)
        self._offered.pop(event_id, None)
        self._reactions = {to: reaction for to, reaction in self._reactions.items() if reaction != event_id}
