"""What `kollega doctor` says of the people: whether anybody is there, and whether somebody is an admin."""

from __future__ import annotations

from core.chat.messenger import Health
from core.people.audience import Audience, CountAudience
from core.people.grants import RoleCounts
from core.people.roles import ADMIN
from core.unit_of_work import UnitOfWork


def look(uow: UnitOfWork) -> Health:
    """How many there are. Without an admin nobody lets people in, and nobody is told of what is wrong."""
    people, admins = uow.ask(CountAudience(Audience(everybody=True))), uow.ask(RoleCounts()).get(ADMIN.name, 0)
    if not people:
        return Health(True, "nobody yet; `kollega people import` brings them")
    if not admins:
        remedy = "Put an account into KOLLEGA_ADMINS and start the bot, or import somebody with the role admin."
        return Health(False, f"{people} with access, and none of them is an admin", remedy)
    return Health(True, f"{people} with access, admins among them: {admins}")


LOOKS = {"people": look}
