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
from core.people.quiet import QuietHours
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
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class DeliveryState(Enum):
    """How far one copy has come. WAITING and STALE are work for the sender; HELD waits for the recipient."""

    WAITING = "waiting"
    STALE = "stale"
    HELD = "held"
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
    """Plans a message; its id. A second one with the same `key` plans nothing and gives the first one's id.

    `urgent`: a person's quiet hours do not hold it. Replies are never held.
    """

    content: Screen
    to: Recipients
    priority: Priority
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
    wait for the end of their recipients' quiet hours, or until they are asked for."""

    total: int
    waiting: int
    held: int
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

    `shown` is 0 before the first send; `roles` is an access.Role; `language` and `timezone` are the recipient's, and
    so is `quiet`, None when nothing may hold this copy. `cause` names what the message was planned for.
    """

    delivery_id: int
    message_id: int
    planned_at: datetime
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
    quiet: QuietHours | None = None
    cause: str = ""

    @property
    def key(self) -> str:
        """By which a messenger knows a repeat. The time is in it because ids come again in a database that begins anew
        or was restored, and what is sent then must not be taken for what was sent before."""
        return f"{self.delivery_id}.{self.revision}.{self.planned_at.timestamp() * 1000:.0f}"


@dataclass(frozen=True, slots=True)
class WantedCopies(Query[tuple[Wanted, ...]]):
    """Work for the sender of one messenger that is due: at most `limit` copies of each priority, each in order.

    Broadcasts that run at the same time share the limit and take turns. At most the first copy of each chat and
    priority; a copy that waits for its retry holds the later ones of its chat and priority back. `busy` are deliveries
    in flight. Without `broadcasts` only what is more urgent is looked up.
    """

    messenger: str
    limit: int
    busy: frozenset[int] = frozenset()
    broadcasts: bool = True


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

    `retry_at` keeps the copy waiting until then (an attempt is counted when `attempted`). HELD lays a copy that was
    never sent aside until `Release`. UNREACHABLE marks the account and moves the copy to another account of the person
    where there is one. A copy whose message was revised meanwhile becomes STALE. `chat` rewrites the account's address.
    """

    outcomes: tuple[Settled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A copy that quiet hours hold."""

    delivery_id: int
    message_id: int
    content: Screen
    priority: Priority


@dataclass(frozen=True, slots=True)
class HeldFor(Query[tuple[Held, ...]]):
    """What is held for a person and still wanted, in order; at most `limit`."""

    person_id: int
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Release(Change[int]):
    """Sends held copies of a person after all, at once and as replies; all of them for None. How many."""

    person_id: int
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A copy that its messenger refused for good, or that could not be made. `reason` is short and technical."""

    delivery_id: int
    message_id: int
    messenger: str
    person_id: int | None
    reason: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LostCopies(Query[tuple[Lost, ...]]):
    """The copies laid aside, the latest first."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CountLost(Query[int]):
    """How many copies are laid aside; counted up to 1,000."""


@dataclass(frozen=True, slots=True)
class Retry(Change[int]):
    """Tries copies again that were laid aside; all of them for None. How many."""

    delivery_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The copies of one messenger and priority that wait. `age` are the seconds that the oldest due one has waited."""

    messenger: str
    priority: Priority
    waiting: int
    age: float


@dataclass(frozen=True, slots=True)
class Backlog(Query[tuple[Queue, ...]]):
    """What waits, by messenger and priority. Counted up to 100,000 each; one that is paused counts too."""
