"""What a person's quiet hours hold follows when the person changes them."""

from __future__ import annotations

from core.copies import Release
from core.people.person import Person
from core.people.quiet import QuietHours, QuietOver, hours_of, never_over, quiet_until, when_over
from core.unit_of_work import UnitOfWork


def set_quiet(uow: UnitOfWork, person: Person, hours: QuietHours | None, timezone: str) -> None:
    """Gives a person other quiet hours, or none, in `timezone` (an IANA name).

    Without quiet hours all that was held goes out at once. When others begin to hold or let go at this moment, the
    person is told of what was held accordingly.
    """
    before = hours_of(person)
    was_on = before is not None and quiet_until(before, timezone, uow.now) is not None
    if hours is None:
        person.quiet_from = person.quiet_to = None
        uow.apply(never_over(person.id))
        uow.apply(Release(person.id))
        return
    person.quiet_from, person.quiet_to = hours.start, hours.end
    until = quiet_until(hours, timezone, uow.now)
    if was_on and until is None:
        uow.apply(never_over(person.id))
        uow.emit(QuietOver(person.id, timezone))
    elif was_on and until is not None:
        uow.apply(when_over(person.id, timezone, until))
