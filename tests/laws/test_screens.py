"""Every screen that can be reached from the menu has a way back and fits every messenger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.telegram.capabilities import TELEGRAM
from adapters.webchat.messenger import CAPABILITIES as WEB
from bot.talk.language import Languages
from core.chat.codec import load
from core.chat.fit import fit
from core.chat.layout import plain
from core.chat.screens import Screen
from core.people.choices import LANGUAGE
from core.people.person import Person
from core.settings import do_set
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.files import FileStore
from storage.migrate import upgrade
from storage.tables.delivery import messages
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import MovableClock
from tests.support.people import Seen
from tests.support.plain import CAPABILITIES as PLAIN
from tests.support.plain_wire import PlainWire
from tests.support.world import World, a_world

WAYS_BACK = ("‹", "✕", "☰")
DEPTH = 4
MOST = 150
"""Screens looked at for each person: enough for all that an empty company shows."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    url, clock = f"sqlite:///{tmp_path / 'kollega.db'}", MovableClock()
    upgrade(url)
    async with a_world(Database(url, clock), PlainWire(FileStore(tmp_path)), clock) as opened:
        await opened.gathers()
        yield opened


@pytest.mark.parametrize("who", ["employee", "manager", "hr", "admin"])
async def test_every_screen_has_a_way_back_and_fits(world: World, who: str) -> None:
    paths: list[tuple[str, ...]] = [()]
    seen: set[str] = set()
    stuck: list[tuple[str, ...]] = []
    while paths and len(seen) < MOST:
        path = paths.pop(0)
        shown = await _walk(world, who, path)
        if shown is None:
            continue  # an earlier walk changed what this one leads through
        if shown.text in seen:
            continue
        seen.add(shown.text)
        if path and not _answers_only(shown) and not any(label.startswith(WAYS_BACK) for label in shown.buttons):
            stuck.append((*path, shown.text))
        if len(path) < DEPTH:
            paths.extend((*path, label) for label in shown.buttons if not label.startswith(WAYS_BACK))
    assert stuck == []
    assert len(seen) > 5
    for screen in await world.store.transact(_contents):
        _fits(screen)


async def _walk(world: World, who: str, path: tuple[str, ...]) -> Seen | None:
    """The screen that these buttons lead to from the menu, in English whatever was chosen before."""
    await world.store.transact(lambda uow: _speak_english(uow, world.ids[who]))
    person = world.people[who]
    await person.says("/cancel")
    await person.says("/menu")
    for label in path:
        if label not in person.messages()[-1].buttons:
            return None
        await person.presses(label)
    return person.messages()[-1]


def _answers_only(shown: Seen) -> bool:
    """A toast: one sentence under the menu, which stays."""
    return not shown.buttons and "\n" not in shown.text


def _speak_english(uow: UnitOfWork, person_id: int) -> None:
    person = uow.get(Person, person_id)
    assert person is not None
    do_set(uow, person, LANGUAGE, "en")


def _contents(uow: UnitOfWork) -> list[Screen]:
    assert isinstance(uow, SqlUnitOfWork)
    return [load(content) for content in uow.session.scalars(select(messages.c.content))]


def _fits(screen: Screen) -> None:
    for capabilities in (TELEGRAM, WEB, PLAIN):
        for code in ("ru", "en"):
            page = fit(screen, capabilities, Languages(code)())
            for part in page.parts:
                limit = capabilities.caption_limit if part.attachments else capabilities.text_limit
                assert capabilities.measure(plain(part.blocks)) <= limit
            assert sum(len(row) for part in page.parts for row in part.rows) <= capabilities.button_limit
