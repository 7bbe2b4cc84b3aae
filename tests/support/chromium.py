"""Gets the browser of the tests, and says before the first test what is missing: `python -m tests.support.chromium`.

The system's Chromium or Chrome where there is one, otherwise Playwright's, otherwise, as root on Debian, the package.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

from playwright.async_api import Browser, Error, Playwright, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-dejavu-core", "fonts-noto-color-emoji")
_PACKAGES = ("chromium", "libatomic1", *FONTS)  # Playwright's own process needs libatomic, and does not bring it
DRIVER = "Playwright's driver"
_PATIENCE = 900.0
"""Seconds for a download."""
_SHOWS_LETTERS = """() => {
  const drawn = text => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    pen.font = "32px sans-serif";
    pen.fillText(text, 8, 48);
    return canvas.toDataURL();
  };
  return [["Ж", "Щ"], ["😀", "🚀"]].every(([one, other]) => drawn(one) !== drawn(other));
}"""
"""What no font has is drawn as the same box."""


class NoBrowser(Exception):
    """No browser starts here; the text has a line of each that was tried."""


class Candidate(NamedTuple):
    """A browser that may be there: a file, or what Playwright calls it; neither is Playwright's own."""

    path: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What the tests have to do without."""

    browser: str = ""
    """Why none starts; empty when one does."""
    fonts: bool = False
    """Whether Cyrillic letters or emoji are drawn as boxes."""


def candidates() -> Iterator[Candidate]:
    """All that is worth trying, the best first."""
    for name in NAMES:
        if path := shutil.which(name):
            yield Candidate(path=path)
    yield Candidate(channel="chrome")  # at its usual place, which on some systems is not in PATH
    yield Candidate()


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The first browser that starts, until it is left. Raises `NoBrowser`."""
    if complaint := _of_driver():
        raise NoBrowser(f"{DRIVER}: {complaint}")
    async with async_playwright() as playwright:
        browser = await _first(playwright)
        yield browser
        await browser.close()


async def _first(playwright: Playwright) -> Browser:
    said = []
    for path, channel in candidates():
        try:
            return await playwright.chromium.launch(executable_path=path, channel=channel, args=["--no-sandbox"])
        except Error as error:
            said.append(f"{path or channel or 'Playwright'}: {_reason(error.message)}")
    raise NoBrowser("\n".join(said))


def _of_driver() -> str:
    """Why Playwright's driver, a process of its own, does not start: its library only hangs up. Empty when it does."""
    command = [sys.executable, "-m", "playwright", "--version"]
    tried = subprocess.run(command, check=False, capture_output=True, text=True)
    return _reason(tried.stderr) if tried.returncode else ""


def is_ci() -> bool:
    """Whether nothing may be left out."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


async def look() -> Missing:
    """Tries what is there now."""
    try:
        async with launched() as browser:
            page = await browser.new_page()
            return Missing(fonts=not await page.evaluate(_SHOWS_LETTERS))
    except NoBrowser as error:
        return Missing(browser=str(error), fonts=True)


def get() -> Missing:
    """Tries what is there, then what can be got; what is still missing."""
    missing = asyncio.run(look())
    if missing.browser:
        _download()
        missing = asyncio.run(look())  # it may have got the browser and failed at something beside it
    if missing != Missing() and _may_install():
        _install()
        missing = asyncio.run(look())
    return missing


def _download() -> None:
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    _carry_out("No browser starts here: getting Playwright's own (some 110 MB, once)", command)


def _may_install() -> bool:
    """Whether this is root on Debian; in its descendants the package may be a door to another shop."""
    return _is_root() and _system() == "debian" and bool(shutil.which("apt-get"))


def _install() -> None:
    _carry_out("Reading Debian's list of packages", ["apt-get", "update", "-qq"])
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]
    _carry_out(f"Installing {' '.join(_PACKAGES)}", command)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return platform.system()


def _carry_out(what: str, command: list[str]) -> None:
    """Carries out one step; says so when it did not work."""
    _say(f"{what} …")
    own = {"DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    try:
        subprocess.run(command, env=own | os.environ, check=True, capture_output=True, text=True, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        _say(f"  not within {_PATIENCE / 60:.0f} minutes")
    except subprocess.CalledProcessError as error:
        _say(f"  failed: {_reason(error.stderr or error.stdout)}")


def _reason(said: str) -> str:
    """The line of a long complaint that tells most."""
    lines = [line.strip() for line in said.replace("BrowserType.launch: ", "").splitlines() if line.strip()]
    telling = (line for line in lines if line.startswith(("Error:", "E:")) or "error while loading" in line)
    return next(telling, lines[0] if lines else "without a word")


def _remedy(missing: Missing) -> str:
    """The one command that mends it."""
    if _system() == "debian" or (not missing.browser and shutil.which("apt-get")):
        return f"{'' if _is_root() else 'sudo '}apt-get install {' '.join(_PACKAGES if missing.browser else FONTS)}"
    if missing.browser:
        return f"{sys.executable} -m playwright install --with-deps chromium"
    return "install a font with Cyrillic letters and one with emoji, such as DejaVu Sans and Noto Color Emoji"


def notice(missing: Missing) -> str:
    """What is missing, what that means, and what to do; empty when nothing is."""
    if missing.browser:
        what, means = f"NO BROWSER starts here.\n{missing.browser}", "All tests in a browser will be SKIPPED."
    elif missing.fonts:
        what = "NO FONT with Cyrillic letters, or none with emoji: the browser draws them as boxes."
        means = "Tests of what pages look like mean little."
    else:
        return ""
    return f"{what}\n{'In CI that is an error.' if is_ci() else means} To mend it:\n  {_remedy(missing)}"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """0 when all is there; also when it is not, unless this is CI."""
    missing = get()
    if said := notice(missing):
        rule = "!" * 100
        _say(f"{rule}\n{said}\n{rule}")
    return int(is_ci() and missing != Missing())


if __name__ == "__main__":
    sys.exit(main())
