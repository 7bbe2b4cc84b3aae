"""A command in a terminal of its own, typed into as a person does: what it hides is not seen there either."""

from __future__ import annotations

import codecs
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE = 60.0


class Typing:
    """`seen` is everything that stood on the screen so far."""

    def __init__(self, *words: str, folder: Path, env: Mapping[str, str]) -> None:
        self.seen = ""
        self._read = codecs.getincrementaldecoder("utf-8")()
        self._screen, inner = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=folder,
            env=dict(env),
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._screen)

    def answers(self, question: str, answer: str) -> None:
        """Types the answer when the question stands at the end of what is new."""
        at = len(self.seen)
        self._until(lambda: question in self.seen[at:] and self.seen.endswith(": "), question)
        os.write(self._screen, f"{answer}\n".encode())

    def ended(self) -> int:
        """The status, when it has ended."""
        self._until(lambda: self._process.poll() is not None, "the end")
        return self._process.returncode

    def _until(self, true: Callable[[], bool], what: str) -> None:
        last = time.monotonic() + _PATIENCE
        while not true():
            if time.monotonic() > last:
                raise AssertionError(f"{what!r} did not come after:\n{self.seen}")
            if select.select([self._screen], [], [], 0.05)[0]:
                try:
                    self.seen += self._read.decode(os.read(self._screen, 4096))
                except OSError:  # the other end is closed
                    self._process.wait()
                    return
