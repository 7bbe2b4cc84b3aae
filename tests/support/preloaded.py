"""Starts this project's programs in a tenth of a second instead of two: as forks of a process that has imported all.

For tests that start very many and do not look at the start itself.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parents[2]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.support.everything"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`python -m WORDS` in a folder; `output` and `log` are files or pipes; no file grows beyond `file_size`."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    output: Path
    log: Path
    folder: Path = ROOT
    file_size: int = resource.RLIM_INFINITY


class Forked:
    """A program that was started; as much of `subprocess.Popen` as is used."""

    def __init__(self, program: Program) -> None:
        self._words = program.words
        self._process = _context.Process(target=_become, args=(program,))
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
    return Forked(Program(words=tuple(words), environment=dict(environment), output=output, log=log))


def _become(program: Program) -> None:
    for stream, file in ((sys.stdout, program.output), (sys.stderr, program.log)):
        stream.flush()
        with file.open("ab") as opened:
            os.dup2(opened.fileno(), stream.fileno())
    # What it starts itself comes from the same process; the library means to do that, but would begin another.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_FSIZE, (program.file_size, resource.RLIM_INFINITY))
    os.chdir(program.folder)
    os.environ.clear()
    os.environ.update(program.environment)
    sys.argv = list(program.words)
    runpy.run_module(program.words[0], run_name="__main__", alter_sys=True)
