"""What the web chat does beyond the first minute: earlier messages, unread ones, replies, marks, uploads, the bell."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.async_api import FilePayload, Locator, expect
from playwright.async_api import Page as Tab

from core.chat.blocks import Bold, Italic, Paragraph
from core.chat.events import Attached, Said
from core.chat.messenger import Receipt
from core.chat.pages import Page
from tests.browser.conftest import ALERT, BOTH, TinyBot
from tests.browser.test_webchat_page import top
from tests.support.browser import Visitor
from tests.support.webchat import ANNA, BORIS, World, page

LINE = ".unread-line"
HIDE = "hidden => Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })"


def box(tab: Tab) -> Locator:
    return tab.get_by_role("textbox", name="Сообщение").first


async def says(tab: Tab, text: str) -> None:
    await box(tab).fill(text)
    await box(tab).press("Enter")


async def test_earlier_messages_come_when_one_scrolls_up_and_nothing_moves(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    first, *_ = [await bot.send(ANNA, page(f"Сообщение {number}.")) for number in range(150)]
    tab = await visitor(f"{world.address}/?left={ANNA}")
    messages = tab.locator(".message")
    await expect(messages).to_have_count(60)
    read = tab.get_by_text("Сообщение 92.")
    await read.scroll_into_view_if_needed()
    before = await top(read)
    await expect(messages).to_have_count(120)
    assert abs(await top(read) - before) < 3
    await world.chat.edit(ANNA, first, page("Изменённое начало."), "edit")
    await tab.get_by_role("button", name="Более ранние сообщения").click()
    await expect(messages).to_have_count(150)
    await expect(messages.first).to_contain_text("Изменённое начало.")
    await expect(tab.locator(".day")).to_have_count(1)
    await expect(tab.get_by_role("button", name="Более ранние сообщения")).to_be_hidden()


async def test_a_line_stands_where_the_unread_begins(world: World, bot: TinyBot, visitor: Visitor) -> None:
    await bot.send(ANNA, page("Прочитанное"))
    tab = await visitor(world.address + BOTH)
    await expect(tab.locator(LINE)).to_have_count(0)
    await tab.goto("about:blank")
    for number in range(12):
        await bot.send(ANNA, page(f"Пока меня не было {number}\n" * 3))
    await tab.goto(world.address + BOTH)
    await expect(tab.locator(f"{LINE} + .message")).to_contain_text("Пока меня не было 0")
    await expect(tab.locator(LINE)).to_be_in_viewport()
    await tab.get_by_role("button", name="Новые сообщения").click()
    await says(tab, "прочитано")
    await expect(tab.locator(LINE)).to_have_count(0)
    await tab.evaluate(HIDE, True)
    await bot.send(ANNA, page("Без взгляда"))
    await bot.send(ANNA, page("И ещё"))
    await expect(tab.locator(f"{LINE} + .message")).to_contain_text("Без взгляда")
    await tab.reload()
    await tab.reload()
    await expect(tab.locator(LINE)).to_have_count(0)


async def test_a_message_is_answered_with_what_it_says(world: World, bot: TinyBot, visitor: Visitor) -> None:
    receipt = await bot.send(ANNA, Page(parts=(ALERT,)))
    for number in range(80):
        await bot.send(ANNA, page(f"Потом {number}"))
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await box(tab).press("ArrowUp")
    answering = tab.locator(".answering")
    await expect(answering).to_contain_text("Потом 79")
    await box(tab).press("ArrowUp")
    await expect(answering).to_contain_text("Потом 78")
    await box(tab).press("Escape")
    await expect(answering).to_be_hidden()
    alert = tab.locator(f'[data-id="{receipt.ids[0]}"]')
    await tab.locator(".message").first.scroll_into_view_if_needed()
    await alert.hover()
    await alert.get_by_role("button", name="Ответить").click()
    await expect(answering).to_contain_text("Пропущенный звонок")
    await says(tab, "занято, перезвоню")
    quoted = tab.locator(".own .quoted")
    await expect(quoted).to_contain_text("Пропущенный звонок Номер")
    await expect(answering).to_be_hidden()
    (event,) = world.inbox.events
    assert isinstance(event, Said)
    assert event.reply_to == receipt.ids[0]
    await quoted.click()
    await expect(alert).to_be_in_viewport()
    await world.chat.delete(ANNA, Receipt(receipt.ids))
    await expect(quoted).to_have_text("Удалённое сообщение")
    await tab.reload()
    await expect(quoted).to_have_text("Удалённое сообщение")


async def test_marks_are_shown_as_what_they_mean(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await says(tab, "Завтра *всем* быть _вовремя_, 2 * 2 = 4")
    own = tab.locator(".message.own .body")
    await expect(own.locator("strong")).to_have_text("всем")
    await expect(own).to_have_text("Завтра всем быть вовремя, 2 * 2 = 4")
    (event,) = world.inbox.events
    assert isinstance(event, Said)
    assert event.text == "Завтра всем быть вовремя, 2 * 2 = 4"
    assert event.rich == (Paragraph(("Завтра ", Bold("всем"), " быть ", Italic("вовремя"), ", 2 * 2 = 4")),)


async def test_an_upload_shows_how_far_it_is_and_can_be_taken_back(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    wire = await tab.context.new_cdp_session(tab)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    await wire.send("Network.emulateNetworkConditions", slow)
    film: FilePayload = {"name": "фильм.bin", "mimeType": "application/octet-stream", "buffer": bytes(3_000_000)}
    await tab.locator(".attach input").set_input_files([film])
    await box(tab).fill("вот")
    await tab.get_by_role("button", name="Отправить", exact=True).click()
    await tab.wait_for_function(
        "() => { const { value } = document.querySelector('progress') || {}; return value > 0 && value < 1; }"
    )
    await tab.get_by_role("button", name="Остановить").click()
    await expect(tab.locator("progress")).to_have_count(0)
    await expect(box(tab)).to_have_value("вот")
    assert world.inbox.events == []
    await wire.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    await tab.get_by_role("button", name="Отправить", exact=True).click()
    await expect(tab.locator(".log").get_by_text("Файл фильм.bin")).to_be_visible()
    (event,) = world.inbox.events
    assert isinstance(event, Attached)
    assert event.caption == "вот"


async def test_what_is_urgent_rings_while_the_page_is_hidden(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(world.address + BOTH)
    await tab.context.grant_permissions(["notifications"])
    await tab.evaluate(
        "() => { window.shown = []; window.Notification = class extends EventTarget {"
        "static permission = 'default';"
        "static async requestPermission() { this.asked = (this.asked || 0) + 1; return this.permission = 'granted'; }"
        "constructor(title, options) { super(); shown.push(title + ': ' + options.body); } close() {} } }"
    )
    bell = tab.get_by_role("button", name="Звук и уведомления")
    await expect(bell).to_have_attribute("aria-pressed", "false")
    await tab.evaluate(HIDE, True)
    alert = replace(Page(parts=(ALERT,)), urgent=True)
    await bot.send(ANNA, alert)
    await expect(tab.locator(".pane.left .message")).to_have_count(1)
    await bell.click()
    await bell.click()
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "true")
    await bot.send(BORIS, page("Новость, которая подождёт"))
    await bot.send(ANNA, alert)
    await bot.send(BORIS, replace(page("Ответ"), asked=True))
    await expect(tab.locator(".pane.right .log").get_by_text("Ответ")).to_be_visible()
    assert await tab.evaluate("Notification.asked") == 1
    shown = await tab.evaluate("shown")
    assert [re.sub(r"\s+", " ", one)[:35] for one in shown] == [
        "Анна Орлова: Пропущенный звонок Ном"[:35],
        "Борис Ёжиков: Ответ",
    ]
    await tab.evaluate(HIDE, False)
    await bot.send(ANNA, alert)
    await tab.reload()
    await expect(bell).to_have_attribute("aria-pressed", "true")
