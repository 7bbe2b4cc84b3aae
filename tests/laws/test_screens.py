"""Every screen that anybody can reach in the demo company has a way back and fits every messenger.

Each is looked at in a transaction that is undone, so that no press changes what the others lead to. A form is gone
through again from its beginning for each of its questions, as far as buttons lead.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from adapters.matrix.capabilities import capabilities as matrix_with
from adapters.telegram.capabilities import TELEGRAM
from adapters.webchat.messenger import CAPABILITIES as WEB
from bot.rooms import open_house
from bot.talk import respond
from bot.talk.asking import FormPress
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.request import Request
from core.chat.actions import Action, write_action
from core.chat.blocks import Paragraph
from core.chat.events import Event, Pressed, Said
from core.chat.fit import fit
from core.chat.layout import plain
from core.chat.screens import Button, Screen, Sign
from core.inbox import WhoIs
from core.people.arrival import do_arrive
from core.unit_of_work import Refused, UnitOfWork
from tests.support.plain import CAPABILITIES as PLAIN
from tests.unit.demo.conftest import Demo, demo

WAYS_BACK = ("‹", "✕", "☰")
ROLES = {"employee": "vorobyov", "manager": "lebedeva", "hr": "lastochkina", "admin": "voronov"}
LONGEST = 4
"""Presses of one form in a row: further questions are those that come anyway, or the same again."""
FORMS = 12
"""Ways through one form that are tried."""

Way = tuple[str, ...]
"""What is said or pressed, one after the other, in one transaction."""


class _Undone(Exception):
    """Ends a transaction that must change nothing."""


@dataclass(frozen=True)
class Walk:
    """Everything that one person can reach, from every command."""

    demo: Demo
    house: House
    account: str
    seen: dict[str, Screen] = field(default_factory=dict)
    """By how it was first reached."""

    async def go(self) -> None:
        """Goes everywhere once."""
        todo: deque[Way] = deque((f"/{name}",) for name in self.house.commands)
        known, forms = set(todo), dict[str, int]()
        while todo:
            path = todo.popleft()
            for shown in await self.look(path):
                self.seen.setdefault(" → ".join(path), shown)
                for action in _actions(shown):
                    further = self._further(path, action, forms)
                    if further is not None and further not in known:
                        known.add(further)
                        todo.append(further)

    def _further(self, path: Way, action: Action, forms: dict[str, int]) -> Way | None:
        if not isinstance(action, FormPress):
            return (write_action(action),)
        ways = forms.setdefault(path[0], 0)
        if len(path) > LONGEST or ways >= FORMS:
            return None
        forms[path[0]] += 1
        return (*path, write_action(action))

    async def look(self, path: Way) -> tuple[Screen, ...]:
        """What the last step of a path shows."""
        shown: list[Screen] = []

        def press(uow: UnitOfWork) -> None:
            for step in path:
                shown.clear()
                request = self._request(uow, step)
                try:
                    answers = respond.answers(request, respond.route(request))
                except Refused:
                    break
                self.house.carry_out(uow)
                uow.flush()
                assert request.visitor.person is not None
                roles = request.visitor.person.roles
                shown.extend(self.house.shown_to(one, roles) for one in answers if isinstance(one, Screen))
            raise _Undone

        with pytest.raises(_Undone):
            await self.demo.store.transact(press)
        return tuple(shown)

    def _request(self, uow: UnitOfWork, step: str) -> Request:
        event = self._event(step, self.demo.clock.now())
        visitor = do_arrive(uow, event, uow.ask(WhoIs(event.messenger, event.account)))
        return Request(uow=uow, house=self.house, event=event, visitor=visitor, capabilities=WEB)

    def _event(self, step: str, now: datetime) -> Event:
        if step.startswith("/"):
            return Said(messenger="web", id="1", at=now, account=self.account, chat=self.account, text=step)
        return Pressed(
            messenger="web", id="1", at=now, account=self.account, chat=self.account, data=step, message="none"
        )


@pytest.mark.parametrize("role", ROLES)
async def test_every_screen_has_a_way_back_and_fits(demo: Demo, role: str) -> None:
    walk = Walk(demo, open_house(Languages("en")), ROLES[role])
    await walk.go()
    assert len(walk.seen) > 100, "the walk leads through the whole company"
    home = walk.seen["/menu"].rows
    ends = {how: shown for how, shown in walk.seen.items() if shown.rows != home and not _answers_only(shown)}
    stuck = {how: _text(shown) for how, shown in ends.items() if not _leads_back(shown)}
    assert stuck == {}
    kinds: set[str] = set()
    for how, screen in walk.seen.items():
        kind = how.rpartition(" → ")[2].partition(":")[0]
        # What can be too long is so in Russian; in English a screen of each kind is enough.
        _fits(screen, ("ru",) if kind in kinds else ("ru", "en"))
        kinds.add(kind)


def _actions(shown: Screen) -> list[Action]:
    return [button.does for row in shown.rows for button in row if isinstance(button.does, Action)]


def _leads_back(shown: Screen) -> bool:
    return any(_back(button) for row in shown.rows for button in row)


def _back(button: Button) -> bool:
    return button.sign is Sign.BACK or _label(button).startswith(WAYS_BACK)


def _label(button: Button) -> str:
    return Languages("en")().say(button.label)


def _answers_only(shown: Screen) -> bool:
    """One sentence under the menu, which stays."""
    return not shown.rows and len(shown.blocks) == 1 and isinstance(shown.blocks[0], Paragraph)


def _text(shown: Screen) -> str:
    return "\n".join(plain(part.blocks) for part in fit(shown, WEB, Languages("en")()).parts)


def _fits(screen: Screen, languages: tuple[str, ...]) -> None:
    for capabilities in (TELEGRAM, matrix_with(reaction_keys=8), WEB, PLAIN):
        for code in languages:
            page = fit(screen, capabilities, Languages(code)())
            for part in page.parts:
                limit = capabilities.caption_limit if part.attachments else capabilities.text_limit
                assert capabilities.measure(plain(part.blocks)) <= limit
            assert sum(len(row) for part in page.parts for row in part.rows) <= capabilities.button_limit


__all__ = ["demo"]
