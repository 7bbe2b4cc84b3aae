"""Each messenger on its wire, with some people and nothing behind it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from storage.files import FileStore
from tests.contract.messengers.clients import messengers
from tests.contract.messengers.on_matrix import MatrixTeam, OnMatrix
from tests.contract.messengers.on_plain import OnPlain
from tests.contract.messengers.on_telegram import OnTelegram, TelegramTeam
from tests.contract.messengers.on_web import OnWeb
from tests.contract.messengers.station import Correspondent, Group, Station
from tests.support.cast import CAST
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.line import Line, Notes
from tests.support.matrix_people import MatrixPerson
from tests.support.matrix_wire import MatrixWire
from tests.support.plain_wire import PlainPerson
from tests.support.telegram_wire import TelegramPerson, TelegramWire
from tests.support.web_wire import WebPerson
from tests.support.wires import Helper, helper_of, open_wire
from tests.support.world import Wire

REACTION_KEYS = 3
ENCRYPTED_TOO = os.environ.get("ROOMS") == "encrypted"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each promise is tried on every messenger on which somebody can come to need it."""
    if "messenger" in metafunc.fixturenames:
        names = messengers(metafunc.function)
        encrypted = ["matrix-encrypted"] if ENCRYPTED_TOO and "matrix" in names else []
        metafunc.parametrize("messenger", [*names, *encrypted])


@pytest.fixture
def messenger() -> str:
    """The name of the messenger, which `pytest_generate_tests` gives."""
    raise AssertionError("a parameter stands in place of this fixture")


@pytest.fixture
def helper(request: pytest.FixtureRequest, messenger: str) -> Helper:
    return helper_of(request, messenger)


@pytest.fixture
async def wire(messenger: str, tmp_path: Path, clock: MovableClock, helper: Helper) -> AsyncIterator[Wire]:
    files = FileStore(tmp_path)
    around = Surroundings(files=files, data_dir=tmp_path, clock=clock, languages=Languages("en"), key_for=key_for)
    opened = await open_wire(messenger, around, files, clock, helper, reaction_keys=REACTION_KEYS)
    yield opened
    await opened.close()


@pytest.fixture
async def station(wire: Wire, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Station]:
    line = Line(clock)
    line.connect(wire.messenger, Notes())
    yield Station(wire.messenger, line, FileStore(tmp_path), Languages("en")("en"))
    await line.hang_up()


@pytest.fixture
async def anna(wire: Wire, station: Station) -> Correspondent:
    return await somebody(wire, station, "employee")


@pytest.fixture
async def boris(wire: Wire, station: Station) -> Correspondent:
    return await somebody(wire, station, "colleague")


@pytest.fixture
async def gleb(wire: Wire, station: Station) -> Correspondent:
    return await somebody(wire, station, "manager")


@pytest.fixture
async def team(wire: Wire, anna: Correspondent, boris: Correspondent) -> Group:
    """Anna, Boris and the bot."""
    match wire, anna, boris:
        case TelegramWire(), OnTelegram(), OnTelegram():
            members = [anna.person.user, boris.person.user]
            # Only an administrator hears what is not said to the bot.
            group = wire.server.group("Team", members=members, bot_status="administrator")
            return TelegramTeam(group, wire.server.world.bot.username)
        case _, OnMatrix(), OnMatrix():
            assert isinstance(wire, MatrixWire)
            return await MatrixTeam.founded(wire, anna, boris)
    raise AssertionError(wire)


async def somebody(wire: Wire, station: Station, key: str) -> Correspondent:
    """One of the cast with a client."""
    member = next(member for member in CAST if member.key == key)
    account = wire.account(member)
    who: Correspondent
    match wire.person(member.key, member.number, station.line):
        case PlainPerson() as person:
            who = OnPlain(station, person, account)
        case TelegramPerson() as person:
            assert isinstance(wire, TelegramWire)
            who = OnTelegram(station, person, account, wire.server)
        case WebPerson() as person:
            who = OnWeb(station, person, account)
        case MatrixPerson() as person:
            who = OnMatrix(station, person, account)
        case person:
            raise AssertionError(person)
    await who.ready()
    return who
