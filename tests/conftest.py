"""What all tests share: servers and browsers, one of each for a worker; a busy machine is no defect, and tests that
were left out are not passed over in silence."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support.browser import SKIPPED, browser, visitor
from tests.support.databases import *  # noqa: F403  # its fixtures
from tests.support.memory import write_to_memory
from tests.support.statements import share_statements
from tests.support.synapse import homeserver
from tests.support.web_wire import windows

__all__ = ["browser", "homeserver", "visitor", "windows"]

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # nothing that is drawn has a time limit

write_to_memory()
share_statements()
gc.disable()  # until all tests are collected


@pytest.hookimpl(optionalhook=True)  # without xdist nobody asks
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: a part of the tests waits, for a lease to run out or a server."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again took a third of a test's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says for how many tests there was no browser."""
    unseen = sum(SKIPPED in report.longreprtext for report in terminalreporter.stats.get("skipped", ()))
    if unseen:
        what = f"NO BROWSER: {unseen} tests were SKIPPED (python -m tests.support.chromium says why)"
        terminalreporter.write_sep("!", what, red=True)
