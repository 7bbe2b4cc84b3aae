"""A real browser for tests: Debian's Chromium, driven by Playwright.

A test module imports `browser`, and `visitor` where each test needs a fresh profile.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

PHONE = (375, 720)
DESKTOP = (1280, 800)

expect.set_options(timeout=10_000)

Visitor = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; an error that says what to do when there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("These tests need Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def visitor(browser: Browser) -> AsyncIterator[Visitor]:
    """Opens an address in a new profile: `await visitor(url, size=PHONE, dark=True, scripts=False)`.

    The test fails if a page logs an error or throws one.
    """
    errors: list[str] = []
    async with AsyncExitStack() as open_contexts:

        async def close(context: BrowserContext) -> None:
            await context.close()

        def logged(message: ConsoleMessage) -> None:
            if message.type == "error" and "Failed to load resource" not in message.text:  # a test may cut the wire
                errors.append(message.text)

        async def visit(
            url: str,
            size: tuple[int, int] = DESKTOP,
            dark: bool = False,
            cookies: dict[str, str] | None = None,
            scripts: bool = True,
        ) -> Page:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
                java_script_enabled=scripts,
                reduced_motion="reduce",
            )
            open_contexts.push_async_callback(close, context)
            await context.add_cookies([{"name": n, "value": v, "url": url} for n, v in (cookies or {}).items()])
            page = await context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", logged)
            await page.goto(url)
            return page

        yield visit
    assert errors == []
