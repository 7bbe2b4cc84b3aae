"""The fixtures of the scenarios: the same company on every messenger."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from storage.database import Database
from storage.files import FileStore
from storage.migrate import upgrade
from tests.support.browser import browser
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.matrix_wire import MatrixWire
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainWire
from tests.support.synapse import Homeserver, homeserver
from tests.support.telegram_wire import STRANGER, TelegramWire
from tests.support.web_wire import WebWire, Windows, windows
from tests.support.world import Wire, World, a_world

ENCRYPTED_TOO = os.environ.get("ROOMS") == "encrypted"
"""Whether Matrix is tried in encrypted rooms of an earlier version as well: `make test-encrypted`."""
MESSENGERS = ("plain", "telegram", "web", "matrix", *(["matrix-encrypted"] if ENCRYPTED_TOO else []))
"""Every scenario runs on each of them, unless it says otherwise."""


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "kollega.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def helper(request: pytest.FixtureRequest) -> Windows | Homeserver | None:
    """What the messenger of this test needs beside it; the others do not wait for it."""
    match request.node.callspec.params["world"]:
        case "web":
            found: Windows = request.getfixturevalue("windows")
            return found
        case "matrix" | "matrix-encrypted":
            server: Homeserver = request.getfixturevalue("homeserver")
            return server
    return None


@pytest.fixture(params=MESSENGERS)
async def world(
    request: pytest.FixtureRequest,
    empty_database: Path,
    tmp_path: Path,
    clock: MovableClock,
    helper: Windows | Homeserver | None,
) -> AsyncIterator[World]:
    """The company on one messenger after the other."""
    path = tmp_path / "kollega.db"
    path.write_bytes(empty_database.read_bytes())
    store = Database(f"sqlite:///{path}", clock)
    files = FileStore(tmp_path)
    around = Surroundings(files=files, data_dir=tmp_path, clock=clock, languages=Languages("en"), key_for=key_for)
    wire: Wire
    match request.param, helper:
        case "telegram", _:
            wire = await TelegramWire.open(around, clock)
        case "web", Windows():
            wire = await WebWire.open(around, helper)
        case "matrix", Homeserver():
            wire = await MatrixWire.open(around, helper)
        case "matrix-encrypted", Homeserver():
            wire = await MatrixWire.open(around, helper, encrypted=True, room_version="11")
        case "plain", _:
            wire = PlainWire(files)
        case unknown:
            raise AssertionError(unknown)
    async with a_world(store, wire, clock) as opened:
        yield opened


@pytest.fixture
def employee(world: World) -> TestPerson:
    return world.people["employee"]


@pytest.fixture
def colleague(world: World) -> TestPerson:
    return world.people["colleague"]


@pytest.fixture
def manager(world: World) -> TestPerson:
    return world.people["manager"]


@pytest.fixture
def hr(world: World) -> TestPerson:
    return world.people["hr"]


@pytest.fixture
def admin(world: World) -> TestPerson:
    return world.people["admin"]


@pytest.fixture
def stranger(world: World) -> TestPerson:
    """Somebody whom the company does not know."""
    person = world.wire.person("stranger", STRANGER, world)
    world.people["stranger"] = person
    return person


__all__ = ["browser", "homeserver", "windows"]
