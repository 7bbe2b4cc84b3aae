"""A real browser for tests: Chromium, driven by Playwright; `visitor` where each test needs a fresh profile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.support import chromium

PHONE = (375, 720)
DESKTOP = (1280, 800)
SKIPPED = "no browser starts"
"""How the reason of a skipped test begins."""

expect.set_options(timeout=10_000)

Visitor = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests. Where none starts they are skipped, and the run says so in the end; CI fails."""
    try:
        async with chromium.launched() as browser:
            yield browser
    except chromium.NoBrowser as error:
        if chromium.is_ci():
            raise
        pytest.skip(f"{SKIPPED}: {error}")


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
                locale="ru-RU",
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
