"""Runs a Synapse for as long as the test run lives, however that ends: `run.py FOLDER PID-OF-THE-RUN`."""

from __future__ import annotations

import os
import select
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def main() -> None:
    """Does not come back before the server ends."""
    folder, run = sys.argv[1], int(sys.argv[2])
    os.setsid()  # an interrupt at the keyboard is for the run, which still needs the server to clean up
    threading.Thread(target=_end_with, args=(run, folder), daemon=True).start()
    sys.argv = ["synapse", "--config-path", f"{folder}/homeserver.yaml"]
    _work_in_one_thread()
    from synapse.app.homeserver import main as serve

    serve()


def _work_in_one_thread() -> None:
    """Lets queries run in the thread that asks for them: handing each over to another takes longer than the query. Each
    has a turn of its own all the same, for what is done at once is never forgotten by what keeps a list of the running.
    """
    from twisted.enterprise import adbapi
    from twisted.internet import task

    class Here:
        @staticmethod
        def deferToThreadPool(reactor: Any, _pool: Any, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return task.deferLater(reactor, 0, work, *args, **kwargs)

    vars(adbapi)["threads"] = Here


def _end_with(run: int, folder: str) -> None:
    """A descriptor of a process becomes readable when the process ends, also when it is killed."""
    with suppress(ProcessLookupError):
        select.select([os.pidfd_open(run)], [], [])
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
