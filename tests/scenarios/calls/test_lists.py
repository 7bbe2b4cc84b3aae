"""The list of the day for managers, and the routing of the lines by admins."""

from __future__ import annotations

from datetime import timedelta

from core.calls.journal import Client, SaveClients
from core.people.directory import AccountsOf
from core.unit_of_work import UnitOfWork
from tests.scenarios.calls.conftest import CLIENT, Exchange
from tests.support.people import TestPerson
from tests.support.world import World


async def test_a_day_without_missed_calls(exchange: Exchange, manager: TestPerson) -> None:
    await exchange.plays("01-inbound-answered")
    await manager.says("/missed")
    manager.sees_last("Nobody waits: every client has been spoken with.")


async def test_only_the_truly_missed_are_listed(world: World, exchange: Exchange, manager: TestPerson) -> None:
    await world.store.transact(lambda uow: uow.apply(SaveClients((Client(CLIENT, "P. Ivanov", ("VIP",)),))))
    await exchange.misses("+79161230002")
    await exchange.plays("01-inbound-answered", "+79161230002")
    await exchange.misses()
    await exchange.misses()
    await manager.says("/missed")
    seen = manager.sees_last("1 client (2 calls)", button="+7 916 123-00-01")
    assert "+7 916 123-00-01 · P. Ivanov · VIP · line line-msk · waited 0:08" in seen.text
    assert "+7 916 123-00-02" not in seen.text
    await manager.presses("+7 916 123-00-01", of="1 client")
    manager.sees("Call number 2 in 30 minutes", button="Back")
    await manager.presses("Take", of="Call number 2")
    manager.sees("🟡 Taken by Gleb Orlov", button="Back")
    await manager.presses("Back")
    manager.sees("1 client (2 calls)", button="🟡")


async def test_yesterday_comes_after_today_and_long_lists_have_pages(
    world: World, exchange: Exchange, manager: TestPerson
) -> None:
    await exchange.misses("+79161239999")
    await world.passes(timedelta(days=1))
    for number in range(8):
        await exchange.misses(f"+7916123000{number}")
    await manager.says("/missed")
    manager.sees("8 clients", button="Next")
    manager.sees("Page 1 of 2")
    await manager.presses("Next", of="8 clients")
    manager.sees("Page 2 of 2", button="Previous")
    seen = manager.sees("Today: 8 clients", button="Previous").text
    assert "Waiting for you: 1 call" in seen
    assert "+7 916 123-99-99" in seen


async def test_without_a_telephone_nobody_is_congratulated(manager: TestPerson, employee: TestPerson) -> None:
    for person in (manager, employee):
        await person.says("/missed")
        person.sees_last("No telephone is connected")


async def test_whoever_is_told_sees_what_waits_of_any_day_until_it_ends(
    world: World, sales: Exchange, employee: TestPerson, hr: TestPerson, manager: TestPerson
) -> None:
    await sales.misses()
    await world.passes(timedelta(days=2))
    await employee.says("/missed")
    seen = employee.sees_last("Waiting for you: 1 call", button="🔥")
    assert "🔥 passed on to the manager" in seen.text
    await manager.says("/missed")
    manager.sees_last("Waiting for you: 1 call", button="🔥")
    await hr.says("/missed")
    hr.sees_last("Nobody waits")
    await sales.plays("01-inbound-answered")
    await employee.says("/missed")
    employee.sees_last("Nobody waits")


async def test_a_line_has_rules_of_its_own(
    world: World, sales: Exchange, admin: TestPerson, employee: TestPerson
) -> None:
    await admin.says("/lines")
    await admin.presses("line-msk")
    await admin.presses("Rules", of="Line line-msk")
    await admin.presses("One series", of="Rules of line-msk")
    await admin.says("5")
    await admin.presses("Told anew at miss number", of="Rules of line-msk")
    await admin.says("2")
    await admin.presses("A talk lasts at least", of="Rules of line-msk")
    await admin.says("20")
    text = admin.sees_last("Rules of line-msk", button="✕ As usual").text
    assert "5 minutes" in text
    assert "10 minutes (as usual)" in text
    await sales.misses()
    await sales.plays("01-inbound-answered")  # 6 seconds, which this line does not call a talk
    employee.sees_last("🔴 Missed call", button="Take")
    await sales.misses()
    employee.sees_last("2 missed calls, and nobody has spoken with the client yet.")
    employee.sees("Call number 2 in 5 minutes")
    await world.passes(timedelta(minutes=6))
    await sales.misses()
    assert employee.count("🔴 Missed call") == 2


