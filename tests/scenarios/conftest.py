"""The fixtures of the scenarios: the same company on the messengers, the dear ones by turns."""

from __future__ import annotations

import os
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from storage.files import FileStore
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.people import TestPerson
from tests.support.telegram_wire import STRANGER
from tests.support.wires import Helper, helper_of, open_wire
from tests.support.world import World, a_world

EVERYWHERE = os.environ.get("TEST_WIRES") == "all"
"""Whether every scenario runs on every messenger, as `make test-all` wants it."""
ENCRYPTED_TOO = EVERYWHERE or os.environ.get("ROOMS") == "encrypted"
"""Whether Matrix is tried in encrypted rooms of an earlier version as well."""
DEAR = ("web", "matrix")
"""What a messenger must do its contract tells; a scenario, which is about a room, takes its turn on one of these."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A scenario runs where it says by `parametrize("messenger", …)`, or else on the cheap messengers and one other."""
    if "messenger" not in metafunc.fixturenames:
        return
    marks = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    named = {name.strip() for mark in marks for name in (mark.split(",") if isinstance(mark, str) else mark)}
    if "world" in named:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: messengers are chosen by the parameter `messenger`")
    if "messenger" not in named:
        turn = DEAR[zlib.crc32(metafunc.definition.nodeid.encode()) % len(DEAR)]
        encrypted = ["matrix-encrypted"] if ENCRYPTED_TOO else []
        metafunc.parametrize("messenger", ["plain", "telegram", *(DEAR if EVERYWHERE else [turn]), *encrypted])


@pytest.fixture
def messenger() -> str:
    """The name of the messenger, which `pytest_generate_tests` gives."""
    raise AssertionError("a parameter stands in place of this fixture")


@pytest.fixture
def helper(request: pytest.FixtureRequest, messenger: str) -> Helper:
    return helper_of(request, messenger)


@pytest.fixture
async def world(
    messenger: str,
    sqlite_template: Path,
    tmp_path: Path,
    clock: MovableClock,
    helper: Helper,
) -> AsyncIterator[World]:
    """The company on one messenger."""
    files = FileStore(tmp_path)
    around = Surroundings(files=files, data_dir=tmp_path, clock=clock, languages=Languages("en"), key_for=key_for)
    wire = await open_wire(messenger, around, files, clock, helper)
    async with a_world(tmp_path / "kollega.db", sqlite_template, wire, clock) as opened:
        yield opened


@pytest.fixture
async def employee(world: World) -> TestPerson:
    return await world.joins("employee")


@pytest.fixture
async def colleague(world: World) -> TestPerson:
    return await world.joins("colleague")


@pytest.fixture
async def manager(world: World) -> TestPerson:
    return await world.joins("manager")


@pytest.fixture
async def hr(world: World) -> TestPerson:
    return await world.joins("hr")


@pytest.fixture
async def admin(world: World) -> TestPerson:
    return await world.joins("admin")


@pytest.fixture
def stranger(world: World) -> TestPerson:
    """Somebody whom the company does not know."""
    person = world.wire.person("stranger", STRANGER, world)
    world.people["stranger"] = person
    return person
