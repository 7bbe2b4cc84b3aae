"""One copy on its way: the request that makes a messenger show it, timed, counted and logged without its words."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import structlog

from bot.send.outcomes import kind_of, reason_of
from bot.send.toll import Toll
from bot.talk.house import House
from bot.talk.render import Renderer
from core.chat.capabilities import Level
from core.chat.clock import Clock
from core.chat.leaving import in_turn, may_leave
from core.chat.messenger import Gone, Messenger, Outcome, Refused, Sent, Uncertain
from core.chat.pages import Page
from core.copies import Wanted
from core.delivery import Priority
from core.leases import Fenced
from core.measuring import Histogram

log = structlog.get_logger()

_MANY = (Priority.REPLY, Priority.BROADCAST)
"""What is sent so often that only a failure is worth a line."""
LATENCIES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Carrier:
    """Carries for one bot account.

    `sends` counts requests by outcome and priority, `refusals` those that failed by their kind; `seconds` is how long
    they took. `toll` gives the turns of a copy's requests; `owes` is told how many messages more than one left without
    having asked for a turn.
    """

    def __init__(
        self,
        house: House,
        messenger: Messenger,
        clock: Clock,
        toll: Callable[[Wanted], Toll],
        owes: Callable[[str, int], None],
    ) -> None:
        self._messenger, self._clock, self._toll, self._owes = messenger, clock, toll, owes
        self._renderer = Renderer(house, messenger.capabilities)
        self.sends: Counter[tuple[str, Priority]] = Counter()
        self.refusals: Counter[str] = Counter()
        self.seconds = Histogram(LATENCIES)

    async def carry(self, copy: Wanted) -> tuple[Outcome, Page | None]:
        """What became of it, and what is shown now. Raises `Fenced` when nothing may leave any more.

        When this is cancelled, the fate of what is under way is uncertain.
        """
        began = time.perf_counter()
        outcome: Outcome
        page = None
        try:
            outcome, page = await self._request(copy)
        except Fenced:
            raise
        except asyncio.CancelledError:
            outcome = Uncertain("ended before the answer came")
        except Exception as error:  # one copy that cannot be rendered must not stop the others
            outcome = Refused(type(error).__name__)
        self._count(copy, outcome, time.perf_counter() - began)
        return outcome, page

    async def _request(self, copy: Wanted) -> tuple[Outcome, Page | None]:
        messenger, key = self._messenger, copy.key
        if copy.withdrawn and copy.receipt is not None and copy.shown > 0 and self._can_be_deleted(copy):
            self._check()
            outcome = await messenger.delete(copy.chat, copy.receipt)
            if not isinstance(outcome, Gone):
                return outcome, None
        page = await self._renderer.page(copy)
        self._check()
        toll = self._toll(copy)
        in_turn(toll)
        if copy.receipt is None or copy.shown == 0 or messenger.capabilities.edits is Level.NONE:
            outcome = await messenger.send(copy.chat, page, key)
        else:
            outcome = await messenger.edit(copy.chat, copy.receipt, page, key)
        if not toll.messages and (more := _messages(page) - 1) > 0:
            self._owes(copy.chat, more)
        return outcome, page

    def _check(self) -> None:
        if not may_leave():
            raise Fenced(self._messenger.name)

    def _can_be_deleted(self, copy: Wanted) -> bool:
        limit = self._messenger.capabilities.delete_within
        return limit is None or copy.sent_at is None or self._clock.now() - copy.sent_at < limit

    def _count(self, copy: Wanted, outcome: Outcome, seconds: float) -> None:
        name = type(outcome).__name__
        self.sends[name, copy.priority] += 1
        self.seconds.observe(seconds)
        if kind := kind_of(outcome):
            self.refusals[kind] += 1
        tell = log.info
        if isinstance(outcome, Refused):
            tell = log.error
        elif copy.priority in _MANY and isinstance(outcome, Sent):
            tell = log.debug
        tell(
            "delivery",
            cause=copy.cause,
            delivery=copy.delivery_id,
            message=copy.message_id,
            messenger=self._messenger.name,
            priority=copy.priority.name.lower(),
            outcome=name.lower(),
            reason=reason_of(outcome),
            ms=round(seconds * 1000),
        )


def _messages(page: Page) -> int:
    """How many messages a page is at most, as a messenger counts them."""
    if len(page.parts) == 1 and not page.parts[0].attachments:
        return 1
    return sum(max(1, len(part.attachments)) for part in page.parts)
