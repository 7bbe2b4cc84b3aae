"""Starts this project's programs in a tenth of a second instead of two: as forks of a process that has imported all.

For tests that start very many and do not look at the start itself.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parents[2]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.support.everything"])


class Forked:
    """A program that was started; as much of `subprocess.Popen` as is used."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], output: Path, log: Path) -> None:
        self._words = tuple(words)
        self._process = _context.Process(target=_become, args=(self._words, dict(environment), output, log))
        self._process.start()

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises `subprocess.TimeoutExpired`."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._words, timeout or 0)
        return self._process.exitcode

    def send_signal(self, sig: int, /) -> None:
        """A signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def start(words: Sequence[str], environment: Mapping[str, str], output: Path, log: Path) -> Forked:
    """`python -m WORDS` in this project's folder; what it prints and logs is added to files."""
    return Forked(words, environment, output, log)


def _become(words: tuple[str, ...], environment: dict[str, str], output: Path, log: Path) -> None:
    for stream, file in ((sys.stdout, output), (sys.stderr, log)):
        stream.flush()
        with file.open("ab") as opened:
            os.dup2(opened.fileno(), stream.fileno())
    # What it starts itself comes from the same process; the library means to do that, but would begin another.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(words)
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
