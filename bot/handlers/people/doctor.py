"""What `kollega doctor` says of the people: whether anybody is there, and whether somebody is an admin."""

from __future__ import annotations

from core.chat.messenger import Health
from core.chat.phrases import phrase
from core.people.audience import Audience, CountAudience
from core.people.doubles import doubled_departments, shared_numbers
from core.people.grants import RoleCounts
from core.people.roles import ADMIN
from core.unit_of_work import UnitOfWork


def look(uow: UnitOfWork) -> Health:
    """How many there are. Without an admin nobody lets people in, and nobody is told of what is wrong."""
    people, admins = uow.ask(CountAudience(Audience(everybody=True))), uow.ask(RoleCounts()).get(ADMIN.name, 0)
    if not people:
        return Health(True, phrase("nobody yet; {command} brings them", command="`kollega people import`"))
    if not admins:
        remedy = phrase("Put an account into KOLLEGA_ADMINS and start the bot, or import somebody with the role admin.")
        return Health(False, phrase("{count} with access, and none of them is an admin", count=people), remedy)
    state = phrase("{count} with access, admins among them: {admins}", count=people, admins=admins)
    for fault in shared_numbers(uow):
        state = phrase("{state}; {more}", state=state, more=fault)
    return Health(True, state)


def departments(uow: UnitOfWork) -> Health:
    """Whether two have one name as people read it: news and alerts for the one would miss half of the people."""
    names = doubled_departments(uow)
    if names:
        remedy = phrase("Name them in the people file and import it: everybody goes to the first of each.")
        return Health(False, phrase("the same name written several ways: {names}", names=names), remedy)
    return Health(True, phrase("no name twice"))


LOOKS = ((phrase("people"), look), (phrase("departments"), departments))
