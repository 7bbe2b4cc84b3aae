"""What all tests share: a busy machine is no defect, and tests that were left out are not passed over in silence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.support.browser import SKIPPED

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # nothing that is drawn has a time limit


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says for how many tests there was no browser."""
    unseen = sum(SKIPPED in report.longreprtext for report in terminalreporter.stats.get("skipped", ()))
    if unseen:
        what = f"NO BROWSER: {unseen} tests were SKIPPED (python -m tests.support.chromium says why)"
        terminalreporter.write_sep("!", what, red=True)
