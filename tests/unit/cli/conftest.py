"""Commands as a person types them, in a folder of their own and without settings from outside."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import bot.__main__ as command_line
from bot.run.setting_names import PREFIX


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Kollega = Callable[..., Ended]


@pytest.fixture
def kollega(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kollega:
    """Runs `kollega WORDS…`."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KOLLEGA_LANGUAGE", "en")
    monkeypatch.setenv("KOLLEGA_WEB__PORT", "1")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["kollega", *words])
        command_line._debug.clear()
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run
