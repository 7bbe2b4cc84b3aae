"""Where messengers put what they received: the stored inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.chat.events import Event
from core.inbox import CursorOf, StoreEvents
from core.leases import Fence, Lease
from core.unit_of_work import Store, UnitOfWork


class StoredInbox:
    """The inbox of one bot account in the database; see `core.chat.messenger.Inbox`.

    With a `lease`, whoever has lost it keeps nothing and moves no cursor: `store` raises `Fenced`. The events that were
    new are counted in `received`, by messenger.
    """

    def __init__(
        self, store: Store, messenger: str, *, lease: Lease | None = None, received: Counter[str] | None = None
    ) -> None:
        self._store, self._messenger, self._lease = store, messenger, lease
        self._received = Counter() if received is None else received

    async def cursor(self) -> str | None:
        """How far the messenger has been read."""
        return await self._store.transact(lambda uow: uow.ask(CursorOf(self._messenger)))

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        """Keeps the events and then the cursor, in one transaction."""
        # An adapter knows its network; which of its bot accounts heard it is known here.
        heard = tuple(replace(event, messenger=self._messenger) for event in events)
        change, lease = StoreEvents(self._messenger, heard, cursor), self._lease

        def keep(uow: UnitOfWork) -> int:
            if lease is not None:
                uow.apply(Fence(lease))
            return uow.apply(change)

        self._received[self._messenger] += await self._store.transact(keep)
