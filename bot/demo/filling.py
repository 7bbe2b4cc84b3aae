"""Puts the whole demo company into a database; doing it again adds nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.company import employ, pictures, publish
from bot.demo.telephone import a_day, connect, intake_for
from core.calls.journal import CallsSince
from core.chat.files import Files
from core.people.import_plan import WholeStaff
from core.unit_of_work import Store, UnitOfWork


async def is_empty(store: Store) -> bool:
    """Whether nobody works in this database."""
    return not (await store.transact(lambda uow: uow.ask(WholeStaff()))).people


async def fill(store: Store, files: Files, zone: ZoneInfo) -> None:
    """People, news, lines, and the calls of yesterday and today."""
    kept = await pictures(files)

    def move_in(uow: UnitOfWork) -> tuple[datetime, bool]:
        company = employ(uow)
        publish(uow, company, kept, zone)
        connect(uow, company, zone.key)
        return uow.now, not uow.ask(CallsSince())

    now, quiet = await store.transact(move_in)
    if quiet:
        await intake_for(store, zone.key).feed(a_day(now, zone))
