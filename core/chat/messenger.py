"""The port through which the bot reaches a messenger, and the outcomes that a send can have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from core.chat.capabilities import Capabilities
from core.chat.codec import record
from core.chat.events import Chosen, Event, Pressed
from core.chat.pages import Page
from core.chat.phrases import Text, in_english


@record
@dataclass(frozen=True, slots=True)
class Receipt:
    """What was sent: the messenger's ids of the messages that one page became, in order.

    `note` is the adapter's own. `version` names what the messages show now, where an edit leaves a trace by which a
    press can be told from one on an earlier state.
    """

    ids: tuple[str, ...]
    note: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived. After an edit the receipt may differ from the one before, and `remain` messages keep a file that has
    no place any more, because the messenger lets nobody take it away."""

    receipt: Receipt
    remain: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """Refused for now: nothing was sent, try again after `seconds`. `everywhere` when all chats must wait."""

    seconds: float
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """The messenger could not be reached, or failed before it took the message."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The connection was lost after the request had left: the message may have arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """This account cannot be written to: blocked, deactivated, never started, left."""

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The account has nothing yet with which it could read this: it waits until the account comes."""

    reason: str


@dataclass(frozen=True, slots=True)
class Relocated:
    """The chat has a new id; nothing was sent."""

    chat: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit or delete is not there any more, or is too old for it."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The messenger will never take this content."""

    reason: str


Outcome = Sent | Later | NotSent | Uncertain | Unreachable | Absent | Relocated | Gone | Refused


class Reception(Enum):
    """Which processes may receive for one bot account."""

    ANYWHERE = "anywhere"
    """Any number at once: the messenger calls."""
    ALONE = "alone"
    """One at a time; others may send."""
    TOGETHER = "together"
    """One at a time, and only this one can send and acknowledge."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a connection in one sentence, and what to do about a fault (empty when all is well)."""

    ok: bool
    state: Text
    remedy: Text = ""

    def __str__(self) -> str:
        """Both in English, for logs and monitors."""
        return f"{in_english(self.state)}. {in_english(self.remedy)}".strip()


@dataclass(frozen=True, slots=True)
class MenuCommand:
    """A command as a messenger lists it."""

    name: str
    description: str


class Crowd(Enum):
    """The chats that list the same commands, but those that have a list of their own."""

    PRIVATE = "private"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class Presentation:
    """What the bot is, for whoever finds it or opens it for the first time: a line, and some sentences."""

    short: str
    long: str


class Inbox(Protocol):
    """Where a messenger puts what it received."""

    async def cursor(self) -> str | None:
        """How far reading has come: the value stored with the last events."""

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        """Keeps the events (known ones are ignored), then the cursor, in one transaction."""


@runtime_checkable
class Findable(Protocol):
    """A messenger that knows how people find it: a link, or an address to look for; empty while it is not known."""

    address: str


@runtime_checkable
class Examinable(Protocol):
    """A messenger of which more can be asked than a running process may depend on: whoever is not ready is not called,
    so that it must not be the calls that say whether it is."""

    async def examine(self) -> Health | None:
        """What is wrong besides, None for nothing; asked where `check` was content."""


@runtime_checkable
class Presentable(Protocol):
    """A messenger that shows what the bot is before anybody has written to it."""

    async def present(self, words: Mapping[str, Presentation]) -> bool:
        """Says so, by language code, unless somebody has set other words; whether there is no sense in trying again."""


class Messenger(Protocol):
    """One bot account in one messenger. No method raises for a failure of the messenger: outcomes say it."""

    name: str
    capabilities: Capabilities
    reception: Reception

    async def listen(self, inbox: Inbox) -> None:
        """Receives until cancelled; reconnects by itself."""

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Sends a page. The same `key` sends the same messages once, also after a restart, as far as answers came."""

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Shows `page` in place of what the receipt names."""

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Removes what the receipt names; `Gone` when the messenger no longer allows it."""

    async def acknowledge(self, press: Pressed | Chosen, toast: str | None) -> None:
        """Ends the waiting state of a press, with a short text where there is something to say. Best effort."""

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], chat: str | Crowd = Crowd.PRIVATE) -> bool:
        """Lists the commands, by language code, in a kind of chats or in one; whether there is no sense in trying
        again."""

    def fault(self) -> Health | None:
        """What is known to be wrong with receiving, without asking anybody; None when nothing is."""

    async def check(self) -> Health:
        """Asks the messenger whether the account works."""

    async def close(self) -> None:
        """Ends connections."""
