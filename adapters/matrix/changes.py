"""What an answer of the server means for a room: who is in it, what to tell the house, what came after the invite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, TypedDict

from adapters.matrix.encoding import mapping
from adapters.matrix.read import NAME, Place
from adapters.matrix.rooms import Room
from adapters.matrix.sync import Section, membership, membership_before, moment, words
from core.chat.cleaning import clean_name
from core.chat.clock import Clock
from core.chat.events import Event, Joined, Left, Moved, Said

_GONE = ("leave", "ban")
START = "/start"
"""What an invite says: it is Matrix's button to begin."""


class _Common(TypedDict):
    messenger: str
    id: str
    at: datetime
    account: str
    chat: str
    private: bool
    name: str


@dataclass(slots=True, kw_only=True)
class Change:
    """A room before and after an answer. `fresh` when the bot has just entered it; `unsure` when it has to be asked
    who is in it. `inviter` is who brought the bot in. `timeline` is what happened, gaps filled."""

    section: Section
    before: Room | None
    room: Room
    fresh: bool
    unsure: bool
    inviter: str | None
    timeline: list[Mapping[str, Any]]


def changed(before: Room | None, section: Section, user: str, inviter: str | None) -> Change:
    """The room as the answer tells it."""
    room = Room(section.room) if before is None else replace(before, left=section.left)
    room.left = section.left
    fresh = not section.left and (before is None or before.left or inviter is not None)
    unsure = False
    for event in chain(section.state, section.timeline):
        _learn_state(room, event)
    if not section.left:
        unsure = _learn_members(room, before, section, user, fresh=fresh)
        if room.person is not None:
            room.name = names(section).get(room.person, room.name)
    return Change(
        section=section,
        before=before,
        room=room,
        fresh=fresh,
        unsure=unsure,
        inviter=inviter,
        timeline=section.timeline,
    )


def _learn_state(room: Room, event: Mapping[str, Any]) -> None:
    if event.get("state_key") != "":
        return
    content = mapping(event.get("content"))
    if event.get("type") == "m.room.encryption" and content:
        room.encrypted = True
    if event.get("type") == "m.room.tombstone":
        room.successor = words(content.get("replacement_room")) or None


def _learn_members(room: Room, before: Room | None, section: Section, user: str, *, fresh: bool) -> bool:
    """Counts the members; whether the server has to be asked. Until then the room is nobody's private one."""
    moved = members_changed(section)
    if section.joined is None and section.invited is None:
        if fresh or moved:
            room.joined = max(room.joined, 3)
            return True
        return False
    joined = room.joined if section.joined is None else section.joined
    invited = room.invited if section.invited is None else section.invited
    entered = any(membership(event, user) == "join" for event in chain(section.state, section.timeline))
    gone = (section.limited and not entered) or any(membership(event) in _GONE for event in section.timeline)
    if before is not None and before.private and joined + invited <= 1 and not gone:
        return False  # told before the invite that the bot sent with the room
    room.joined, room.invited = joined, invited
    if joined + invited > 2:
        room.person = None
        return False
    others = None if section.heroes is None else [hero for hero in section.heroes if hero != user]
    if others is not None and len(others) == 1:
        room.person = others[0]
    elif joined + invited == 2 and (others is not None or moved or room.person is None):
        room.joined = max(joined, 3)
        return True
    return False


def members_changed(section: Section) -> bool:
    """Whether somebody came or went."""
    return any(_transition(event) for event in section.timeline)


def recounted(change: Change, roll: list[tuple[str, str, str]], user: str) -> None:
    """Takes the answer to the question who is in the room."""
    room = change.room
    room.joined = sum(present == "join" for _, present, _ in roll)
    room.invited = sum(present == "invite" for _, present, _ in roll)
    others = [(member, name) for member, _, name in roll if member != user]
    if len(others) == 1:
        room.person, room.name = others[0][0], clean_name(others[0][1])
    elif others:
        room.person = None
    change.unsure = False


