"""Puts the whole demo company into a database, room by room; doing it again adds nothing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.apart import apart
from bot.kit.demo import DemoContext, Scene
from core.people.import_plan import WholeStaff
from core.unit_of_work import Store


def scenes(context: DemoContext) -> Sequence[Scene]:
    """What every room brings, in the order in which it is set up."""
    found = [(room, getattr(module, "Demo", None)) for room, module in apart("demo")]
    made: list[Scene] = []
    for room, kind in found:
        if not (isinstance(kind, type) and issubclass(kind, Scene)):
            raise TypeError(f"bot/handlers/{room}/demo.py has no scene called Demo")
        made.append(kind(context))
    return sorted(made, key=lambda scene: scene.order)


async def is_empty(store: Store) -> bool:
    """Whether nobody works in this database."""
    return not (await store.transact(lambda uow: uow.ask(WholeStaff()))).people


async def fill(context: DemoContext) -> None:
    """Fills in what every room brings."""
    for scene in scenes(context):
        await scene.fill()
