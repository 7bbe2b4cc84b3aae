"""Many who write at once, whose events are handled in one transaction."""

from __future__ import annotations

from itertools import islice
from typing import Any

from sqlalchemy import Engine, event

from core.chat.events import Said
from core.inbox import StoreEvents
from tests.support.world import World

_BOTH = ("employee", "colleague")


async def statements(world: World, words: str, events: int) -> int:
    """How many statements it takes to handle so many events, in which two people in turn say the same."""
    name, now = world.wire.messenger.name, world.clock.now()
    said = tuple(
        Said(messenger=name, id=f"{events}-{place}", at=now, account=one, chat=one, text=words)
        for place, one in enumerate(islice(_BOTH * events, events))
    )
    await world.store.transact(lambda uow: uow.apply(StoreEvents(name, said, None)))
    seen: list[Any] = []

    def note(*about: Any) -> None:
        seen.append(about)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert await world.app.dispatcher.drain() == events
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)
