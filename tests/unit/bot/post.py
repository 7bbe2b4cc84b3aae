"""A post office for the tests of the sender: a real ledger, scripted messengers, and time that the test moves."""

from __future__ import annotations

from datetime import timedelta

from bot.send.delivery import Sender
from bot.talk.house import House
from core.chat.screens import Screen, screen
from core.delivery import Priority, Revise, Send, Tally, ToAudience, ToPerson, Withdraw
from core.delivery import Progress as ProgressOf
from core.people.audience import Audience
from core.people.import_plan import WholeStaff
from storage.database import Database
from tests.contract.storage.company import employ
from tests.support.clock import MovableClock
from tests.support.notices import WORD
from tests.unit.bot.scripted import ScriptedMessenger, Steady

TOMBSTONE = screen("Withdrawn")


class Post:
    """`red` is the messenger of the sender; other ones are made by `sender_of`."""

    def __init__(self, store: Database, house: House, clock: MovableClock) -> None:
        self.store, self.house, self.clock = store, house, clock
        self.steady = Steady()
        self.red = ScriptedMessenger("red")
        self.sender = self.sender_of(self.red)

    def sender_of(self, messenger: ScriptedMessenger) -> Sender:
        """A sender, as after a start of the process."""
        return Sender(self.store, self.house, messenger, self.clock, steady=self.steady)

    async def person(self, name: str, *addresses: str, preferred: str | None = None) -> int:
        """Somebody with accounts such as `red:anna`, whose chat is then `chat-anna`."""
        return await employ(self.store, name, *(addresses or (f"red:{name}",)), preferred=preferred)

    async def send(self, to: int | None, text: str, priority: Priority = Priority.REPLY) -> int:
        """Plans a message to a person, or to everybody."""
        recipients = ToAudience(Audience(everybody=True)) if to is None else ToPerson(to)
        change = Send(kind=WORD, content=screen(text), to=recipients, priority=priority)
        return await self.store.transact(lambda uow: uow.apply(change))

    async def revise(self, message_id: int, text: str) -> None:
        """Wants another text."""
        content: Screen = screen(text)
        await self.store.transact(lambda uow: uow.apply(Revise(message_id, content)))

    async def withdraw(self, message_id: int) -> None:
        """Takes a message back."""
        await self.store.transact(lambda uow: uow.apply(Withdraw(message_id, TOMBSTONE)))

    async def tally(self, message_id: int) -> Tally:
        """How far a message has come."""
        return await self.store.transact(lambda uow: uow.ask(ProgressOf(message_id)))

    async def unreachable(self) -> list[str]:
        """Why accounts cannot be written to."""
        staff = await self.store.transact(lambda uow: uow.ask(WholeStaff()))
        return sorted(account.unreachable for account in staff.accounts if account.unreachable)

    async def passes(self, seconds: float) -> None:
        """Moves both clocks and sends what may then be sent."""
        self.clock.move(timedelta(seconds=seconds))
        self.steady.now += seconds
        await self.sender.drain()
