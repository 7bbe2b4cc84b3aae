"""Admins put right what a card says, in the chat."""

from __future__ import annotations

from tests.support.people import TestPerson


async def corrects(admin: TestPerson, name: str, what: str) -> None:
    """Opens the question for one thing on a card."""
    await admin.says(f"/who {name}")
    await admin.presses("Correct", of=name)
    await admin.presses(what, of="What is to be corrected?")


async def test_a_card_is_put_right_and_found_by_what_it_says_now(admin: TestPerson, employee: TestPerson) -> None:
    await corrects(admin, "Sidorov", "Last name")
    admin.sees_last("Sidorov")
    await admin.says("12")
    admin.sees_last("“12” is not a name")
    await admin.says("Siborov")
    admin.sees_last("Siborov Boris")
    await corrects(admin, "Siborov", "Phone")
    await admin.says("8 (916) 123")
    admin.sees_last("“8 (916) 123” is not a telephone number")
    await admin.says("8 (916) 555-44-33")
    admin.sees_last("+7 916 555-44-33")
    await employee.says("Siborov")
    employee.sees_last("+7 916 555-44-33")
    await corrects(admin, "Siborov", "Phone")
    await admin.presses("Remove", of="+7 916 555-44-33")
    assert "555" not in admin.sees_last("Siborov Boris").text
    await admin.says("/audit")
    admin.sees_last("Card corrected: Last name")


async def test_somebody_is_moved_and_heads_are_not(admin: TestPerson) -> None:
    await corrects(admin, "Sidorov", "Department")
    await admin.presses("HR", of="In which department?")
    assert "HR" in admin.sees_last("Sidorov Boris").text
    await corrects(admin, "Orlov", "Department")
    await admin.presses("HR", of="In which department?")
    admin.sees("heads “Sales”")


async def test_who_is_no_admin_is_not_offered_it(employee: TestPerson) -> None:
    await employee.says("/who Sidorov")
    assert not any("Correct" in label for label in employee.sees_last("Sidorov").buttons)
