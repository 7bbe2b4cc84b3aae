"""What is to be said to whom: messages with one copy per recipient, and how far each copy has come.

A message holds the content that is wanted now, with a revision; a delivery is one recipient's copy with the
revision that it shows. The sender makes the copies follow: so an edit of what was not sent yet replaces it,
several edits become one, and what is withdrawn before it was sent is never sent. A campaign is a message with an
audience.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

from core.chat.codec import record
from core.chat.messenger import Receipt
from core.chat.pages import Choice
from core.chat.screens import Screen
from core.people.audience import Audience
from core.unit_of_work import Change, Query


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
    WITHDRAWN = "withdrawn"


class DeliveryState(Enum):
    """How far one copy has come. WAITING and STALE are work for the sender."""

    WAITING = "waiting"
    STALE = "stale"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


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


Recipients = ToPerson | ToChat | ToAudience


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Change[int]):
    """Plans a message; its id. A second one with the same `key` plans nothing and gives the first one's id."""

    content: Screen
    to: Recipients
    priority: Priority
    key: str | None = None


@dataclass(frozen=True, slots=True)
class WriteFirst(Change[None]):
    """In these messengers, and no others, accounts that never wrote are written to at their address."""

    messengers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddRecipients(Change[int]):
    """Gives more people a copy of a message; the number of new copies."""

    message_id: int
    to: Recipients


@dataclass(frozen=True, slots=True)
class Revise(Change[None]):
    """Changes the wanted content of a message: each copy follows in place."""

    message_id: int
    content: Screen


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
class Resend(Change[int]):
    """Sends the copies again whose fate is uncertain; how many."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A message's copies, counted as they change. `waiting` are not sent yet; `stale` show an older revision."""

    total: int
    waiting: int
    sent: int
    stale: int
    unreachable: int
    uncertain: int
    failed: int


@dataclass(frozen=True, slots=True)
class Progress(Query[Tally]):
    """How far a message has come."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy that a person pressed a button on. `shared` when the message has an audience.

    `person_id` is whom it was made for, `version` that of its receipt. A choice without data has been spent.
    """

    delivery_id: int
    message_id: int
    person_id: int | None
    shared: bool
    shown: int
    choices: tuple[Choice, ...]
    native: str
    version: str
    latest: bool


@dataclass(frozen=True, slots=True)
class CopyAt(Query[Copy | None]):
    """The copy whose receipt has this message id; None for a message that the ledger does not know."""

    messenger: str
    chat: str
    native: str


@dataclass(frozen=True, slots=True)
class LatestMenu(Query[Copy | None]):
    """The last copy in a chat that offers numbered choices."""

    messenger: str
    chat: str


@dataclass(frozen=True, slots=True)
class OnTheWay(Query[bool]):
    """Whether a chat does not show yet all that it is to show."""

    messenger: str
    chat: str


@dataclass(frozen=True, slots=True)
class SpendChoices(Change[None]):
    """Takes the meaning of a copy's choices away until it shows something else: what they do was done."""

    delivery_id: int


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One copy that the sender has work with, with all that it needs to render and send it.

    `shown` is 0 before the first send; `roles` is an access.Role; `language` and `timezone` are the recipient's.
    """

    delivery_id: int
    message_id: int
    revision: int
    content: Screen
    withdrawn: bool
    priority: Priority
    messenger: str
    chat: str
    attempts: int
    shown: int
    receipt: Receipt | None
    sent_at: datetime | None
    person_id: int | None
    account_id: int | None
    roles: int
    language: str | None
    timezone: str | None


@dataclass(frozen=True, slots=True)
class WantedCopies(Query[tuple[Wanted, ...]]):
    """Work for the sender of one messenger that is due: by priority, then in order.

    At most the first copy of each chat and priority; a copy that waits for its retry holds the later ones of its
    chat and priority back. `busy` are deliveries in flight, `limit` a number of rows.
    """

    messenger: str
    limit: int
    busy: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one copy. `shown` is the revision that was rendered."""

    delivery_id: int
    state: DeliveryState
    shown: int = 0
    receipt: Receipt | None = None
    choices: tuple[Choice, ...] = ()
    retry_at: datetime | None = None
    attempted: bool = True
    reason: str = ""
    chat: str | None = None


@dataclass(frozen=True, slots=True)
class Settle(Change[None]):
    """Writes outcomes down, in one statement per kind.

    `retry_at` keeps the copy waiting until then (an attempt is counted when `attempted`). UNREACHABLE marks the
    account and moves the copy to another account of the person where there is one. A copy whose message was revised
    meanwhile becomes STALE. `chat` rewrites the account's address.
    """

    outcomes: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class Backlog(Query[tuple[tuple[tuple[str, str], int], ...]]):
    """How many copies wait, by messenger and priority (its name in lower case)."""
