"""Where messengers put what they received: the stored inbox."""

from __future__ import annotations

from collections.abc import Sequence

from core.chat.events import Event
from core.inbox import CursorOf, StoreEvents
from core.unit_of_work import Store


class StoredInbox:
    """The inbox of one bot account in the database; see `core.chat.messenger.Inbox`."""

    def __init__(self, store: Store, messenger: str) -> None:
        self._store, self._messenger = store, messenger

    async def cursor(self) -> str | None:
        """How far the messenger has been read."""
        return await self._store.transact(lambda uow: uow.ask(CursorOf(self._messenger)))

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        """Keeps the events and then the cursor, in one transaction."""
        change = StoreEvents(self._messenger, tuple(events), cursor)
        await self._store.transact(lambda uow: uow.apply(change))
