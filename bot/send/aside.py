"""What is not sent now for its recipient's sake: what was switched off, waits for a digest or for the morning."""

from __future__ import annotations

from datetime import datetime

from bot.send.outcomes import gathered, held, muted
from bot.talk.house import House
from core.copies import Settled, Wanted
from core.notices import When
from core.people.quiet import quiet_until, when_over
from core.timers import SetTimer

Landing = tuple[Settled, SetTimer | None]
"""What became of a copy, and a timer that belongs to it."""


def laid_aside(copy: Wanted, house: House, now: datetime) -> Landing | None:
    """What becomes of a copy that its recipient does not want now; None when it may be sent."""
    if copy.when is not When.AT_ONCE:
        return (muted(copy) if copy.when is When.OFF else gathered(copy)), None
    if copy.quiet is not None and copy.shown == 0 and copy.person_id is not None:
        zone = house.languages(copy.language, copy.timezone).zone.key
        until = quiet_until(copy.quiet, zone, now)
        if until is not None:
            return held(copy), when_over(copy.person_id, zone, until)
    return None
