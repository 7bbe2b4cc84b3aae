"""All rooms together: proves that they fit, and knows who answers to what."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from bot.talk.choosing import ChosenEarly, look_again, word
from bot.talk.entries import Entry
from bot.talk.language import CODES, Languages
from bot.talk.menu import TO_MENU
from bot.talk.pausing import PauseOver, go_on
from bot.talk.questions import Form
from bot.talk.request import ActionRoute, Answerer, CommandRoute, Listener, Watcher
from bot.talk.router import Router
from bot.talk.sections import TITLES, OpenSection, Section
from core.access import ANYBODY, EMPLOYEE, Right, Role, Roles
from core.chat.actions import LIMIT, Action, longest
from core.chat.events import Event
from core.chat.phrases import Phrase, Text
from core.chat.screens import Button, Screen
from core.chat.translate import text_in
from core.recurring import Recurrences, Recurring, Recurs
from core.switches import SwitchedOff
from core.unit_of_work import DomainEvent, UnitOfWork

K = TypeVar("K")
V = TypeVar("V")


_LOOK_AGAIN = 5.0
"""Seconds after which it is read again what is switched off, should a hint have been missed."""


class BrokenHouse(Exception):
    """Two rooms collide or a room is incomplete; start-up ends with this."""


class House:
    """The routes of every room, checked once at start-up.

    Without the rooms that are `off` for the company: `current` is the house as it is now. Those who answer people and
    carry events out use it; what is the same for all, such as the rights of buttons, the whole house knows.
    """

    def __init__(self, routers: Iterable[Router], languages: Languages, *, off: frozenset[str] = frozenset()) -> None:
        self.languages, self.off = languages, off
        self._routers = tuple(routers)
        self._closed: dict[object, Phrase] = {}
        self._views: dict[frozenset[str], House] = {frozenset(): self}
        self._now: House | None = None
        self._read_at = 0.0
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
        self._subscribers[PauseOver].append(go_on)
        self._plugs: dict[type, list[object]] = defaultdict(list)
        for router in self._routers:
            if router.room in off:
                self._lock(router)
            else:
                self._move_in(router)
        recurring = [plug for router in self._routers for plug in router.plugs if isinstance(plug, Recurring)]
        silent = {one.name for one in recurring} - {one.name for one in self.plugged(Recurring)}
        self.recurrences = Recurrences(recurring, languages().zone, silent=silent)
        self._subscribers[Recurs].append(self.recurrences.carry_out)  # type: ignore[arg-type]  # called with its own kind
        self.entries.sort(key=lambda entry: entry.order)
        self._plugs[Entry].extend(self.entries)
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

    @property
    def optional(self) -> tuple[Router, ...]:
        """The rooms that a company can switch off, also when they are."""
        return tuple(router for router in self._routers if router.optional)

    def without(self, off: frozenset[str]) -> House:
        """The house without the optional rooms among these."""
        known = off & {router.room for router in self.optional}
        if known not in self._views:
            self._views[known] = House(self._routers, self.languages, off=known)
        return self._views[known]

    def current(self, uow: UnitOfWork) -> House:
        """The house without the rooms that are off now. A switch in another process is seen within some seconds."""
        if not self.optional or self.off:
            return self
        if self._now is None or time.monotonic() - self._read_at > _LOOK_AGAIN:
            self._read_at = time.monotonic()
            self._now = self.without(uow.ask(SwitchedOff()))
        return self._now

    @property
    def latest(self) -> House:
        """The house as it was when it was last looked at."""
        return self._now or self

    def look_again(self) -> None:
        """Something was switched: `current` is to read what."""
        self._read_at = -_LOOK_AGAIN

    def closed(self, key: object) -> Phrase | None:
        """The title of the room that is off and has this command (by name), action (by class) or form (by code)."""
        return self._closed.get(key)

    def carry_out(self, uow: UnitOfWork, events: Sequence[DomainEvent] = ()) -> None:
        """Tells the subscribers of these events, and of all that they and the transaction emit."""
        subscribers = self.current(uow)._subscribers
        queue = [*events, *uow.emitted()]
        while queue:
            event = queue.pop(0)
            for subscriber in subscribers[type(event)]:
                subscriber(uow, event)
            queue.extend(uow.emitted())

    def _visible(self, button: Button, roles: Roles) -> bool:
        return not isinstance(button.does, Action) or self.right_of(button.does).held_by(roles)

    def _lock(self, router: Router) -> None:
        assert router.title is not None
        keys = (
            *(command.name for command in router.commands),
            *(action.action for action in router.actions),
            *(form.code for form in router.forms),
        )
        self._closed |= dict.fromkeys(keys, router.title)

    def _move_in(self, router: Router) -> None:
        if router.optional and router.title is None:
            raise BrokenHouse(f"room {router.room} can be switched off and has no title")
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
