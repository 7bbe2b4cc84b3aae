"""How HR writes news in the scenarios."""

from __future__ import annotations

from core.people.person import Account
from core.unit_of_work import UnitOfWork
from tests.support.people import TestPerson
from tests.support.world import World


async def asked_for_whom(hr: TestPerson, title: str = "Picnic", text: str = "On Friday") -> None:
    """Fills in the form up to the question for the audience."""
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says(title)
    await hr.says(text)
    await hr.presses("Skip")


async def prepares(
    hr: TestPerson, title: str, text: str, *, audience: str = "Everybody", when: str | None = None
) -> None:
    """Fills in the form as far as the preview. `audience` is Everybody, or the name of a department."""
    await asked_for_whom(hr, title, text)
    if audience == "Everybody":
        await hr.presses("Everybody")
    else:
        await hr.presses("Departments")
        await hr.presses(audience)
        await hr.presses("Done")
    if when is None:
        await hr.presses("Now")
    else:
        await hr.says(when)
        await hr.presses("Yes")
    hr.sees("This is how it will look", button="Publish" if when is None else "Schedule")


async def publishes(hr: TestPerson, title: str, text: str, *, audience: str = "Everybody") -> None:
    """Publishes an item at once."""
    await prepares(hr, title, text, audience=audience)
    await hr.presses("✅ Publish")


async def schedules(hr: TestPerson, title: str, text: str, when: str) -> None:
    """Publishes an item at a time."""
    await prepares(hr, title, text, when=when)
    await hr.presses("🕓 Schedule")


async def loses(world: World, key: str) -> None:
    """The account of one of the cast cannot be written to any more."""

    def block(uow: UnitOfWork) -> None:
        account = uow.get(Account, world.ids[key])
        assert account is not None
        assert account.person_id == world.ids[key]
        account.unreachable = "blocked"

    await world.store.transact(block)
