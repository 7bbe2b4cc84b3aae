"""Any messenger by its name, on its wire."""

from __future__ import annotations

import pytest

from core.chat.adapter import Surroundings
from core.chat.files import Files
from tests.support.clock import MovableClock
from tests.support.matrix_wire import MatrixWire
from tests.support.plain_wire import PlainWire
from tests.support.synapse import Homeserver
from tests.support.telegram_wire import TelegramWire
from tests.support.web_wire import WebWire, Windows
from tests.support.world import Wire

Helper = Windows | Homeserver | None
"""What a messenger needs beside it, once for all tests of a worker."""


def helper_of(request: pytest.FixtureRequest, messenger: str) -> Helper:
    """The helper of a messenger; the others do not wait for it."""
    needs = {"web": "windows", "matrix": "homeserver", "matrix-encrypted": "homeserver"}
    found: Helper = request.getfixturevalue(needs[messenger]) if messenger in needs else None
    return found


async def open_wire(
    messenger: str, around: Surroundings, files: Files, clock: MovableClock, helper: Helper, *, reaction_keys: int = 0
) -> Wire:
    """The adapter and its wire; `reaction_keys` are how many options of a menu can be pressed by a sign."""
    match messenger, helper:
        case "plain", _:
            return PlainWire(files, reaction_keys)
        case "telegram", _:
            return await TelegramWire.open(around, clock)
        case "web", Windows():
            return await WebWire.open(around, helper)
        case "matrix", Homeserver():
            return await MatrixWire.open(around, helper, reaction_keys=reaction_keys)
        case "matrix-encrypted", Homeserver():
            return await MatrixWire.open(around, helper, encrypted=True, room_version="11", reaction_keys=reaction_keys)
    raise AssertionError(messenger)
