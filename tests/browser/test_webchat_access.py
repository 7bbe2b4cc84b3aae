"""The web chat for whoever uses the keyboard or a screen reader: axe finds nothing, and what axe cannot see."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from core.chat.messenger import MenuCommand
from core.chat.pages import Page
from tests.browser.conftest import ALERT, BOTH, TinyBot
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.webchat import ANNA, BORIS, World

COMMANDS = {code: [MenuCommand("menu", "Menu"), MenuCommand("missed", "Missed")] for code in ("ru", "en")}
UNREAD = "document.querySelector('.message').insertAdjacentHTML('beforebegin', '<li class=unread-line>New</li>')"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe() -> str:
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


async def faults(tab: Tab) -> list[str]:
    """What axe finds on a page."""
    await tab.evaluate(axe())
    found: dict[str, Any] = await tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}" for one in found["violations"]
    ]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_axe_finds_nothing(world: World, bot: TinyBot, visitor: Visitor, language: str, dark: bool) -> None:
    await world.chat.announce(COMMANDS)
    alert = await bot.send(ANNA, Page(parts=(ALERT,)))
    await world.posts("/say", account=ANNA, text="> *да* `код`", reply_to=alert.ids[0])
    for _ in range(70):
        await bot.send(BORIS, Page(parts=(ALERT,)))
    cookies = {"kollega-lang": language}
    for size in (DESKTOP, PHONE):
        for url in ("/", BOTH, f"/?left={ANNA}&beside=1"):
            tab = await visitor(world.address + url, size=size, dark=dark, cookies=cookies)
            if url == BOTH:
                await tab.locator(".pane.left textarea").fill("/m")
                await expect(tab.locator(".pane.left .options")).to_be_visible()
                if size == DESKTOP:
                    await tab.locator(".pane.right textarea").press("ArrowUp")
                await tab.evaluate(UNREAD)
            assert await faults(tab) == [], url


async def test_the_box_comes_first_and_says_which_command_is_chosen(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    await world.chat.announce(COMMANDS)
    tab = await visitor(f"{world.address}/?left={ANNA}")
    box = tab.locator("textarea")
    await expect(box).to_be_focused()
    await expect(box).to_have_attribute("aria-controls", f"commands-{ANNA}")
    await tab.keyboard.type("/m")
    await expect(box).to_have_attribute("aria-activedescendant", f"command-{ANNA}-menu")
    await tab.keyboard.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", f"command-{ANNA}-missed")
    await expect(tab.get_by_role("option", name="/missed")).to_have_attribute("aria-selected", "true")
    await tab.keyboard.press("Escape")
    await expect(box).not_to_have_attribute("aria-activedescendant", f"command-{ANNA}-missed")
    await expect(box).to_be_focused()


async def test_what_is_new_is_read_with_its_author_and_what_changes_in_place_is_not(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await bot.alarm()
    told = tab.locator(".told p")
    await expect(told).to_have_count(1)
    await expect(told).to_contain_text("Коллега: Пропущенный звонок")
    await tab.get_by_role("button", name="Беру").click()
    await bot.takes()
    await expect(tab.get_by_text("Взяла Анна Орлова")).to_be_visible()
    await expect(told).to_have_count(1)
    await tab.locator("textarea").fill("привет")
    await tab.keyboard.press("Enter")
    await expect(told).to_contain_text(["Пропущенный звонок", "Эхо: привет"])
    await expect(tab.locator(".own .unseen").last).to_have_text("Вы:")