def names(section: Section) -> dict[str, str]:
    """The display names that a section tells, by user id."""
    found: dict[str, str] = {}
    for event in chain(section.state, section.timeline):
        if membership(event) in ("join", "invite"):
            name = words(mapping(event.get("content")).get("displayname"))
            found[event["state_key"]] = clean_name(name)
    return found


def place(change: Change, sender: str, known: Mapping[str, str]) -> Place:
    """Where an event of somebody came: in private only when nobody else could read it, and nobody can now."""
    room, before = change.room, change.before
    name = known.get(sender) or (room.name if room.person == sender else "")
    alone = (room.private and room.person == sender) or (
        before is not None and before.private and before.person == sender and room.empty
    )
    return Place(chat=sender if alone else room.id, private=alone, name=name)


def since_invite(timeline: list[Mapping[str, Any]], user: str) -> list[Mapping[str, Any]]:
    """What came after the bot's invite, or after its entry where there was none."""
    joins = [i for i, event in enumerate(timeline) if membership(event, user) == "join" and _transition(event)]
    if not joins:
        return timeline
    invites = [i for i in range(joins[-1]) if membership(timeline[i], user) == "invite"]
    return timeline[(invites or joins)[-1] + 1 :]


def at_invite(event: Mapping[str, Any], user: str) -> bool:
    """Whether nothing before this event is meant for the bot: its invite, or its entry without one."""
    found = membership(event, user)
    return found == "invite" or (found == "join" and membership_before(event) in ("leave", "ban"))


def greeting(change: Change, user: str, clock: Clock) -> Event | None:
    """The start that an invite into a private room stands for; its id is the same however often it is read."""
    room = change.room
    entry: Mapping[str, Any] = {}
    invite: Mapping[str, Any] = {}
    for event in chain(change.section.state, change.timeline):
        if membership(event, user) == "join" and _transition(event):
            entry = event
        if membership(event, user) == "invite":
            invite = event
    inviter = change.inviter or words(invite.get("sender"))
    if not room.private or room.person is None or inviter != room.person:
        return None
    return started(room, words(entry.get("event_id")) or room.id, moment(entry, clock))


def started(room: Room, id: str, at: datetime) -> Said:
    """That the person of a private room begins."""
    assert room.person is not None
    return Said(
        messenger=NAME,
        id=f"start:{id}",
        at=at,
        account=room.person,
        chat=room.person,
        name=room.name,
        text=START,
    )


def moved(old: Room, new: Room, user: str, clock: Clock) -> Event:
    """A room has gone on in another one."""
    return Moved(
        messenger=NAME,
        id=f"moved:{old.id}:{new.id}",
        at=clock.now(),
        account=user,
        chat=old.id,
        private=False,
        to=new.id,
    )


def comings(
    change: Change, user: str, *, elsewhere: bool, known: Mapping[str, str], clock: Clock
) -> Iterator[tuple[int, Event]]:
    """Who came and went, each with its position in the timeline.

    `elsewhere` when the person of the room can still be reached in another private one.
    """
    room = change.room
    for position, event in enumerate(change.timeline):
        present = membership(event)
        if present is None or not _transition(event):
            continue
        who = words(event.get("state_key"))
        if who == user:
            if present not in _GONE or not room.left or words(event.get("sender")) == user:
                continue
            who = room.person if change.before is not None and change.before.private and room.person else user
        private = room.person == who and (room.private or room.empty)
        common = _Common(
            messenger=NAME,
            id=words(event.get("event_id")) or f"{present}:{room.id}:{who}",
            at=moment(event, clock),
            account=who,
            chat=who if private else room.id,
            private=private,
            name=known.get(who, ""),
        )
        if present == "join":
            yield position, Joined(**common)
        elif present in _GONE and not (private and (elsewhere or room.private)):
            yield position, Left(**common, reason=_reason(event))


def _reason(event: Mapping[str, Any]) -> str:
    said = clean_name(words(mapping(event.get("content")).get("reason")))
    if membership(event) == "ban":
        return said or "banned"
    own = event.get("sender") == event.get("state_key")
    return said or ("left" if own else "removed")


def _transition(event: Mapping[str, Any]) -> bool:
    present = membership(event)
    return present is not None and membership_before(event) != present
