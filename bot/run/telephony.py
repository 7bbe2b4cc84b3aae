"""A telephone exchange with what folds its events: read by one process at a time."""

from __future__ import annotations

import asyncio
from datetime import datetime

from core.calls.exchange import Exchange
from core.calls.intake import CallIntake


class Telephony:
    """Both are ended together."""

    def __init__(self, exchange: Exchange, intake: CallIntake) -> None:
        self._exchange, self._intake = exchange, intake

    async def run(self) -> None:
        """Reads and folds until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._exchange.run())
            group.create_task(self._intake.run())

    @property
    def heard_at(self) -> datetime | None:
        """When the exchange told of a call the last time."""
        return self._exchange.heard_at

    def fault(self) -> str:
        """What is wrong with the connection; empty when it works."""
        return self._exchange.fault()
