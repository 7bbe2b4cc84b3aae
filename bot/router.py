"""What a room answers to: its commands, its buttons, its forms, the events it reacts to, its places in the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.request import Reply, Request
from core.access import Right
from core.chat.actions import Action
from core.chat.events import Event
from core.chat.phrases import Phrase
from core.unit_of_work import DomainEvent, UnitOfWork

if TYPE_CHECKING:
    from bot.forms import Form

ActionT = TypeVar("ActionT", bound=Action)
EventT = TypeVar("EventT", bound=DomainEvent)
SaidT = TypeVar("SaidT", bound=Event)
FormT = TypeVar("FormT", bound="Form")

CommandHandler = Callable[[Request, str], Reply]
ActionHandler = Callable[[Request, ActionT], Reply]
EventHandler = Callable[[UnitOfWork, EventT], None]


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command: `describe` is what lists and help say of it; without it the command is not listed."""

    name: str
    right: Right
    handler: CommandHandler
    describe: Phrase | None


@dataclass(frozen=True, slots=True)
class ActionRoute:
    """What pressing a button of one kind does."""

    action: type[Action]
    right: Right
    handler: Callable[[Request, Action], Reply]


@dataclass(frozen=True, slots=True)
class SaidRoute:
    """Who takes an event of a kind that is neither a command nor a press nor an answer to a form."""

    kind: type[Event]
    right: Right
    handler: Callable[[Request, Event], Reply]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A button of the main menu; smaller `place` stands first."""

    label: Phrase
    action: Action
    right: Right
    place: int


class Router:
    """Collects one room's routes. A right has no default: forgetting it is an error."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.commands: list[CommandRoute] = []
        self.actions: list[ActionRoute] = []
        self.listeners: list[SaidRoute] = []
        self.subscribers: list[tuple[type[DomainEvent], Callable[[UnitOfWork, DomainEvent], None]]] = []
        self.forms: list[type[Form]] = []
        self.menu: list[MenuEntry] = []

    def command(
        self, name: str, *, right: Right, describe: Phrase | None = None
    ) -> Callable[[CommandHandler], CommandHandler]:
        """`/name words`: the handler gets the request and the words after the command."""

        def register(handler: CommandHandler) -> CommandHandler:
            self.commands.append(CommandRoute(name, right, handler, describe))
            return handler

        return register

    def action(
        self, kind: type[ActionT], *, right: Right
    ) -> Callable[[ActionHandler[ActionT]], ActionHandler[ActionT]]:
        """A press of a button with this action."""

        def register(handler: ActionHandler[ActionT]) -> ActionHandler[ActionT]:
            self.actions.append(ActionRoute(kind, right, handler))  # type: ignore[arg-type]  # routed by its class
            return handler

        return register

    def hears(
        self, kind: type[SaidT], *, right: Right
    ) -> Callable[[Callable[[Request, SaidT], Reply]], Callable[[Request, SaidT], Reply]]:
        """Events of a kind that nothing else took, such as free text or a shared contact."""

        def register(handler: Callable[[Request, SaidT], Reply]) -> Callable[[Request, SaidT], Reply]:
            self.listeners.append(SaidRoute(kind, right, handler))  # type: ignore[arg-type]  # routed by its class
            return handler

        return register

    def on(self, kind: type[EventT]) -> Callable[[EventHandler[EventT]], EventHandler[EventT]]:
        """A domain event, in the transaction that emitted it."""

        def register(handler: EventHandler[EventT]) -> EventHandler[EventT]:
            self.subscribers.append((kind, handler))  # type: ignore[arg-type]  # called with its own kind only
            return handler

        return register

    def form(self, form: type[FormT]) -> type[FormT]:
        """A form of this room."""
        self.forms.append(form)
        return form

    def entry(self, label: Phrase, action: Action, *, right: Right, place: int) -> None:
        """A button of the main menu."""
        self.menu.append(MenuEntry(label, action, right, place))
