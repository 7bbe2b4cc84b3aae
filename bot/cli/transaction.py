"""The one transaction of a command, beside a running bot or without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.build import RealClock, open_store
from bot.run.settings import Settings
from core.unit_of_work import UnitOfWork

T = TypeVar("T")


def transact(settings: Settings, work: Callable[[UnitOfWork], T]) -> T:
    """The result of `work`, run in the database of these settings. Raises `Busy` or `Full` like `Store.transact`."""
    store = open_store(settings, RealClock())
    try:
        return store.transact_now(work)
    finally:
        store.close_now()
