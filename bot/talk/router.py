"""What a room answers to and what it plugs into the common parts: all of it goes through its router."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.talk.cards import CardOf, CardPart
from bot.talk.entries import Entry
from bot.talk.finding import Hit, Source
from bot.talk.options import OptionPart, on_or_off
from bot.talk.questions import Form
from bot.talk.request import (
    ActionRoute,
    Answerer,
    CommandHandler,
    CommandRoute,
    Listener,
    Pass,
    Reply,
    Request,
    Watcher,
    Where,
)
from bot.talk.sections import Section
from bot.talk.settings import LONGEST_KEY, OneOf, SettingPart, Toggle, chosen_label
from core.access import Right, Role
from core.auditing import AuditKind
from core.chat.actions import Action
from core.chat.blocks import Block
from core.chat.events import Attached, Event, Said
from core.chat.phrases import Phrase, Text
from core.chat.screens import Button
from core.notices import Notice
from core.options import Option, Switch
from core.parts import Part, PartContext, PartKind, Watch
from core.people.person import Person
from core.personal import Holds, Rows
from core.recurring import Daily, Recurring
from core.retention import Keep
from core.settings import Setting
from core.unit_of_work import DomainEvent, UnitOfWork

T = TypeVar("T")
ActionT = TypeVar("ActionT", bound=Action)
EventT = TypeVar("EventT", bound=DomainEvent)
SaidT = TypeVar("SaidT", bound=Event)
FormT = TypeVar("FormT", bound=Form)

ActionHandler = Callable[[Request, ActionT], Reply]
ReplyHandler = Callable[[Request, int, Said | Attached], Reply | Pass]
Finder = Callable[[Request, str], Sequence[Hit]]
EventHandler = Callable[[UnitOfWork, EventT], None]
RecurringHandler = Callable[[UnitOfWork, datetime], None]


class Router:
    """Collects what one room registers. A right has no default: forgetting it is an error.

    `title` is what people call the room; one that is `optional` can be switched off for a company, and `when_off` says
    what becomes of its running things then. `plugs` is what the
    room plugs into the sockets, of whatever kind; `registrants` are the modules that registered something.
    """

    def __init__(
        self, room: str, title: Phrase | None = None, *, optional: bool = False, when_off: Phrase | None = None
    ) -> None:
        self.room, self.title, self.optional, self.when_off = room, title, optional, when_off
        self.commands: list[CommandRoute] = []
        self.actions: list[ActionRoute] = []
        self.listeners: list[Listener] = []
        self.watchers: list[Watcher] = []
        self.answerers: list[Answerer] = []
        self.subscribers: list[tuple[type[DomainEvent], Callable[[UnitOfWork, DomainEvent], None]]] = []
        self.forms: list[type[Form]] = []
        self.entries: list[Entry] = []
        self.roles: list[Role] = []
        self.plugs: list[object] = []
        self.registrants: set[str] = set()

    def command(
        self,
        name: str,
        *,
        right: Right,
        describe: Phrase | None = None,
        section: Section | None = None,
        where: Where = Where.PRIVATE,
        follows: bool = False,
    ) -> Callable[[CommandHandler], CommandHandler]:
        """`/name words`: the handler gets the request and the words behind the command; `follows` when it uses them.

        One that `describe` tells of is listed, and stands in the help in its `section`.
        """

        def register(handler: CommandHandler) -> CommandHandler:
            self.commands.append(CommandRoute(name, right, handler, describe, section, where, follows))
            return self._registered(handler)

        return register

    def action(
        self, kind: type[ActionT], *, right: Right, where: Where = Where.PRIVATE
    ) -> Callable[[ActionHandler[ActionT]], ActionHandler[ActionT]]:
        """A press of a button with this action."""

        def register(handler: ActionHandler[ActionT]) -> ActionHandler[ActionT]:
            self.actions.append(ActionRoute(kind, right, handler, where))  # type: ignore[arg-type]  # by its class
            return self._registered(handler)

        return register

    def hears(
        self,
        kind: type[SaidT],
        *,
        right: Right,
        order: int,
        when: Callable[[Request, SaidT], bool] | None = None,
    ) -> Callable[[Callable[[Request, SaidT], Reply | Pass]], Callable[[Request, SaidT], Reply | Pass]]:
        """Events of a kind in a private chat that nothing else took, such as free text; see `Listener`."""

        def register(handler: Callable[[Request, SaidT], Reply | Pass]) -> Callable[[Request, SaidT], Reply | Pass]:
            self.listeners.append(Listener(kind, right, order, handler, when))  # type: ignore[arg-type]  # by its class
            return self._registered(handler)

        return register

    def replies(self, kind: Notice, *, right: Right) -> Callable[[ReplyHandler], ReplyHandler]:
        """Native replies to the messages of a kind that this room sends, of whatever age; see `Answerer`."""

        def register(handler: ReplyHandler) -> ReplyHandler:
            self.answerers.append(Answerer(kind, right, handler))
            return self._registered(handler)

        return register

    def sees(
        self, kind: type[SaidT], *, right: Right
    ) -> Callable[[Callable[[Request, SaidT], None]], Callable[[Request, SaidT], None]]:
        """Events of a kind that ask for no answer, such as what was read or edited; see `Watcher`."""

        def register(handler: Callable[[Request, SaidT], None]) -> Callable[[Request, SaidT], None]:
            self.watchers.append(Watcher(kind, right, handler))  # type: ignore[arg-type]  # routed by its class
            return self._registered(handler)

        return register

    def on(self, kind: type[EventT]) -> Callable[[EventHandler[EventT]], EventHandler[EventT]]:
        """A domain event, in the transaction that emitted it."""

        def register(handler: EventHandler[EventT]) -> EventHandler[EventT]:
            self.subscribers.append((kind, handler))  # type: ignore[arg-type]  # called with its own kind only
            return self._registered(handler)

        return register

    def form(self, form: type[FormT]) -> type[FormT]:
        """A form of this room."""
        self.forms.append(form)
        return self._registered(form)

    def entry(
        self,
        section: Section,
        label: Phrase,
        action: Action,
        *,
        right: Right,
        weight: int,
        count: Callable[[Request], int] | None = None,
        when: Callable[[Request], bool] | None = None,
    ) -> None:
        """A way from the menu into this room; see `bot.talk.entries.Entry`."""
        self.entries.append(Entry(section, label, action, right, weight, count, when))

    def finds(
        self, title: Phrase, *, right: Right, lists: Callable[[Request, str], Reply] | None = None
    ) -> Callable[[Finder], Finder]:
        """Where this room looks for what people write and `/search`; see `bot.talk.finding.Source`."""

        def register(find: Finder) -> Finder:
            self.plugs.append(Source(title, right, find, lists))
            return self._registered(find)

        return register

    def card(
        self,
        of: CardOf,
        *,
        right: Right,
        order: int,
        lines: Callable[[Request, Person], Sequence[Block]] | None = None,
        buttons: Callable[[Request, Person], Sequence[Button]] | None = None,
    ) -> None:
        """What this room adds to a person's card: its text, its buttons, or both; see `bot.talk.cards.CardPart`."""
        self.plugs.append(CardPart(of, right, order, lines, buttons))

    def setting(
        self,
        setting: Setting[T],
        label: Phrase,
        *,
        order: int,
        change: OneOf[T] | Toggle | Action,
        shown: Callable[[Request, T], Text] | None = None,
        button: Phrase | None = None,
        matters: Callable[[Request], bool] = lambda request: True,
    ) -> None:
        """What a person can choose under /me; see `bot.talk.settings.SettingPart`.

        The value of a `OneOf` is shown by its label unless `shown` says otherwise.
        """
        if shown is None:
            if not isinstance(change, OneOf):
                raise TypeError(f"{setting.name} does not say how it is shown")
            shown = chosen_label(change.choices)
        if setting.name.partition(".")[0] != self.room:
            raise ValueError(f"room {self.room} declares a setting of the name {setting.name}")
        button = button or label
        self.plugs.append(
            SettingPart(
                setting=setting, label=label, order=order, change=change, shown=shown, button=button, matters=matters
            )
        )

    def option(
        self, option: Option[T], label: Phrase, *, about: Phrase, shown: Callable[[T], Text], offers: tuple[T, ...]
    ) -> None:
        """What a company chooses under /options; see `bot.talk.options.OptionPart`."""
        room, _, word = option.name.partition(".")
        if room != self.room or "." in word:
            raise ValueError(f"room {self.room} declares an option of the name {option.name}")
        if self.title is None or not all(map(option.allows, offers)):
            raise ValueError(f"{option.name} offers what it does not allow, or its room has no title")
        if any(len(option.written(one).encode()) > LONGEST_KEY for one in offers):
            raise ValueError(f"{option.name} offers what does not fit on a button")
        part = OptionPart(option=option, section=self.title, label=label, about=about, shown=shown, offers=offers)
        self.plugs.append(part)

    def switch(self, option: Switch, label: Phrase, *, about: Phrase) -> None:
        """The same for what is on or off."""
        self.option(option, label, about=about, shown=on_or_off, offers=(True, False))

    def notice(self, notice: Notice) -> Notice:
        """A kind of message that this room sends unasked; all messages name theirs."""
        if notice.room != self.room:
            raise ValueError(f"room {self.room} declares a notice of the name {notice.name}")
        self.plugs.append(notice)
        return notice

    def audits(self, kind: AuditKind) -> None:
        """A kind of things that are written down when this room's `do_` functions do them, for `/audit`."""
        if kind.room != self.room:
            raise ValueError(f"room {self.room} audits by the name {kind.name}")
        self.plugs.append(kind)

    def every(self, name: str, when: Daily) -> Callable[[RecurringHandler], RecurringHandler]:
        """What is done at a recurring time, in the company's time zone; the handler gets the moment that was meant."""

        def register(handler: RecurringHandler) -> RecurringHandler:
            self.plugs.append(Recurring(f"{self.room}.{name}", when, handler))
            return self._registered(handler)

        return register

    def keeps(self, rows: str, *, days: int) -> None:
        """For how long rows of this room are kept: of a table, or of a part of one; see `core.retention`."""
        self.plugs.append(Keep(rows, days))

    def holds(
        self,
        *tables: str,
        export: Callable[[UnitOfWork, Person], Mapping[str, Rows]] | None = None,
        erase: Callable[[UnitOfWork, Person], None] | None = None,
    ) -> None:
        """What this room keeps of a person; see `core.personal.Holds`."""
        self.plugs.append(Holds(tables, export, erase))

    def part(self, kind: str, title: Callable[[str], Phrase], make: Callable[[PartContext], Iterable[Part]]) -> None:
        """Parts that run for long; see `core.parts.PartKind`."""
        self.plugs.append(PartKind(kind=kind, title=title, make=make))

    def watches(self, look: Callable[[UnitOfWork], Sequence[Phrase]]) -> None:
        """What `/health` says of this room: a sentence for each fault that `look` finds in the database."""
        self.plugs.append(Watch(look))

    def role(self, role: Role) -> None:
        """A role that people can have because of this room."""
        self.roles.append(role)

    def _registered(self, thing: RegisteredT) -> RegisteredT:
        self.registrants.add(thing.__module__)
        return thing


RegisteredT = TypeVar("RegisteredT")
