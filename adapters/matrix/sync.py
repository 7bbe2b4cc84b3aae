"""What is asked of `/sync`, and its answers read without trust in their shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.matrix.encoding import mapping
from core.chat.clock import Clock

TYPES = (
    "m.room.message",
    "m.room.encrypted",
    "m.reaction",
    "m.room.redaction",
    "m.sticker",
    "m.poll.start",
    "org.matrix.msc3381.poll.start",
    "m.room.member",
    "m.room.encryption",
    "m.room.tombstone",
)
"""The kinds of events that mean something to the bot."""
TIMELINE = 100
_STATE = {"types": ["m.room.member", "m.room.encryption", "m.room.tombstone"], "lazy_load_members": True}
_NOTHING = {"not_types": ["*"]}


def _filter(timeline: Mapping[str, Any], ephemeral: Mapping[str, Any]) -> str:
    room = {
        # Redundant members, so that the name of whoever writes is in the same answer, also after a restart.
        "state": {**_STATE, "include_redundant_members": True},
        "timeline": timeline,
        "ephemeral": ephemeral,
        "account_data": _NOTHING,
        "include_leave": False,
    }
    return json.dumps({"room": room, "presence": _NOTHING, "account_data": _NOTHING}, separators=(",", ":"))


NEWS = _filter({"types": list(TYPES), "limit": TIMELINE}, {"types": ["m.receipt"]})
"""The filter for what has happened since a place in the stream."""
FIRST = _filter({**_NOTHING, "limit": 1}, _NOTHING)
"""The filter for what rooms there are: their history is not looked at."""


@dataclass(slots=True, kw_only=True)
class Section:
    """What an answer says of one room that the bot is in, or has `left`.

    `joined`, `invited` and `heroes` are None where the answer does not tell them. `prev_batch` is where the timeline
    begins; it is `limited` when there was more before it.
    """

    room: str
    timeline: list[Mapping[str, Any]]
    state: list[Mapping[str, Any]]
    ephemeral: list[Mapping[str, Any]]
    joined: int | None
    invited: int | None
    heroes: list[str] | None
    limited: bool
    prev_batch: str
    left: bool


def sections(answer: Mapping[str, Any]) -> Iterator[Section]:
    """The rooms of an answer that the bot is in or has left."""
    rooms = mapping(answer.get("rooms"))
    for kind in ("join", "leave"):
        for room, body in mapping(rooms.get(kind)).items():
            if words(room) and isinstance(body, dict):
                yield _section(room, body, left=kind == "leave")


def _section(room: str, body: Mapping[str, Any], *, left: bool) -> Section:
    summary, timeline = mapping(body.get("summary")), mapping(body.get("timeline"))
    heroes = summary.get("m.heroes")
    return Section(
        room=room,
        timeline=events(timeline.get("events")),
        state=events(mapping(body.get("state")).get("events")),
        ephemeral=events(mapping(body.get("ephemeral")).get("events")),
        joined=_count(summary.get("m.joined_member_count")),
        invited=_count(summary.get("m.invited_member_count")),
        heroes=[hero for hero in heroes if words(hero)] if isinstance(heroes, list) else None,
        limited=timeline.get("limited") is True,
        prev_batch=words(timeline.get("prev_batch")),
        left=left,
    )


def invitations(answer: Mapping[str, Any], user: str) -> Iterator[tuple[str, str]]:
    """Rooms that `user` is invited to, each with who invites; empty where the answer does not tell."""
    for room, body in mapping(mapping(answer.get("rooms")).get("invite")).items():
        if not words(room):
            continue
        state = events(mapping(mapping(body).get("invite_state")).get("events"))
        mine = [words(event.get("sender")) for event in state if membership(event, user) == "invite"]
        yield room, mine[-1] if mine else ""


def membership(event: Mapping[str, Any], user: str | None = None) -> str | None:
    """The membership that a state event gives to its `state_key`, or only to `user`; None for other events."""
    whose = words(event.get("state_key"))
    if event.get("type") != "m.room.member" or not whose or user not in (None, whose):
        return None
    return words(mapping(event.get("content")).get("membership")) or None


def membership_before(event: Mapping[str, Any]) -> str | None:
    """The membership that a member event replaced, where the server tells it."""
    unsigned = mapping(event.get("unsigned"))
    before = mapping(unsigned.get("prev_content") or event.get("prev_content"))
    return words(before.get("membership")) or None


def events(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, or none in place of anything else."""
    return [event for event in value if isinstance(event, dict)] if isinstance(value, list) else []


def words(value: object) -> str:
    """A text that can be stored, or an empty one in place of anything else."""
    if not isinstance(value, str) or "\0" in value:
        return ""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return ""
    return value


def moment(event: Mapping[str, Any], clock: Clock) -> datetime:
    """When an event was sent; now where that makes no sense."""
    now, sent = clock.now(), event.get("origin_server_ts", event.get("ts"))
    if not isinstance(sent, int) or isinstance(sent, bool) or not 0 < sent < 2**42:
        return now
    return min(now, datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=sent))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None
