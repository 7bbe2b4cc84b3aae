"""What a handler gets, what it may answer, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, Flag
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.talk.language import Languages
from core.access import NOBODY, Right, Role, Roles, Scope
from core.chat.actions import Action
from core.chat.capabilities import Capabilities
from core.chat.events import Attached, Event, Said
from core.chat.phrases import Phrase, Text
from core.chat.screens import Screen
from core.copies import Copy
from core.drafts import FormDraft
from core.inbox import Visitor
from core.notices import Notice
from core.people.choices import LANGUAGE, TIMEZONE
from core.people.person import Account, Person
from core.settings import setting_of
from core.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from bot.talk.sections import Section

PlugT = TypeVar("PlugT")


class FormKind(Protocol):
    """A form, as far as a request needs to know it; see `bot.talk.forms.Form`."""

    code: ClassVar[str]
    title: ClassVar[Phrase]


@dataclass(frozen=True, slots=True)
class Toast:
    """A short answer that leaves no message where the messenger can do that.

    Where it can not, of several with the same `once` only the first becomes a message.
    """

    text: Text
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Opens a form; `values` are answers known from the start, by step name."""

    form: type[FormKind]
    values: tuple[tuple[str, object], ...] = ()


Answer = Screen | Toast | Start
Reply = Answer | tuple[Answer, ...] | None


def parts_of(reply: Reply) -> tuple[Answer, ...]:
    """The answers of a reply, in their order."""
    if reply is None:
        return ()
    return reply if isinstance(reply, tuple) else (reply,)


@dataclass(slots=True, kw_only=True)
class Request:
    """One event on its way through a feature. `copy` is the message whose button or option was chosen, where known.

    `question` is the form whose question the reply asks; `answered` is the message of the last question of one that
    ends.
    """

    uow: UnitOfWork
    house: Rooms
    event: Event
    visitor: Visitor
    capabilities: Capabilities
    copy: Copy | None = None
    question: FormDraft | None = None
    answered: int | None = None

    @property
    def me(self) -> Person:
        """Who asks. Handlers whose right is not ANYBODY can rely on it."""
        if self.visitor.person is None:
            raise LookupError("this handler lets strangers in; ask for the account")
        return self.visitor.person

    @property
    def account(self) -> Account:
        """The account through which the person asks."""
        if self.visitor.account is None:
            raise LookupError("the account is not known")
        return self.visitor.account

    @property
    def in_place(self) -> bool:
        """Whether the answer may take the place of `copy`: what was typed stands below it, and is answered there."""
        return self.copy is not None and not isinstance(self.event, Said)

    @property
    def now(self) -> datetime:
        """The moment of the transaction, UTC."""
        return self.uow.now

    @property
    def language(self) -> str | None:
        """The code of the asker's language, as chosen or as the messenger tells."""
        person = self.visitor.person
        return (setting_of(person, LANGUAGE) if person else None) or self.event.language

    @property
    def zone(self) -> ZoneInfo:
        """The asker's time zone, or the company's."""
        person = self.visitor.person
        return self.house.languages(self.language, setting_of(person, TIMEZONE) if person else None).zone

    @property
    def roles(self) -> Roles:
        """What the asker may do."""
        return roles_of(self.visitor.person)

    def may(self, right: Right, scope: Scope | None = None) -> bool:
        """Whether the asker has a right, in a place or anywhere."""
        return right.held_by(self.roles, scope)

    def acts_by(self, right: Right) -> bool:
        """Whether the asker has a right; if so, what follows is done by it, be it of whom the asker stands in for."""
        held = right.by(self.roles)
        if held is not None and held.instead_of is not None:
            self.uow.acting = replace(self.uow.acting, instead_of=held.instead_of)
        return held is not None


def roles_of(person: Person | None) -> Roles:
    """What somebody may do; nothing for a stranger, and for a person whose access is closed."""
    return person.roles if person is not None and person.active else NOBODY


