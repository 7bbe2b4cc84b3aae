"""People find and open the news that are meant for them."""

from __future__ import annotations

from datetime import timedelta

from core.campaigns.campaign import Terms
from core.chat.blocks import Paragraph
from core.news.item import Content, Kind
from core.news.publishing import do_publish
from core.people.audience import Audience
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.scenarios.news.writing import prepares, publishes, schedules
from tests.support.people import TestPerson
from tests.support.world import World


async def many(world: World, count: int) -> None:
    """That many items, a minute apart."""
    for number in range(1, count + 1):

        def publish(uow: UnitOfWork, number: int = number) -> None:
            author = uow.get(Person, world.ids["hr"])
            assert author is not None
            content = Content(kind=Kind.NEWS, title=f"Item {number}.", body=(Paragraph((f"Text {number}.",)),))
            do_publish(uow, author, content, Audience(everybody=True), Terms())
            world.house.carry_out(uow)

        await world.store.transact(publish)
        await world.passes(timedelta(minutes=1))


async def test_no_news_is_said(employee: TestPerson) -> None:
    await employee.says("/news")
    employee.sees("There is no news yet.")


async def test_back_returns_to_the_same_page(world: World, employee: TestPerson) -> None:
    await many(world, 12)
    await employee.says("/news")
    employee.sees("Page 1 of 3", button="Item 12.")
    await employee.presses("Older")
    page = employee.sees("Page 2 of 3", button="Item 7.")
    assert not any("Item 8." in label for label in page.buttons)
    await employee.presses("Item 5.", of="Page 2 of 3")
    employee.sees("Text 5.", button="Back")
    await employee.presses("Back", of="Text 5.")
    employee.sees("Page 2 of 3", button="Item 5.")
    await employee.presses("Older", of="Page 2 of 3")
    employee.sees("Page 3 of 3", button="Item 1.")
    await employee.presses("Newer", of="Page 3 of 3")
    employee.sees("Page 2 of 3")


async def test_a_page_that_is_gone_gives_the_last_one(world: World, employee: TestPerson, hr: TestPerson) -> None:
    await many(world, 6)
    await employee.says("/news")
    await hr.says("/news")
    await hr.presses("Item 6.", of="Page 1 of 2")
    await hr.presses("Withdraw", of="Text 6.")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    await employee.presses("Older", of="Page 1 of 2")
    employee.sees_last("📰 News", button="Item 1.")


async def test_the_button_of_a_copy_leaves_the_copy(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await employee.presses("All news")
    employee.sees("📰 News", button="Picnic")
    employee.sees("On Friday", button="All news")


async def test_the_menu_leads_there_and_back(employee: TestPerson, hr: TestPerson) -> None:
    await employee.says("/menu")
    await employee.presses("News and events")
    await employee.presses("📰 News")
    employee.sees("There is no news yet.")
    await employee.presses("Menu")
    menu = employee.sees_last("", button="📰 News")
    assert not any("Publish" in label for label in menu.buttons)
    await hr.says("/menu")
    await hr.presses("News and events")
    await hr.presses("Publish news")
    hr.sees("What is it?")


async def test_the_menu_tells_what_waits_for_its_time(hr: TestPerson, employee: TestPerson) -> None:
    await schedules(hr, "Picnic", "On Friday", "tomorrow at 9:30")
    await hr.says("/menu")
    await hr.presses("📰 News and events · 1")
    await hr.presses("🕓 Scheduled news · 1")
    hr.sees_last("Scheduled", button="Picnic")
    await employee.says("/menu")
    employee.sees_last("Menu", button="📰 News")


async def test_the_files_of_an_item_are_sent_again_only_when_asked_for(hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Picnic", "On Friday")
    await hr.presses("Files")
    await hr.attaches("map.png", PICTURE, "image/png")
    await hr.presses("Done")
    await hr.presses("✅ Publish")
    await employee.says("/news")
    await employee.presses("Picnic", of="📰 News")
    assert sum(len(seen.files) for seen in employee.messages()) == 1
    await employee.presses("📎 Show 1 file")
    assert sum(len(seen.files) for seen in employee.messages()) == 2
    await employee.presses("Back", of="Picnic")
    employee.sees_last("On Friday", button="📎 Show 1 file")


async def test_whoever_leaves_the_audience_finds_nothing(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Sales plan", "New figures", audience="Sales")
    await hr.presses("✅ Publish")
    await employee.says("/news")

    def move(uow: UnitOfWork) -> None:
        person, other = uow.get(Person, world.ids["employee"]), uow.get(Person, world.ids["hr"])
        assert person is not None
        assert other is not None
        person.department_id = other.department_id

    await world.store.transact(move)
    await employee.presses("Sales plan", of="📰 News")
    employee.sees("There is no such news item.")
    await employee.says("/news")
    employee.sees("There is no news yet.")


async def test_a_stale_button_of_a_withdrawn_item_says_so(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await employee.says("/news")
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    await employee.presses("Picnic", of="📰 News")
    employee.sees("This news item was withdrawn.")
    await employee.says("/news")
    employee.sees_last("There is no news yet.")


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf"
    "c0f01f0005000201a7f6c3c70000000049454e44ae426082"
)
"""One red dot."""


async def test_who_replies_to_news_is_shown_the_author(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await employee.replies("Can I bring my dog?", to="On Friday")
    employee.sees("the author does not see yours", button="Write to the author: Vera Vlasova")
    await employee.presses("Write to the author")
    employee.sees("Vlasova Vera")


async def test_what_a_reader_has_opened_follows_the_item(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await employee.says("/news")
    await employee.presses("Picnic", of="📰 News")
    assert sum("On Friday" in seen.text for seen in employee.messages()) == 2
    await hr.says("/news")
    await hr.presses("Picnic", of="📰 News")
    await hr.presses("Edit")
    await hr.presses("✏️ Text")
    await hr.says("On Saturday")
    await hr.presses("💾 Save")
    assert sum("On Saturday" in seen.text for seen in employee.messages()) == 2
    employee.sees_not("On Friday")
    await hr.says("/news")
    await hr.presses("Picnic", of="📰 News")
    await hr.presses("⛔ Withdraw")
    await hr.presses("⛔ Withdraw")
    employee.sees_not("On Saturday")
    left = employee.sees("This news item was withdrawn.")
    assert len(left.buttons) == 1, "only the way back"
