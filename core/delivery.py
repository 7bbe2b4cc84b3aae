"""What is to be said to whom: messages with one copy per recipient, and how far each copy has come.

A message holds the content that is wanted now, with a revision; a delivery is one recipient's copy with the
revision that it shows. The sender makes the copies follow: so an edit of what was not sent yet replaces it,
several edits become one, and what is withdrawn before it was sent is never sent. A campaign is a message with an
audience.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from core.chat.blocks import Block
from core.chat.codec import record
from core.chat.screens import Screen
from core.notices import Notice
from core.people.audience import Audience
from core.unit_of_work import Change, DomainEvent, Query


class Priority(IntEnum):
    """What overtakes what; smaller goes first."""

    ALERT = 0
    REPLY = 1
    NOTICE = 2
    BROADCAST = 3


class MessageState(Enum):
    """What is to happen with a message as a whole."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class DeliveryState(Enum):
    """How far one copy has come. WAITING and STALE are work for the sender; HELD waits for the recipient.

    MUTED is what the recipient has switched off: it was not sent and is not going to be. ABSENT waits for a recipient
    who has nothing yet with which it could be read."""

    WAITING = "waiting"
    STALE = "stale"
    HELD = "held"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    MUTED = "muted"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class ToPerson:
    """To the account that the person prefers, or to another that can be reached."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ToChat:
    """To one chat of one messenger: for answers, which go where the question came from."""

    messenger: str
    chat: str
    account_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class ToAudience:
    """One copy to each person of an audience."""

    audience: Audience


class ToSome:
    """One copy to each person for whom a condition of a room holds: a base for frozen dataclasses, for each of which
    storage has the condition."""


Recipients = ToPerson | ToChat | ToAudience | ToSome


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Change[int]):
    """Plans a message; its id. A second one with the same `key` plans nothing and gives the first one's id.

    `kind` has no default: who forgets it writes what nobody can switch off. None is for answers in a conversation,
    which alone count as asked for; see `core.copies.AskedMenu`.
    `about` is the id of what the message tells of, as its kind understands it. `urgent`: a person's quiet hours do not
    hold it. Replies are never held.
    """

    kind: Notice | None
    content: Screen
    to: Recipients
    priority: Priority
    about: int | None = None
    key: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond(Change[None]):
    """Plans a reply in one chat. Those of one transaction are planned together, in their order, which `Send` cannot do
    as it tells an id."""

    content: Screen
    to: ToChat


@dataclass(frozen=True, slots=True)
class AddRecipients(Change[int]):
    """Gives more people a copy of a message; the number of new copies."""

    message_id: int
    to: Recipients


@dataclass(frozen=True, slots=True)
class Revise(Change[None]):
    """Changes the wanted content of a message: each copy follows in place. `asked`: as the answer to what its reader
    did."""

    message_id: int
    content: Screen
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshow(Change[int | None]):
    """Makes answers that show a thing (`Screen.shows`) say `blocks` from now on: at most `most` of them, in the order
    of their ids after `after`. The id to go on after, None when that were all. Once it is `over` they keep only their
    last row, which leads back, and follow no more."""

    shows: str
    blocks: tuple[Block, ...]
    over: bool = False
    after: int = 0
    most: int = 200


@dataclass(frozen=True, slots=True)
class Answered(Change[None]):
    """What a message asks was answered by another message: it stays as it is, but for the keys or signs under it. Not
    `always` only where it is binding."""

    message_id: int
    always: bool = True


@dataclass(frozen=True, slots=True)
class Mark(Change[bool]):
    """Notes on a person's copy of a message what that person answered: it alone follows, as `Screen.marked` says. At
    once, like a reply. Whether there is such a copy that bore another mark or none."""

    message_id: int
    person_id: int
    mark: str


@dataclass(frozen=True, slots=True)
class End(Change[None]):
    """Ends a message that is out of date: what was not sent never is; what was, shows `content` from now on, where it
    is given."""

    message_id: int
    content: Screen | None = None


@dataclass(frozen=True, slots=True)
class Withdraw(Change[None]):
    """Takes a message back: copies not sent are cancelled, sent ones deleted, or show `tombstone` where too old."""

    message_id: int
    tombstone: Screen


@dataclass(frozen=True, slots=True)
class Pause(Change[None]):
    """Holds a message's copies back, or lets them go on."""

    message_id: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Cancel(Change[None]):
    """Ends a message: what was sent stays as it is, what was not is never sent. One row is flipped; see `Sweep`."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Sweep(Change[bool]):
    """Brings at most `most` copies in line with messages that were changed as a whole; whether there are more.

    Cancelling, withdrawing or revising a message with many copies flips its row, which counts at once, and leaves its
    copies to this.
    """

    most: int


@dataclass(frozen=True, slots=True)
class Unswept(Query[bool]):
    """Whether there is something for `Sweep` to do."""


@dataclass(frozen=True, slots=True)
class Resend(Change[int]):
    """Sends the copies again whose fate is uncertain; how many."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A message's copies, counted as they change. `waiting` are not sent yet; `stale` show an older revision; `held`
    wait for the end of their recipients' quiet hours, for their digest, or until they are asked for; `muted` are those
    that their recipients have switched off, `absent` those whose recipients have to sign in before they can read."""

    total: int
    waiting: int
    held: int
    sent: int
    stale: int
    unreachable: int
    uncertain: int
    failed: int
    muted: int = 0
    absent: int = 0


@record
@dataclass(frozen=True, slots=True)
class Unheard(DomainEvent):
    """An alert of a kind, about something, has come to nobody: no copy of it was sent or is going to be soon."""

    message_id: int
    kind: str
    about: int


@dataclass(frozen=True, slots=True)
class Progress(Query[Tally]):
    """How far a message has come."""

    message_id: int
