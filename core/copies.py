"""The copies of messages: what a chat shows, what the sender has to do and what became of it, what was laid aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from core.chat.codec import record
from core.chat.messenger import Receipt
from core.chat.pages import Choice
from core.chat.screens import Screen
from core.delivery import DeliveryState, Priority
from core.notices import When
from core.people.quiet import QuietHours
from core.unit_of_work import Change, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy that a person pressed a button on. `shared` when the message has an audience.

    `kind` is the name of the message's `Notice`, None for an answer in a conversation and for what is older than kinds;
    `about` the id of what it tells of.
    `person_id` is whom it was made for, `version` that of its receipt. A choice without data has been spent. `retired`
    are those that it offered before.
    `asked_at` is when it last answered what its reader did there, None when it came unasked; `sent_at` when it arrived.
    """

    delivery_id: int
    message_id: int
    person_id: int | None
    shared: bool
    shown: int
    choices: tuple[Choice, ...]
    retired: tuple[Choice, ...]
    native: str
    version: str
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    kind: str | None = None
    about: int | None = None


@dataclass(frozen=True, slots=True)
class CopyAt(Query[Copy | None]):
    """The copy whose receipt has this message id; None for a message that the ledger does not know."""

    messenger: str
    chat: str
    native: str


@dataclass(frozen=True, slots=True)
class Shows(Query[Screen | None]):
    """What a message is to show now; None for one that is not there any more."""

    message_id: int


@dataclass(frozen=True, slots=True)
class AskedMenu(Query[Copy | None]):
    """Of the copies in a chat that offer choices the one that last answered what its reader did."""

    messenger: str
    chat: str


@dataclass(frozen=True, slots=True)
class UnaskedMenus(Query[tuple[Copy, ...]]):
    """The copies that came to a chat unasked and offer choices; the last `limit`, the latest first."""

    messenger: str
    chat: str
    limit: int


@dataclass(frozen=True, slots=True)
class OnTheWay(Query[bool]):
    """Whether a chat does not show yet all that it is to show."""

    messenger: str
    chat: str


@dataclass(frozen=True, slots=True)
class SpendChoices(Change[None]):
    """Takes the meaning of a copy's choices away until it shows something else: what they do was done."""

    delivery_id: int


HINT_AGAIN = timedelta(days=30)
"""After which people are told again how to choose where there are no buttons."""


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One copy that the sender has work with, with all that it needs to render and send it.

    `shown` is 0 before the first send; `roles` is what `access.read_roles` reads; `language` and `timezone` are the
    recipient's, and so is `quiet`, None when nothing may hold this copy. `cause` names what the message was planned
    for, `mark` is what the recipient answered (`core.delivery.Mark`), `when` how the recipient wants to get it.
    `asked`: it answers what the recipient did; `choices` are those that the copy has, offered or not. `hint`: the
    recipient has not been told lately how to choose where there are no buttons.
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
    roles: str | None
    language: str | None
    timezone: str | None
    quiet: QuietHours | None = None
    cause: str = ""
    mark: str = ""
    when: When = When.AT_ONCE
    asked: bool = False
    choices: tuple[Choice, ...] = ()
    hint: bool = True

    @property
    def follows(self) -> bool:
        """Whether it only brings up to date what came unasked and was not urgent, such as how far something has
        come."""
        return self.shown > 0 and self.priority is Priority.NOTICE

    @property
    def key(self) -> str:
        """By which a messenger knows a repeat. The time is in it because ids come again in a database that begins anew
        or was restored, and what is sent then must not be taken for what was sent before."""
        shown = f"{self.revision}.{self.mark}" if self.mark else f"{self.revision}"
        return f"{self.delivery_id}.{shown}.{self.planned_at.timestamp() * 1000:.0f}"


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
    """What became of one copy. `shown` is the revision that was rendered, `mark` the mark. `hinted`: it said how to
    choose."""

    delivery_id: int
    state: DeliveryState
    shown: int = 0
    receipt: Receipt | None = None
    choices: tuple[Choice, ...] = ()
    retry_at: datetime | None = None
    attempted: bool = True
    reason: str = ""
    chat: str | None = None
    mark: str = ""
    hinted: bool = False


GATHERED, TOLD, AWAY = "gathered", "told", "away"
"""Why a copy is held that quiet hours do not hold: it waits for the next digest, or one has told of it, or it could not
be sent while its recipient could not be written to."""


@dataclass(frozen=True, slots=True)
class Settle(Change[None]):
    """Writes outcomes down, in one statement per kind.

    `retry_at` keeps the copy waiting until then (an attempt is counted when `attempted`). HELD lays a copy that was
    never sent aside until `Release`; with `GATHERED` as its reason, for the recipient's next digest. UNREACHABLE and
    ABSENT mark the account and move the copy to another account of the person where there is one. A copy whose message
    was revised meanwhile, or that was marked, becomes STALE. `chat` rewrites the address of the account.
    """

    outcomes: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class SendToPresent(Change[int]):
    """Sends the copies that waited for an account which is there now, in their order, from `at` on; how many."""

    account_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A copy that quiet hours hold, that was `gathered` for a digest, or that came while its recipient was `away`."""

    delivery_id: int
    message_id: int
    content: Screen
    priority: Priority
    gathered: bool = False
    away: bool = False


class Why(Enum):
    """Why a copy is held."""

    ANY = "any"
    QUIET = "hours"
    GATHERED = "gathered"
    """For a digest that is still to come."""
    AWAY = "away"
    """Since its recipient came back."""


@dataclass(frozen=True, slots=True)
class HeldFor(Query[tuple[Held, ...]]):
    """What is held for a person and still wanted, in order; at most `limit`."""

    person_id: int
    limit: int = 50
    why: Why = Why.ANY


@dataclass(frozen=True, slots=True)
class Gathering(Query[tuple[int, ...]]):
    """The people for whom something waits for their digest, in order of their ids: the next `limit` after one."""

    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class DigestTold(Change[None]):
    """A digest tells of these copies of a person: the next one does not. They stay held until they are asked for."""

    person_id: int
    delivery_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountHeld(Query[int]):
    """How much `HeldFor` would find, however much that is up to 100."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Recover(Change[int]):
    """Holds for whoever can be written to again, through this account, what could not be sent meanwhile and is still
    wanted; how many. Answers in a conversation are not."""

    account_id: int


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
