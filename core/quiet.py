"""What a person's quiet hours hold follows when the person changes them."""

from __future__ import annotations

from core.copies import Release
from core.people.person import Person
from core.people.quiet import QUIET_HOURS, QuietHours, QuietOver, never_over, quiet_until, when_over
from core.settings import do_set, setting_of
from core.unit_of_work import UnitOfWork


def set_quiet(uow: UnitOfWork, person: Person, hours: QuietHours | None, timezone: str) -> None:
    """Gives a person other quiet hours, or none, in `timezone` (an IANA name).

    Without quiet hours all that was held goes out at once. When others begin to hold or let go at this moment, the
    person is told of what was held accordingly.
    """
    before = setting_of(person, QUIET_HOURS)
    was_on = before is not None and quiet_until(before, timezone, uow.now) is not None
    do_set(uow, person, QUIET_HOURS, hours)
    if hours is None:
        uow.apply(never_over(person.id))
        uow.apply(Release(person.id))
        return
    until = quiet_until(hours, timezone, uow.now)
    if was_on and until is None:
        uow.apply(never_over(person.id))
        uow.emit(QuietOver(person.id, timezone))
    elif was_on and until is not None:
        uow.apply(when_over(person.id, timezone, until))
