"""What `kollega doctor` says of the people: whether anybody is there, and whether somebody is an admin."""

from __future__ import annotations

from collections import defaultdict

from core.alike import as_read
from core.chat.messenger import Health
from core.people.audience import Audience, CountAudience
from core.people.directory import CountShared
from core.people.grants import RoleCounts
from core.people.import_plan import WholeStaff
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
    phones, extensions = uow.ask(CountShared())
    states = [f"{people} with access, admins among them: {admins}"]
    states += [f"phones that several people share: {phones}"] if phones else []
    states += [f"extensions that several people share: {extensions}"] if extensions else []
    return Health(True, "; ".join(states))


def departments(uow: UnitOfWork) -> Health:
    """Whether two have one name as people read it: news and alerts for the one would miss half of the people."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for department in uow.ask(WholeStaff()).departments:
        names[as_read(department.name)].append(department.name)
    doubled = [" = ".join(f"“{name}”" for name in alike) for alike in names.values() if len(alike) > 1]
    if doubled:
        remedy = "Name them in the people file and import it: everybody goes to the first of each."
        return Health(False, f"the same name written several ways: {'; '.join(doubled)}", remedy)
    return Health(True, f"{len(names)}")


LOOKS = {"people": look, "departments": departments}
