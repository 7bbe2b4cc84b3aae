"""What a messenger tells of its people without their saying anything."""

from __future__ import annotations

from typing import Any

from core.chat.events import Event
from tests.support.cast import CAST
from tests.support.world import World


async def happens(world: World, key: str, kind: type[Event], **what: Any) -> None:
    """An event of one of the cast in the private chat; also where this messenger itself tells no such thing."""
    member = next(one for one in CAST if one.key == key)
    account, now = world.wire.account(member), world.clock.now()
    name = world.wire.messenger.name
    event = kind(messenger=name, id=f"{kind.__name__}-{now.timestamp()}", at=now, account=account, chat=account, **what)
    await world.inbox.store([event], None)
    await world.settle()
