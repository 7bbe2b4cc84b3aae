"""What the commands of rooms are given, made of the settings of this process when it is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bot.run.settings import Settings
    from bot.talk.house import House
    from core.parts import Adapter
    from core.unit_of_work import Store, UnitOfWork

T = TypeVar("T")


class ProcessShell:
    """See `bot.run.shell.Shell`."""

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        from bot.run.settings import load

        return load()

    @property
    def house(self) -> House:
        """All rooms."""
        from bot.rooms import open_house
        from bot.talk.language import Languages

        return open_house(Languages(self.settings.language, self.settings.timezone))

    def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """The one transaction of a command."""
        from bot.build import RealClock, open_store

        def whole(uow: UnitOfWork) -> T:
            result = work(uow)
            uow.flush()
            if emitted := uow.emitted():
                self.house.carry_out(uow, emitted)
            return result

        store = open_store(self.settings, RealClock())
        try:
            return store.transact_now(whole)
        finally:
            store.close_now()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The database."""
        from bot.build import RealClock, open_store

        opened = open_store(self.settings, RealClock())
        try:
            yield opened
        finally:
            await opened.close()

    def adapters(self, kind: str) -> Sequence[Adapter]:
        """The adapters in a folder."""
        from bot.build import adapters_in

        return adapters_in(self.settings, kind)