async def test_lists_are_for_those_who_may_see_them(manager: TestPerson) -> None:
    await manager.says("/lines")
    manager.sees_last("not allowed")


async def test_an_admin_routes_a_line(
    exchange: Exchange, admin: TestPerson, manager: TestPerson, employee: TestPerson, hr: TestPerson
) -> None:
    await admin.says("/lines")
    admin.sees_last("Telephone lines", button="line-msk → all managers")
    await admin.presses("line-msk")
    await admin.presses("Department", of="Line line-msk")
    await admin.presses("Sales", of="Which department")
    admin.sees("Sales", button="Tell all managers instead")
    await admin.presses("On duty", of="Line line-msk")
    await admin.says("Vlasova")
    await admin.presses("Vlasova Vera", of="Which one?")
    admin.sees("Sales and Vera Vlasova", button="✕ Take Vera Vlasova off duty")
    await admin.presses("Name", of="Line line-msk")
    await admin.says("Ads")
    admin.sees("Line Ads")
    await exchange.misses()
    for person in (employee, hr):
        assert "line Ads" in person.sees_last("Missed call · Sales", button="Take").text
    await hr.presses("Take")
    employee.sees("🟡 Taken by Vera Vlasova")
    await admin.presses("✕ Take Vera Vlasova", of="Line Ads")
    await admin.presses("✕ Take off duty", of="Take Vera Vlasova off duty for Ads?")
    await admin.presses("Tell all managers instead", of="Line Ads")
    await admin.presses("Tell all managers", of="Remove everybody who is told of Ads?")
    admin.sees("all managers", button="On duty")
    await admin.says("/audit")
    told = admin.sees_last("🧾 Audit").text
    assert "line-msk: missed calls are told to Sales" in told
    assert "Ads: not on duty any more — Vera Vlasova" in told


async def leaves(world: World, who: str) -> None:
    """Somebody blocks the bot."""

    def leave(uow: UnitOfWork) -> None:
        for account in uow.ask(AccountsOf(world.ids[who])):
            account.unreachable = "left"

    await world.store.transact(leave)


async def test_what_nobody_hears_of_is_told_to_the_managers_and_said(
    world: World, exchange: Exchange, admin: TestPerson, manager: TestPerson, hr: TestPerson
) -> None:
    await leaves(world, "hr")
    await exchange.plays("01-inbound-answered")
    await admin.says("/lines")
    await admin.presses("⚠️ line-spb → all managers")
    admin.sees_last("Line line-spb: not a single call so far.")
    await admin.says("/lines")
    await admin.presses("line-msk → all managers")
    await admin.presses("Department", of="Line line-msk")
    await admin.presses("HR", of="Which department")
    told = "Line line-msk: nobody it is meant for can be reached, so the managers are told"
    admin.sees_last(f"⚠️ {told}")
    await exchange.misses()
    manager.sees_last("🔴 Missed call · HR", button="Take")
    assert admin.count("🔴 Missed call") == 0
    await admin.says("/health")
    health = admin.sees_last("🩺 Health").text
    assert f"🔴 {told}" in health
    assert "🔴 Line line-spb: not a single call so far. Is it called so in the exchange?" in health
    await leaves(world, "manager")
    await exchange.misses("+79161230002")
    admin.sees_last("🔴 Missed call · HR", button="Take")


async def test_a_miss_of_the_night_is_told_in_the_morning(
    world: World, exchange: Exchange, admin: TestPerson, manager: TestPerson
) -> None:
    await admin.says("/lines")
    await admin.presses("line-msk")
    await admin.presses("Hours", of="Line line-msk")
    await admin.says("whenever")
    admin.sees("I cannot read this.")
    await admin.says("пн-пт 9-18, сб 10-14")
    admin.sees("A line can only keep one opening and one closing")
    await admin.says("пн-пт с 9 до 18")
    admin.sees("working days, 09:00–18:00")
    world.clock.set(world.clock.now().replace(hour=19))  # 22:00 in Moscow
    await exchange.misses("+79161230002")
    await exchange.misses()
    await exchange.plays("01-inbound-answered", "+79161230002")
    assert manager.count("Missed call") == 0
    world.clock.set((world.clock.now() + timedelta(days=1)).replace(hour=5, minute=59))
    await world.settle()
    assert manager.count("Missed call") == 0
    world.clock.set(world.clock.now().replace(hour=6, minute=0, second=0, microsecond=0))
    await world.settle()
    assert manager.count("Missed call") == 1
    assert "+7 916 123-00-01" in manager.sees("Missed call", button="Take").text
    await world.passes(timedelta(minutes=10))
    manager.sees_last("🔥 10 minutes without an answer")
