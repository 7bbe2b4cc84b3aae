"""A real Synapse for tests: one for the whole run, or one of a test's own that it may kill."""

from __future__ import annotations

import fcntl
import os

import pytest

from tests.support.synapse.server import Credentials, Homeserver, OwnHomeserver, a_homeserver, start_for_the_run

__all__ = ["Credentials", "Homeserver", "OwnHomeserver", "a_homeserver", "homeserver"]


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Homeserver:
    """The homeserver of this run, shared by its workers: the first one that asks starts it, it ends with the run."""
    shared, run = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared, run = shared.parent, os.getppid()
    address = shared / "homeserver"
    with (shared / "homeserver.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            address.write_text(start_for_the_run(run))
    return Homeserver(address.read_text())
