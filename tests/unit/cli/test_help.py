"""The command line shows at once what there is, whichever rooms there are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Kollega

_HEAVY = ("aiogram", "aiohttp", "nio", "sqlalchemy", "pydantic", "babel", "structlog", "bot.talk", "core", "storage")
_LIGHT = ("nio", "core", "core.chat", "core.chat.phrases")
"""Texts are phrases also here; they need nothing but the standard library."""
_LOADED = "import sys, bot.__main__; print(*sys.modules, sep='\\n')"


def test_nothing_heavy_is_loaded_to_show_the_help() -> None:
    shown = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    loaded = shown.stdout.splitlines()
    assert [name for name in loaded if name.startswith(_HEAVY) and name not in _LIGHT] == []
    of_rooms = {name.rpartition(".")[2] for name in loaded if name.startswith("bot.handlers.") and name.count(".") == 3}
    assert of_rooms == {"cli"}


def test_the_commands_of_rooms_are_there(kollega: Kollega) -> None:
    shown = kollega("--help").out
    for command in ("run", "doctor", "invite", "people", "calls", "clients"):
        assert f" {command} " in shown
    assert "import" in kollega("people", "--help").out


def test_the_help_is_in_the_language_of_the_company(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_LANGUAGE", "ru")
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "people", "erase", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    ).stdout
    for words in ("Как запускать:", "Удалить данные того, кто здесь больше не работает", "Параметры", "Не спрашивать."):
        assert words in shown
