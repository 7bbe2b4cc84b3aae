"""The web chat in a real browser: what a newcomer sees and does in the first minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from playwright.async_api import FilePayload, Locator, expect
from playwright.async_api import Page as Tab

from core.chat.blocks import Heading, Table
from core.chat.events import Said
from core.chat.files import Attachment, Media
from core.chat.messenger import MenuCommand, Receipt
from core.chat.pages import Key, Page, Part, Press
from core.chat.screens import CopyText, Visit
from tests.browser.conftest import ALERT, BOTH, TinyBot
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.webchat import ANNA, BORIS, World, page, png

ROWS = Part(
    blocks=(Heading("Что?"),),
    rows=(
        (Key("📰 Новость", Press("a")), Key("🚀 Релиз", Press("b"))),
        (Key("🎤 Конференция", Press("c")), Key("📅 Мероприятие", Press("d"))),
        (Key("‹ Назад", Press("e")), Key("✕ Отмена", Press("f"))),
    ),
)


async def top(shown: Locator) -> float:
    box = await shown.bounding_box()
    assert box is not None
    return box["y"]


def last(tab: Tab) -> Locator:
    return tab.locator(".pane.left .message:last-child")


async def test_a_newcomer_picks_a_person_and_talks(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(world.address)
    await expect(tab.get_by_role("heading", name="Кем вы хотите быть?")).to_be_visible()
    await tab.get_by_role("link", name="Анна Орлова").last.click()
    await tab.get_by_role("button", name="/menu").click()
    await expect(tab.get_by_role("heading", name="Главное меню")).to_be_visible()
    await expect(tab.get_by_role("button", name="Новости")).to_be_visible()
    field = tab.get_by_role("textbox", name="Сообщение")
    await field.fill("первая строка")
    await field.press("Shift+Enter")
    await field.type("вторая <b>")
    await field.press("Enter")
    await expect(last(tab)).to_contain_text("Эхо: первая строка\nвторая <b>")
    await expect(field).to_have_value("")
    assert [event.text for event in world.inbox.events if isinstance(event, Said)] == [
        "/menu",
        "первая строка\nвторая <b>",
    ]


async def test_an_alert_appears_in_the_other_pane_and_is_taken_in_place(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    tab = await visitor(world.address + BOTH)
    await tab.evaluate("window.same = true")
    await tab.get_by_role("button", name="Miss a call").click()
    await expect(tab.locator(".toasts.page")).to_contain_text("A client called and nobody answered.")
    anna, boris = tab.locator(".pane.left"), tab.locator(".pane.right")
    await expect(anna.get_by_role("heading", name="Пропущенный звонок")).to_be_visible()
    await expect(anna.get_by_role("link", name="+7 900 555-01-77")).to_have_attribute("href", "tel:+79005550177")
    await expect(boris.locator(".message")).to_have_count(0)
    button = anna.get_by_role("button", name="Беру")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await bot.takes()
    await expect(anna.locator(".message")).to_have_count(1)
    await expect(anna.locator(".message")).to_contain_text("Взяла Анна Орлова")
    await expect(button).to_have_count(0)
    await expect(anna.locator(".toasts")).to_contain_text("Звонок ваш")
    await bot.world.chat.delete(ANNA, Receipt((await anna.locator(".message").get_attribute("data-id") or "",)))
    await expect(anna.locator(".message, .day")).to_have_count(0)
    assert await tab.evaluate("window.same"), "the page was never reloaded"


async def test_an_edit_above_does_not_move_what_is_being_read(world: World, bot: TinyBot, visitor: Visitor) -> None:
    receipts = [await bot.send(ANNA, page(f"Сообщение {number}\n" * 4)) for number in range(30)]
    tab = await visitor(f"{world.address}/?left={ANNA}")
    scroller = tab.locator(".scroller")
    await expect(tab.locator(".log").get_by_text("Сообщение 29").first).to_be_in_viewport()
    await scroller.hover()
    await tab.mouse.wheel(0, -900)
    await expect(tab.locator(".log").get_by_text("Сообщение 29").first).not_to_be_in_viewport()
    read = tab.locator(".message").nth(22)
    before = await top(read)
    await world.chat.edit(ANNA, receipts[3], page("Коротко"), "edit1")
    await world.chat.edit(ANNA, receipts[28], page("Длинно\n" * 20), "edit2")
    await bot.send(ANNA, page("Самое новое"))
    newer = tab.get_by_role("button", name="Новые сообщения")
    await expect(newer).to_be_visible()
    assert abs(await top(read) - before) < 3
    await newer.click()
    await expect(tab.locator(".log").get_by_text("Самое новое")).to_be_in_viewport()
    await expect(newer).to_be_hidden()
    await bot.send(ANNA, page("Ещё новее"))
    await expect(tab.locator(".log").get_by_text("Ещё новее")).to_be_in_viewport()


async def test_a_key_on_an_older_message_leads_to_its_answer(world: World, bot: TinyBot, visitor: Visitor) -> None:
    await bot.send(ANNA, Page(parts=(ALERT,)))
    for number in range(30):
        await bot.send(ANNA, page(f"Сообщение {number}\n" * 4))
    tab = await visitor(f"{world.address}/?left={ANNA}")
    key = tab.get_by_role("button", name="Беру")
    await key.scroll_into_view_if_needed()
    await bot.send(ANNA, page("Само пришло"))
    newer = tab.get_by_role("button", name="Новые сообщения")
    await expect(newer).to_be_visible()
    await key.click()
    press = await bot.next_press()
    await bot.send(ANNA, page("И это само пришло"))
    await expect(key).to_be_in_viewport()
    long = "Вот что вышло\n" + "и ещё\n" * 60
    await bot.send(ANNA, replace(page(long), asked=True))
    answer = last(tab)
    await expect(answer).to_be_in_viewport()
    assert await top(answer) >= await top(tab.locator(".scroller")) - 1, "a long answer is seen from its beginning"
    await world.chat.acknowledge(press, None)


async def test_a_lost_connection_is_said_and_what_was_missed_comes(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await bot.send(ANNA, page("До обрыва"))
    await expect(tab.locator(".log").get_by_text("До обрыва")).to_be_visible()
    await tab.context.route("**/events/**", lambda route: route.abort())
    world.chat.feed.close()
    await expect(tab.get_by_role("alert")).to_be_visible()
    world.chat.feed.closed = False
    await bot.send(ANNA, page("Во время обрыва"))
    await tab.context.unroute("**/events/**")
    await expect(tab.locator(".log").get_by_text("Во время обрыва")).to_be_visible()
    await expect(tab.get_by_role("alert")).to_be_hidden()


async def test_what_was_not_sent_stays_in_the_field(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await tab.context.route("**/say", lambda route: route.abort())
    field = tab.get_by_role("textbox", name="Сообщение")
    await field.fill("важное")
    await field.press("Enter")
    await expect(tab.locator(".pane .toasts")).to_contain_text("Не отправлено")
    await expect(field).to_have_value("важное")
    await tab.reload()
    await expect(field).to_have_value("важное")


async def test_files_are_chosen_shown_and_sent(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    files: list[FilePayload] = [
        {"name": "котёнок.png", "mimeType": "image/png", "buffer": png(9, 9)},
        {"name": "отчёт.txt", "mimeType": "text/plain", "buffer": b"report"},
    ]
    await tab.locator(".attach input").set_input_files(files)
    await tab.get_by_role("button", name="Убрать: котёнок.png").click()
    await tab.get_by_role("button", name="Отправить").click()
    await expect(last(tab)).to_contain_text("Файл отчёт.txt, 6")
    async with tab.expect_download() as waiting:
        await tab.get_by_role("link", name="отчёт.txt").click()
    download = await waiting.value
    assert download.suggested_filename == "отчёт.txt"
    assert (await download.path()).read_bytes() == b"report"


async def test_a_command_is_found_by_its_first_letters(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    listed = [MenuCommand("menu", "Главное меню"), MenuCommand("news", "Новости"), MenuCommand("me", "Моя карточка")]
    await world.chat.announce({"ru": listed})
    menu = tab.locator(".commands .menu")
    await expect(menu.locator("button")).to_have_count(3)
    field = tab.get_by_role("textbox", name="Сообщение")
    await field.type("/m")
    await expect(menu.get_by_text("Главное меню")).to_be_visible()
    await expect(menu.get_by_text("Новости")).to_be_hidden()
    await field.press("Enter")
    await expect(tab.get_by_role("heading", name="Главное меню")).to_be_visible()
    await tab.locator(".commands summary").click()
    await expect(menu.get_by_text("Новости")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    for typed in ("/me", "/me Анна", "/MENU"):
        await field.type(typed)
        await field.press("Enter")
    await expect(tab.locator(".pane.left .message.own")).to_have_count(4)
    assert [event.text for event in world.inbox.events if isinstance(event, Said)] == [
        "/menu",
        "/me",
        "/me Анна",
        "/menu",
    ]


async def test_a_short_label_stays_in_one_line(world: World, bot: TinyBot, visitor: Visitor) -> None:
    await bot.send(ANNA, Page(parts=(ROWS,)))
    for size in (DESKTOP, PHONE):
        tab = await visitor(f"{world.address}/?left={ANNA}", size=size)
        keys = await tab.locator(".key").all()
        assert len(keys) == 6
        heights = [(await key.bounding_box() or {"height": 0})["height"] for key in keys]
        assert max(heights) < 45, heights
        assert await tab.evaluate("[...document.querySelectorAll('.log')].every(log => log.scrollWidth <= innerWidth)")


async def test_people_who_stand_together_have_their_own_colours_and_cards_of_one_height(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    tab = await visitor(world.address)
    tints = await tab.locator(".cards .avatar").evaluate_all("all => all.map(each => each.className)")
    assert len(set(tints)) == len(tints) == 3
    cards = await tab.locator(".cards .card").all()
    assert len({round((await card.bounding_box() or {"height": 0})["height"]) for card in cards}) == 1


async def test_what_a_tool_says_covers_no_chat(world: World, bot: TinyBot, visitor: Visitor) -> None:
    for size in (DESKTOP, PHONE):
        tab = await visitor(world.address + BOTH, size=size)
        if size == PHONE:
            await tab.get_by_role("button", name="Демо").click()
        await tab.get_by_role("button", name="Miss a call").click()
        toast = tab.locator(".toasts.page .toast")
        await expect(toast).to_be_visible()
        box = await toast.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= await top(tab.locator(".pane.left .scroller"))


async def test_pictures_tables_and_keys_look_like_themselves(world: World, bot: TinyBot, visitor: Visitor) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield png(320, 240)

    content, size = await world.files.save(chunks(), 10**6)
    photo = Attachment(media=Media.PHOTO, name="a.png", mime="image/png", size=size, content=content)
    table = Table(("Линия", "Ждал"), (("Продажи", "0:38"),))
    keys = (Key("Скопировать", CopyText("K7F")), Key("Сайт", Visit("https://example.org")))
    await bot.send(ANNA, Page(parts=(Part(attachments=(photo, photo)), Part(blocks=(table,), rows=(keys,)))))
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await expect(tab.get_by_role("cell", name="0:38")).to_be_visible()
    await tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await tab.get_by_role("button", name="Скопировать").click()
    await expect(tab.locator(".pane .toasts")).to_contain_text("Скопировано")
    assert await tab.evaluate("navigator.clipboard.readText()") == "K7F"
    await expect(tab.get_by_role("link", name="Сайт")).to_have_attribute("rel", "noopener noreferrer")
    await tab.get_by_role("link", name="Картинка a.png").first.click()
    await expect(tab.get_by_role("dialog")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("dialog")).to_be_hidden()


async def test_a_phone_shows_one_person_at_a_time(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(world.address + BOTH, size=PHONE)
    anna, boris = tab.locator(".pane.left"), tab.locator(".pane.right")
    await expect(anna).to_be_visible()
    await expect(boris).to_be_hidden()
    await bot.send(BORIS, page("Длинное слово " + "я" * 200))
    await expect(tab.locator(".tabs .unread")).to_contain_text("Борис")
    await tab.locator(".tabs label", has_text="Борис").click()
    await expect(boris.locator(".message")).to_be_visible()
    await expect(anna).to_be_hidden()
    await expect(tab.locator(".tabs .unread")).to_have_count(0)
    await bot.send(BORIS, Page(parts=(ALERT, Part(blocks=(Table(("Линия",) * 9, (("Отдел продаж",) * 9,)),)))))
    await expect(boris.locator(".message")).to_have_count(3)
    assert await tab.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert await tab.evaluate("[...document.querySelectorAll('.log')].every(log => log.scrollWidth <= innerWidth)")
    await expect(boris.get_by_role("button", name="Отправить")).to_be_in_viewport()
    await tab.get_by_role("button", name="Демо").click()
    await tab.get_by_role("button", name="Miss a call").click()
    await expect(tab.locator(".tabs .unread")).to_contain_text("Анна")


async def test_dark_and_light_follow_the_system_until_one_is_chosen(
    world: World, bot: TinyBot, visitor: Visitor
) -> None:
    brightness = "parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    tab = await visitor(f"{world.address}/?left={ANNA}", dark=True)
    assert await tab.evaluate(brightness) < 64
    await tab.get_by_role("link", name="Светлая или тёмная тема").click()
    assert await tab.evaluate(brightness) > 192
    await tab.reload()
    assert await tab.evaluate(brightness) > 192
    light = await visitor(f"{world.address}/?left={ANNA}")
    assert await light.evaluate(brightness) > 192


async def test_the_page_speaks_english_and_so_does_what_it_sends(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await tab.get_by_role("link", name="EN").click()
    field = tab.get_by_role("textbox", name="Message")
    await field.fill("hello")
    await field.press("Enter")
    await expect(last(tab)).to_contain_text("Эхо: hello")
    await expect(tab.locator(".day")).to_have_text("Today")
    (event,) = world.inbox.events
    assert event.language == "en"


async def test_the_keyboard_is_enough(world: World, bot: TinyBot, visitor: Visitor) -> None:
    await bot.send(ANNA, Page(parts=(ALERT,)))
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await tab.get_by_role("button", name="Беру").focus()
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Shift+Tab")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("button", name="Беру")).to_have_attribute("aria-busy", "true")
    await bot.takes()
    await expect(tab.locator(".log").get_by_text("Взяла Анна Орлова")).to_be_visible()


async def test_without_scripts_everything_is_a_form(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(world.address + BOTH, scripts=False)
    await tab.locator(".pane.left textarea").fill("привет")
    await tab.locator(".pane.left .send").click()
    await expect(tab.locator(".pane.left .message").last).to_contain_text("Эхо: привет")
    assert tab.url == world.address + BOTH
    await bot.alarm()
    await tab.reload()
    await tab.get_by_role("button", name="Беру").click()
    assert (await bot.next_press()).account == ANNA
    await expect(tab.get_by_role("button", name="Беру")).to_be_visible()


async def test_a_second_person_is_opened_beside_the_first(world: World, bot: TinyBot, visitor: Visitor) -> None:
    tab = await visitor(f"{world.address}/?left={ANNA}")
    await tab.get_by_role("link", name="Открыть второго человека").click()
    await tab.locator(".picker").get_by_role("link", name="Борис").click()
    assert tab.url == world.address + BOTH
    await tab.locator(".pane.left .switch summary").click()
    await tab.locator(".pane.left .list").get_by_role("link", name="Клара").click()
    await expect(tab.locator(".pane.left .head")).to_contain_text("Клара Нильсен")
    await tab.get_by_role("link", name="Закрыть этот чат: Борис Ёжиков").click()
    await expect(tab.locator(".pane")).to_have_count(1)
