"""What people see of a missed call, from the first miss to the talk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.calls.lines import Lines
from core.calls.rules import UNCLAIMED
from core.chat.messenger import Absent, Outcome
from core.chat.pages import Page
from core.options import do_choose
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.scenarios.calls.conftest import GRACE, Exchange
from tests.support.cast import CAST
from tests.support.people import TestPerson
from tests.support.world import World


async def test_a_missed_call_of_an_unrouted_line_finds_the_managers(
    exchange: Exchange, manager: TestPerson, employee: TestPerson
) -> None:
    await exchange.misses()
    seen = manager.sees_last("Missed call · line-msk", button="Take")
    assert "+7 916 123-00-01" in seen.text
    assert "waited 0:08 · nobody answered" in seen.text
    assert employee.count("Missed call") == 0


async def test_a_missed_call_of_a_routed_line_finds_the_department(
    sales: Exchange, employee: TestPerson, colleague: TestPerson, hr: TestPerson
) -> None:
    await sales.misses()
    for person in (employee, colleague):
        person.sees_last("🔴 Missed call · Sales", button="Take")
    assert hr.count("Missed call") == 0


@pytest.mark.parametrize("name", ["01-inbound-answered", "05-ring-group-102-answers", "17-outbound-answered"])
async def test_answered_and_outbound_calls_disturb_nobody(exchange: Exchange, manager: TestPerson, name: str) -> None:
    await exchange.plays(name)
    assert manager.count("Missed call") == 0


async def test_an_alert_waits_for_the_grace_and_no_longer(
    world: World, exchange: Exchange, manager: TestPerson
) -> None:
    await exchange.hears(exchange.recorded("02-inbound-no-answer"))
    assert manager.count("Missed call") == 0
    await world.passes(GRACE)
    assert manager.count("Missed call") == 1


async def test_a_series_is_one_alert_and_the_third_miss_is_heard(sales: Exchange, employee: TestPerson) -> None:
    await sales.misses()
    await sales.misses()
    employee.sees_last("Call number 2 in 30 minutes")
    assert len(employee.messages()) == 1
    await sales.misses()
    employee.sees("Call number 3 in 30 minutes", button="Take")
    assert employee.count("🔴 Missed call") == 1
    employee.sees_last("3 missed calls, and nobody has spoken with the client yet.", button="Open")
    await employee.presses("Open")
    employee.sees_last("Call number 3 in 30 minutes", button="Take")


async def test_another_number_or_a_later_call_is_another_alert(
    world: World, sales: Exchange, employee: TestPerson
) -> None:
    await sales.misses()
    await sales.misses("+79161230002")
    assert employee.count("Missed call") == 2
    await world.passes(timedelta(minutes=31))
    await sales.misses()
    assert employee.count("Missed call") == 3


async def test_hidden_numbers_are_never_joined(sales: Exchange, employee: TestPerson) -> None:
    await sales.misses("anonymous")
    await sales.misses("anonymous")
    assert employee.count("number withheld") == 2
    assert not any("Spam" in label for label in employee.sees_last("Missed call").buttons)


async def test_the_first_takes_it_and_the_second_is_told(
    sales: Exchange, employee: TestPerson, colleague: TestPerson
) -> None:
    await sales.misses()
    await employee.presses("Take")
    colleague.sees("🟡 Taken by Anna Petrova", button="Give back")
    await colleague.presses("Give back")
    colleague.sees("Only Anna Petrova, who took this call, or a manager can give it back.")
    await employee.presses("Give back", of="Missed call")
    colleague.sees("🔴 Missed call", button="Take")
    await colleague.presses("Take", of="Missed call")
    employee.sees("🟡 Taken by Boris Sidorov")


async def test_whoever_takes_a_call_from_another_is_asked_first(
    sales: Exchange, employee: TestPerson, manager: TestPerson
) -> None:
    await sales.misses()
    await employee.presses("Take")
    await manager.says("/missed")
    await manager.presses("🟡")
    await manager.presses("Give back")
    employee.sees("🟡 Taken by Anna Petrova")
    await manager.presses("No", of="Take this call from Anna Petrova?")
    await manager.presses("Give back", of="🟡 Taken by")
    await manager.presses("Give back", of="Take this call from Anna Petrova?")
    employee.sees("🔴 Missed call", button="Take")


async def test_a_call_back_turns_it_green(sales: Exchange, employee: TestPerson) -> None:
    await sales.plays("14-missed-then-callback-answered", None)
    seen = employee.sees("🟢 Called back by Anna Petrova")
    assert "within a minute · talk 0:0" in seen.text
    assert len(employee.messages()) == 1
    assert not any("Take" in label for label in seen.buttons)


async def test_a_call_back_in_vain_changes_nothing(sales: Exchange, employee: TestPerson) -> None:
    await sales.plays("15-missed-then-callback-not-answered", None)
    employee.sees_last("🔴 Missed call", button="Take")


async def test_the_client_gets_through(sales: Exchange, employee: TestPerson) -> None:
    await sales.misses()
    await employee.presses("Take")
    await sales.plays("01-inbound-answered")
    employee.sees("🟢 The client got through")
    assert "→ Anna Petrova · talk 0:06" in employee.sees("🟢 Missed call").text


async def test_a_miss_after_the_talk_is_heard_again(sales: Exchange, employee: TestPerson) -> None:
    await sales.misses()
    await sales.plays("01-inbound-answered")
    employee.sees("🟢 Missed call")
    await sales.misses()
    employee.sees("🔴 Missed call", button="Take")
    told = "then called again, and nobody answered"
    employee.sees_last(f"; {told}", button="Open")
    assert "↩️ Spoke with Anna Petrova" in employee.sees("Missed call", button="Take").text
    await sales.plays("01-inbound-answered")
    assert "🟢 The client got through" in employee.sees_last("+7 916 123-00-01", button="Open").text
    assert employee.count(told) == 0


async def test_a_note_and_a_close(sales: Exchange, employee: TestPerson, colleague: TestPerson) -> None:
    await sales.misses()
    await employee.presses("Note")
    employee.sees_last("What is to be noted?")
    await employee.says("Wants <b>a price</b> for 20 pieces")
    colleague.sees("📝 Anna Petrova: Wants <b>a price</b> for 20 pieces", button="Take")
    await colleague.presses("Close with a note", of="Missed call")
    await colleague.says("Called from my mobile")
    employee.sees("✅ Closed with a note by Boris Sidorov")
    employee.sees("📝 Boris Sidorov: Called from my mobile", button="Note")
    employee.sees_not("🔴")


async def test_closing_what_was_settled_meanwhile_says_so(sales: Exchange, employee: TestPerson) -> None:
    await sales.misses()
    await employee.presses("Close with a note")
    await sales.plays("01-inbound-answered")
    await employee.says("No answer")
    employee.sees("This call is dealt with already.")
    employee.sees("🟢 Missed call")


async def test_spam_is_silent_from_then_on(sales: Exchange, employee: TestPerson, colleague: TestPerson) -> None:
    await sales.misses()
    await employee.presses("Spam")
    colleague.sees_not("🚫 Marked")
    await employee.presses("Mark as spam", of="nobody is told of its calls any more")
    colleague.sees("🚫 Marked as spam by Anna Petrova", button="Not spam")
    await sales.misses()
    assert colleague.count("Missed call") == 1
    await colleague.presses("Not spam")
    employee.sees("🔴 Missed call", button="Take")
    await sales.misses()
    employee.sees("Call number 2 in 30 minutes")


async def test_what_nobody_takes_goes_to_the_manager_once(
    world: World, sales: Exchange, manager: TestPerson, employee: TestPerson
) -> None:
    await sales.misses()
    before = len(manager.messages())
    await world.passes(timedelta(minutes=9, seconds=50))
    assert len(manager.messages()) == before
    await world.passes(timedelta(seconds=10))
    manager.sees_last("🔥 10 minutes without an answer", button="Take")
    assert len(manager.messages()) == before + 1
    employee.sees("🔥 Missed call · Sales", button="Take")
    await world.passes(timedelta(hours=2))
    assert len(manager.messages()) == before + 1
    await manager.presses("Take", of="without an answer")
    employee.sees("🟡 Taken by Gleb Orlov")
    assert manager.count("🟡 Taken by Gleb Orlov") == before + 1


async def test_admins_say_how_long_it_waits_for_somebody(world: World, sales: Exchange, manager: TestPerson) -> None:
    await world.store.transact(lambda uow: do_choose(uow, UNCLAIMED, 3))
    await sales.misses()
    await world.passes(timedelta(minutes=3))
    manager.sees_last("🔥 3 minutes without an answer", button="Take")


async def test_what_was_taken_is_not_passed_on(
    world: World, sales: Exchange, employee: TestPerson, manager: TestPerson
) -> None:
    await sales.misses()
    await world.passes(timedelta(minutes=8))
    await employee.presses("Take")
    await world.passes(timedelta(minutes=9))
    assert manager.count("without an answer") == 0
    await employee.presses("Give back")
    await world.passes(timedelta(minutes=10))
    manager.sees_last("without an answer")


async def test_what_was_taken_and_not_called_is_open_again(
    world: World, sales: Exchange, employee: TestPerson, colleague: TestPerson, manager: TestPerson
) -> None:
    await sales.misses("+79161231515")
    await world.passes(timedelta(minutes=11))
    await employee.presses("Take", of="Missed call")
    await world.passes(timedelta(minutes=9))
    employee.sees("🟡 Taken by Anna Petrova")
    await world.passes(timedelta(minutes=1, seconds=5))
    colleague.sees("🔥 Missed call", button="Take")
    colleague.sees_last("↩️ Anna Petrova took it, 12:11, and no call followed: it is open again", button="Open")
    assert manager.count("without an answer") == 1
    await colleague.presses("Take", of="🔥 Missed call")
    assert "🟡 Taken by Boris Sidorov" in colleague.sees("+7 916 123-15-15", button="Open").text
    await world.passes(timedelta(minutes=8))
    await sales.plays("15-missed-then-callback-not-answered", None)
    await world.passes(timedelta(minutes=8))
    colleague.sees("🟡 Taken by Boris Sidorov")


async def test_a_talk_on_an_analogue_line_is_not_promised(world: World, sales: Exchange, employee: TestPerson) -> None:
    def say(uow: UnitOfWork) -> None:
        for line in uow.ask(Lines()):
            line.analogue = True

    await world.store.transact(say)
    await sales.plays("14-missed-then-callback-answered", None)
    seen = employee.sees_last("☑️ Missed call")
    assert "☑️ Anna Petrova called" in seen.text
    assert "on an analogue line, which does not tell whether the client answered" in seen.text


async def test_minutes_of_the_night_do_not_count(world: World, sales: Exchange, manager: TestPerson) -> None:
    world.clock.set(world.clock.now().replace(hour=14, minute=54, second=0))  # 17:54 in Moscow
    await sales.misses()
    await world.passes(timedelta(hours=12))
    assert manager.count("without an answer") == 0
    world.clock.set(world.clock.now().replace(hour=6, minute=5, second=0))
    await world.settle()
    manager.sees_last("without an answer")


async def test_a_restart_between_the_end_and_the_grace(world: World, exchange: Exchange, manager: TestPerson) -> None:
    await exchange.hears(exchange.recorded("02-inbound-no-answer"))
    world.clock.move(timedelta(hours=1))
    await world.restarts()
    assert manager.count("Missed call") == 1


async def test_a_restart_in_the_middle_of_a_call(world: World, exchange: Exchange, manager: TestPerson) -> None:
    events = exchange.recorded("02-inbound-no-answer")
    await exchange.hears(events[: len(events) // 2])
    await world.restarts()
    exchange.intake = exchange.connect()
    await exchange.hears(events[len(events) // 2 :])
    await world.passes(GRACE)
    seen = manager.sees_last("Missed call")
    assert "waited 0:08" in seen.text


async def test_a_false_alarm_is_taken_back(world: World, exchange: Exchange, manager: TestPerson) -> None:
    events = exchange.recorded("01-inbound-answered")
    lost = [event for event in events if "Bridge" not in type(event).__name__]
    await exchange.hears(lost)
    await world.passes(GRACE)
    manager.sees_last("🔴 Missed call", button="Take")
    await exchange.intake.feed(events)
    await world.settle()
    manager.sees_last("⚪ False alarm: the call was answered")
    assert len(manager.messages()) == 1


async def test_the_past_alerts_nobody(world: World, exchange: Exchange, manager: TestPerson) -> None:
    events = exchange.recorded("37-repeated-attempts")
    world.clock.move(timedelta(hours=1))
    await exchange.intake.feed(events)
    await exchange.intake.settle()
    await world.passes(timedelta(hours=3))
    assert manager.count("Missed call") == 0


async def test_a_reply_to_a_missed_call_is_a_note_on_it(
    sales: Exchange, employee: TestPerson, colleague: TestPerson
) -> None:
    await sales.misses()
    await employee.says("/publish")  # whatever was said since
    await employee.replies("Calls again at noon", to="Missed call · Sales")
    employee.sees("The note is kept under the missed call.")
    colleague.sees("📝 Anna Petrova: Calls again at noon", button="Take")
    await employee.replies("x" * 501, to="Missed call · Sales")
    employee.sees_last("This is too long")


async def test_a_second_telephone_of_an_extension_is_the_same_person(
    world: World, sales: Exchange, employee: TestPerson
) -> None:
    def give(uow: UnitOfWork) -> None:
        person = uow.get(Person, world.ids["employee"])
        assert person is not None
        person.extension = "101, 201"

    await world.store.transact(give)
    await sales.misses()
    await sales.plays("endpoint-names")
    assert "→ Anna Petrova · talk" in employee.sees("🟢 The client got through").text


async def test_an_alert_that_comes_to_nobody_of_its_line_is_told_to_others(
    world: World, sales: Exchange, admin: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether somebody can read it shows only when it is sent."""
    messenger = world.wire.messenger
    away = {world.wire.account(member) for member in CAST if member.department == "Sales"}
    original = messenger.send

    async def send(chat: str, page: Page, key: str) -> Outcome:
        return Absent("no device") if chat in away else await original(chat, page, key)

    monkeypatch.setattr(messenger, "send", send)
    await sales.misses()
    admin.sees("🔴 Missed call · Sales", button="Take")
    await admin.presses("Take")
    admin.sees("Taken by Olga Zimina")
