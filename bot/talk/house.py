"""All rooms together: proves that they fit, and knows who answers to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from bot.talk.choosing import ChosenEarly, look_again, word
from bot.talk.language import CODES, Languages
from bot.talk.menu import TO_MENU
from bot.talk.questions import Form
from bot.talk.request import ActionRoute, Answerer, CommandRoute, Listener, Watcher
from bot.talk.router import Router
from bot.talk.sections import TITLES, Entry, OpenSection, Section
from core.access import ANYBODY, EMPLOYEE, Right, Role, Roles
from core.chat.actions import LIMIT, Action, longest
from core.chat.events import Event
from core.chat.phrases import Text
from core.chat.screens import Button, Screen
from core.chat.translate import text_in
from core.recurring import Recurrences, Recurring, Recurs
from core.unit_of_work import DomainEvent, UnitOfWork

K = TypeVar("K")
V = TypeVar("V")


class BrokenHouse(Exception):
    """Two rooms collide or a room is incomplete; start-up ends with this."""


class House:
    """The routes of every room, checked once at start-up."""

    def __init__(self, routers: Iterable[Router], languages: Languages) -> None:
        self.languages = languages
        self.commands: dict[str, CommandRoute] = {}
        self.actions: dict[type[Action], ActionRoute] = {}
        self.listeners: defaultdict[type[Event], list[Listener]] = defaultdict(list)
        self.watchers: defaultdict[type[Event], list[Watcher]] = defaultdict(list)
        self.answerers: dict[str, Answerer] = {}
        self.forms: dict[str, Form] = {}
        self.entries: list[Entry] = []
        self.roles: dict[str, Role] = {}
        self._subscribers: defaultdict[type[DomainEvent], list[Callable[[UnitOfWork, DomainEvent], None]]]
        self._subscribers = defaultdict(list)
        self._subscribers[ChosenEarly].append(look_again)
        self._plugs: dict[type, list[object]] = defaultdict(list)
        for router in routers:
            self._move_in(router)
        self.recurrences = Recurrences(self.plugged(Recurring), languages().zone)
        self._subscribers[Recurs].append(self.recurrences.carry_out)  # type: ignore[arg-type]  # called with its own kind
        self.entries.sort(key=lambda entry: entry.order)
        self._prove_actions()
        self._prove_places()
        self._prove_rights()
        self._line_up()
        self.places = self._places()

    def right_of(self, action: Action) -> Right:
        """The right that a button needs; ANYBODY for what belongs to the forms themselves."""
        route = self.actions.get(type(action))
        return route.right if route is not None else ANYBODY

    def shown_to(self, screen: Screen, roles: Roles) -> Screen:
        """The screen without the buttons that somebody with these roles may not press."""
        rows = []
        for row in screen.rows:
            kept = tuple(button for button in row if self._visible(button, roles))
            if kept:
                rows.append(kept)
        return replace(screen, rows=tuple(rows))

    def plugged(self, kind: type[V]) -> tuple[V, ...]:
        """What all rooms plug into one socket, in the order of the rooms."""
        return tuple(self._plugs.get(kind, ()))  # type: ignore[arg-type]  # kept by its class

    def carry_out(self, uow: UnitOfWork, events: Sequence[DomainEvent] = ()) -> None:
        """Tells the subscribers of these events, and of all that they and the transaction emit."""
        queue = [*events, *uow.emitted()]
        while queue:
            event = queue.pop(0)
            for subscriber in self._subscribers[type(event)]:
                subscriber(uow, event)
            queue.extend(uow.emitted())

    def _visible(self, button: Button, roles: Roles) -> bool:
        return not isinstance(button.does, Action) or self.right_of(button.does).held_by(roles)

    def _move_in(self, router: Router) -> None:
        for command in router.commands:
            self._unique(self.commands, command.name, command, f"command /{command.name}", router.room)
        for action in router.actions:
            self._unique(self.actions, action.action, action, f"action {action.action.__name__}", router.room)
        for listener in router.listeners:
            self.listeners[listener.kind].append(listener)
        for watcher in router.watchers:
            self.watchers[watcher.kind].append(watcher)
        for answerer in router.answerers:
            if answerer.kind.room != router.room:
                raise BrokenHouse(f"room {router.room} takes replies to {answerer.kind.name}, which it does not send")
            self._unique(self.answerers, answerer.kind.name, answerer, f"replies to {answerer.kind.name}", router.room)
        for form in router.forms:
            self._unique(self.forms, form.code, form(), f"form {form.code}", router.room)
        for role in router.roles:
            self._unique(self.roles, role.name, role, f"role {role.name}", router.room)
        for kind, subscriber in router.subscribers:
            self._subscribers[kind].append(subscriber)
        self.entries.extend(router.entries)
        for plug in router.plugs:
            self._plugs[type(plug)].append(plug)

    def _places(self) -> dict[str, Action]:
        """The words of the menu and of the way to it, in every language, for those who type them."""
        labels: list[tuple[Text, Action]] = [(TITLES[section], OpenSection(section)) for section in Section]
        labels += [(entry.label, entry.action) for entry in self.entries]
        labels += [(button.label, button.does) for button in TO_MENU if isinstance(button.does, Action)]
        return {word(text_in(label, self.languages(code))): action for label, action in labels for code in CODES}

    def _unique(self, routes: dict[K, V], key: K, route: V, what: str, room: str) -> None:
        if key in routes:
            raise BrokenHouse(f"room {room}: {what} is already taken by another room")
        routes[key] = route

    def _prove_places(self) -> None:
        for one, other in pairwise(self.entries):
            if one.order == other.order:
                raise BrokenHouse(f"two entries have the weight {one.weight} in {one.section.name}: nobody knows which")
        for command in self.commands.values():
            if command.describe is not None and command.section is None:
                raise BrokenHouse(f"command /{command.name} is described, but stands in no section of the help")

    def _prove_rights(self) -> None:
        rights = [command.right for command in self.commands.values()]
        rights += [action.right for action in self.actions.values()]
        rights += [listener.right for listeners in self.listeners.values() for listener in listeners]
        rights += [form.right for form in self.forms.values()]
        rights += [entry.right for entry in self.entries]
        for right in rights:
            for role in right.roles:
                if role != EMPLOYEE and self.roles.get(role.name) != role:
                    raise BrokenHouse(f"right {right.name!r} is held by a role that no room declares: {role.name}")

    def _line_up(self) -> None:
        for kind, listeners in self.listeners.items():
            listeners.sort(key=lambda listener: listener.order)
            for one, other in pairwise(listeners):
                if one.order == other.order:
                    raise BrokenHouse(f"two listeners hear {kind.__name__} at {one.order}: nobody knows which is first")

    def _prove_actions(self) -> None:
        for action in self.actions:
            if longest(action) > LIMIT:
                raise BrokenHouse(f"action {action.__name__} can need {longest(action)} bytes; {LIMIT} fit on a button")
