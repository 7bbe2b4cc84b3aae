"""Tests without a browser are never left out in silence: said before the first one, and an error in CI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import chromium
from tests.support.browser import SKIPPED
from tests.support.chromium import Candidate, Missing

pytest_plugins = ("pytester",)


@pytest.fixture
def nothing_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a broken browser, without Playwright's, and where none can be had."""

    def broken() -> Iterator[Candidate]:
        yield Candidate(path="/bin/false")
        yield Candidate(path=str(tmp_path / "missing"))

    monkeypatch.setattr(chromium, "candidates", broken)
    monkeypatch.setattr(chromium, "_carry_out", lambda what, command: None)


@pytest.mark.usefixtures("nothing_starts")
async def test_each_browser_that_does_not_start_is_named(tmp_path: Path) -> None:
    with pytest.raises(chromium.NoBrowser) as caught:
        async with chromium.launched():
            pass
    said = str(caught.value)
    if said.startswith(chromium.DRIVER):
        pytest.skip(f"{SKIPPED}: {said}")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["/bin/false", f"{tmp_path}/missing"]


@pytest.mark.parametrize(
    ("ci", "missing", "code", "says"),
    [
        ("", Missing(), 0, ""),
        ("true", Missing(), 0, ""),
        ("", Missing(browser="chrome: not found", fonts=True), 0, "will be SKIPPED"),
        ("true", Missing(browser="chrome: not found", fonts=True), 1, "an error"),
        ("", Missing(fonts=True), 0, "mean little"),
        ("true", Missing(fonts=True), 1, "an error"),
    ],
)
def test_what_is_missing_is_said_and_stops_only_ci(
    ci: str,
    missing: Missing,
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(chromium, "get", lambda: missing)
    assert chromium.main() == code
    said = capsys.readouterr().err
    assert says in said
    assert bool(said) == (missing != Missing())
    assert ("To mend it" in said) == bool(said)


async def test_a_font_without_our_letters_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "fonts.conf"
    settings.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig/>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(settings))
    missing = await chromium.look()
    if missing.browser:
        pytest.skip(f"{SKIPPED}: {missing.browser}")
    assert missing.fonts


@pytest.mark.parametrize(("ci", "outcome"), [("", {"skipped": 1}), ("true", {"errors": 1})])
@pytest.mark.usefixtures("nothing_starts")
def test_a_test_without_a_browser_is_skipped_aloud_or_fails_in_ci(
    ci: str, outcome: dict[str, int], monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest(
        "from tests.conftest import pytest_terminal_summary\nfrom tests.support.browser import browser"
    )
    pytester.makepyfile("def test_page(browser):\n    pass")
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-o", "asyncio_default_fixture_loop_scope=session")
    result.assert_outcomes(**outcome)
    assert ("1 tests were SKIPPED" in result.stdout.str()) == (not ci)
