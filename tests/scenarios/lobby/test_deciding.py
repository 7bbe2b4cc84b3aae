"""People change their own settings, and admins what others may do."""

from __future__ import annotations

from core.people.person import Account
from core.unit_of_work import UnitOfWork
from tests.support.people import TestPerson
from tests.support.world import World


async def test_the_own_language(employee: TestPerson) -> None:
    await employee.says("/me")
    await employee.presses("Language")
    await employee.presses("русский")
    employee.sees("Petrova Anna Sergeevna", button="Язык")
    await employee.presses("Язык")
    await employee.presses("English")
    employee.sees("Petrova Anna Sergeevna", button="Language")


async def test_the_only_account_stays(employee: TestPerson) -> None:
    await employee.says("/me")
    await employee.presses("Accounts")
    await employee.presses("Unlink")
    employee.sees("Unlink", button="No")
    await employee.presses("Yes, unlink")
    employee.sees("This is your only account")
    await employee.says("/me")
    employee.sees("Petrova Anna Sergeevna")


async def test_another_account_can_be_preferred_and_unlinked(employee: TestPerson, world: World) -> None:
    other = "telegram" if world.wire.messenger.name == "matrix" else "matrix"

    def second(uow: UnitOfWork) -> None:
        uow.add(Account(messenger=other, address="@anna:example.org", person_id=world.ids["employee"], name="Anna"))

    await world.store.transact(second)
    await employee.says("/me")
    employee.sees(f"{other.title()}: Anna")
    await employee.presses("Where to write")
    await employee.presses(other.title())
    await employee.says("/me")
    await employee.presses("Accounts")
    await employee.presses(f"Unlink {other.title()}")
    await employee.presses("Yes, unlink")
    await employee.says("/me")
    assert "Where I write to you" not in employee.sees_last("Petrova").text


async def test_an_admin_gives_and_takes_a_role(admin: TestPerson, employee: TestPerson) -> None:
    await employee.says("/start")
    await admin.says("/who petrova")
    await admin.presses("Roles")
    await admin.presses("HR")
    admin.sees("Roles of Anna Petrova", button="✅ HR")
    employee.sees("Olga Zimina gave you the role “HR”")
    await employee.says("/help")
    employee.sees("publish")
    await admin.presses("HR", of="Roles of Anna Petrova")
    await admin.presses("Take the role", of="Take the role “HR” from Anna Petrova?")
    admin.sees("Roles of Anna Petrova", button="▫️ HR")
    employee.sees("Olga Zimina took the role “HR” from you")


async def test_a_second_admin_is_asked_about(admin: TestPerson, employee: TestPerson) -> None:
    await employee.says("/start")
    await admin.says("/who petrova")
    await admin.presses("Roles")
    await admin.presses("Admin")
    admin.sees("Make Anna Petrova an admin?", button="No")
    await admin.presses("Yes")
    employee.sees("gave you the role “Admin”")


async def test_the_last_admin_stays(admin: TestPerson) -> None:
    await admin.says("/who zimina")
    await admin.presses("Roles")
    await admin.presses("Admin")
    admin.sees("Olga Zimina is the last admin")
    await admin.says("/who zimina")
    await admin.presses("Close access")
    assert admin.count("Olga Zimina is the last admin") + len(admin.toasts()) >= 2
    await admin.says("/who petrova")
    admin.sees("Petrova", button="Roles")


async def test_access_is_closed_and_opened_again(
    admin: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await admin.says("/who petrova")
    await admin.presses("Close access")
    admin.sees("Close the access of Anna Petrova?", button="No")
    await admin.presses("Yes, close it")
    await employee.says("/who sidorov")
    employee.sees("Your access is closed")
    await colleague.says("/who petrova")
    colleague.sees_not("Petrova")
    await admin.says("/who petrova")
    await admin.presses("Open access again")
    employee.sees("Your access is open again")
    await employee.says("/who sidorov")
    employee.sees("Sidorov Boris Ivanovich")


async def test_an_admin_makes_a_code_for_somebody(admin: TestPerson) -> None:
    await admin.says("/who petrova")
    await admin.presses("Accounts")
    await admin.presses("Make a code")
    admin.sees("Anna Petrova opens me in a messenger and sends this", button="Back")