class Where(Flag):
    """The kinds of chats in which something can be asked for."""

    PRIVATE = 1
    GROUP = 2
    BOTH = 3

    def has(self, event: Event) -> bool:
        """Whether an event happened in such a chat."""
        return bool(self & (Where.PRIVATE if event.private else Where.GROUP))


class Pass(Enum):
    """What a listener answers that leaves an event to the next one."""

    NOT_MINE = "not mine"


NOT_MINE: Final = Pass.NOT_MINE

CommandHandler = Callable[[Request, str], Reply]


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command: `describe` is what lists and the help say of it, in its section; without it it is not listed.

    Where nothing `follows` it, words behind it are said to be unused.
    """

    name: str
    right: Right
    handler: CommandHandler
    describe: Phrase | None = None
    section: Section | None = None
    where: Where = Where.PRIVATE
    follows: bool = False


@dataclass(frozen=True, slots=True)
class ActionRoute:
    """What pressing a button of one kind does."""

    action: type[Action]
    right: Right
    handler: Callable[[Request, Action], Reply]
    where: Where = Where.PRIVATE


@dataclass(frozen=True, slots=True)
class Listener:
    """Who may take an event in a private chat that is neither a command nor a press nor an answer to a form.

    They are asked by their `order`, those of the very kind before those of all kinds; one without the `right`, or whose
    `when` is false, is passed over, and one that answers `NOT_MINE` leaves it to the next.
    """

    kind: type[Event]
    right: Right
    order: int
    handler: Callable[[Request, Event], Reply | Pass]
    when: Callable[[Request, Event], bool] | None = None


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who takes the native replies to messages of a kind in private chats, of whatever age.

    The handler gets the id of what the message is about. One that answers `NOT_MINE` leaves the reply to the others,
    as if it were no reply.
    """

    kind: Notice
    right: Right
    handler: Callable[[Request, int, Said | Attached], Reply | Pass]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who learns of events of a kind, without an answer: what is no request to the bot, whoever else learns of it."""

    kind: type[Event]
    right: Right
    handler: Callable[[Request, Event], None]


class Switchable(Protocol):
    """A room, as far as switching it off needs to know it; see `bot.talk.router.Router`."""

    @property
    def room(self) -> str:
        """Its name."""

    @property
    def title(self) -> Phrase | None:
        """What people call it."""

    @property
    def when_off(self) -> Phrase | None:
        """What becomes of its running things when it is switched off."""


class Rooms(Protocol):
    """What a request may ask of the house; see `bot.talk.house.House`."""

    @property
    def languages(self) -> Languages:
        """The language of each reader."""

    @property
    def commands(self) -> Mapping[str, CommandRoute]:
        """By name."""

    @property
    def actions(self) -> Mapping[type[Action], ActionRoute]:
        """By the class of the action."""

    @property
    def listeners(self) -> Mapping[type[Event], Sequence[Listener]]:
        """By the class of the event, in their order."""

    @property
    def answerers(self) -> Mapping[str, Answerer]:
        """By the name of the kind of message."""

    @property
    def watchers(self) -> Mapping[type[Event], Sequence[Watcher]]:
        """By the class of the event."""

    @property
    def forms(self) -> Mapping[str, FormKind]:
        """By code."""

    @property
    def roles(self) -> Mapping[str, Role]:
        """What people can be, by name, in the order of the rooms."""

    def plugged(self, kind: type[PlugT]) -> Sequence[PlugT]:
        """What all rooms plug into one socket."""

    @property
    def optional(self) -> Sequence[Switchable]:
        """The rooms that a company can switch off, also when they are."""

    @property
    def off(self) -> frozenset[str]:
        """The names of those that are."""

    def closed(self, key: object) -> Phrase | None:
        """The title of the room that is off and has this command, action or form."""

    @property
    def places(self) -> Mapping[str, Action]:
        """Where the words of the menu lead, in every language; see `bot.talk.choosing.word`."""
