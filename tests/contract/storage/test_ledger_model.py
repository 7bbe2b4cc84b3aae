"""The ledger against a model of it: whatever happens in whatever order, the same copies are due and counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete

from core.chat.messenger import Receipt
from core.delivery import (
    AddRecipients,
    DeliveryState,
    Pause,
    Priority,
    Resend,
    Revise,
    Send,
    Settle,
    Settled,
    ToChat,
    Wanted,
    WantedCopies,
    Withdraw,
)
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.tables.delivery import deliveries, delivery_ids, messages
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import recounted, saying
from tests.support.clock import MovableClock

S = DeliveryState
WORK = (S.WAITING, S.STALE)
CHATS = st.sampled_from(["a", "b", "c"])


@dataclass
class ModelCopy:
    """What is known of one copy."""

    state: DeliveryState = S.WAITING
    shown: int = 0
    due: datetime | None = None

    def again(self) -> None:
        self.state, self.due = (S.STALE if self.shown else S.WAITING), None


@dataclass
class ModelMessage:
    """What is known of one message."""

    id: int
    priority: Priority
    revision: int = 1
    paused: bool = False
    withdrawn: bool = False
    copies: dict[str, ModelCopy] = field(default_factory=dict)


class LedgerMachine(RuleBasedStateMachine):
    """Does everything that can be done to messages, with up to a few copies in flight."""

    known = Bundle("known")

    def __init__(self, store: Database, clock: MovableClock) -> None:
        super().__init__()
        self.store, self.clock = store, clock
        self.messages: list[ModelMessage] = []
        self.flying: dict[int, Wanted] = {}
        store.transact_now(_empty)

    @rule(target=known, chat=CHATS, priority=st.sampled_from(Priority))
    def send(self, chat: str, priority: Priority) -> ModelMessage:
        change = Send(content=saying("1"), to=ToChat("red", chat), priority=priority)
        message = ModelMessage(self.store.transact_now(lambda uow: uow.apply(change)), priority)
        message.copies[chat] = ModelCopy()
        self.messages.append(message)
        return message

    @rule(message=known, chat=CHATS)
    def add(self, message: ModelMessage, chat: str) -> None:
        new = self.store.transact_now(lambda uow: uow.apply(AddRecipients(message.id, ToChat("red", chat))))
        assert new == int(chat not in message.copies and not message.withdrawn)
        if new:
            message.copies[chat] = ModelCopy()

    @rule(message=known)
    def revise(self, message: ModelMessage) -> None:
        self.store.transact_now(lambda uow: uow.apply(Revise(message.id, saying(str(message.revision + 1)))))
        if not message.withdrawn:
            message.revision += 1
            for copy in message.copies.values():
                if copy.state in (S.SENT, S.FAILED):
                    copy.again()

    @rule(message=known)
    def withdraw(self, message: ModelMessage) -> None:
        self.store.transact_now(lambda uow: uow.apply(Withdraw(message.id, saying("gone"))))
        if not message.withdrawn:
            message.withdrawn, message.paused = True, False
            message.revision += 1
            for copy in message.copies.values():
                if copy.state in (S.WAITING, S.SENT, S.FAILED):
                    copy.state, copy.due = (S.STALE if copy.shown else S.CANCELLED), None

    @rule(message=known, paused=st.booleans())
    def pause(self, message: ModelMessage, paused: bool) -> None:
        self.store.transact_now(lambda uow: uow.apply(Pause(message.id, paused)))
        message.paused = paused and not message.withdrawn

    @rule(message=known)
    def resend(self, message: ModelMessage) -> None:
        unsure = [copy for copy in message.copies.values() if copy.state is S.UNCERTAIN and not message.withdrawn]
        assert self.store.transact_now(lambda uow: uow.apply(Resend(message.id))) == len(unsure)
        for copy in unsure:
            copy.again()

    @rule(seconds=st.integers(1, 20))
    def wait(self, seconds: int) -> None:
        self.clock.move(timedelta(seconds=seconds))

    @rule(limit=st.integers(1, 3))
    def fly(self, limit: int) -> None:
        query = WantedCopies("red", limit, frozenset(self.flying))
        for copy in self.store.transact_now(lambda uow: uow.ask(query)):
            self.flying[copy.delivery_id] = copy

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), end=st.sampled_from([S.SENT, S.WAITING, S.UNCERTAIN, S.FAILED, S.REMOVED]))
    def land(self, data: st.DataObject, end: DeliveryState) -> None:
        key = data.draw(st.sampled_from(sorted(self.flying)))
        wanted = self.flying.pop(key)
        retry_at = self.clock.now() + timedelta(seconds=10) if end is S.WAITING else None
        receipt = Receipt((f"m{key}",)) if end is S.SENT else None
        outcome = Settled(delivery_id=key, state=end, shown=wanted.revision, receipt=receipt, retry_at=retry_at)
        self.store.transact_now(lambda uow: uow.apply(Settle((outcome,))))
        message = next(message for message in self.messages if message.id == wanted.message_id)
        copy = message.copies[wanted.chat]
        if end is S.SENT:
            copy.shown, copy.due = wanted.revision, None
            copy.state = S.STALE if wanted.revision < message.revision else S.SENT
        elif end in (S.UNCERTAIN, S.REMOVED):
            copy.state, copy.due = end, None
        elif copy.state is not S.CANCELLED:
            copy.due = retry_at
            copy.state = copy.state if end is S.WAITING else end

    @invariant()
    def the_same_copies_are_due(self) -> None:
        found = self.store.transact_now(lambda uow: uow.ask(WantedCopies("red", 100)))
        assert [(copy.message_id, copy.chat, copy.revision, copy.shown) for copy in found] == self._due()

    @invariant()
    def the_counters_are_right(self) -> None:
        self.store.transact_now(recounted)

    def _due(self) -> list[tuple[int, str, int, int]]:
        heads: set[tuple[str, Priority]] = set()
        due = []
        for message in sorted(self.messages, key=lambda message: (message.priority, message.id)):
            for chat, copy in message.copies.items():
                if copy.state not in WORK or message.paused or (chat, message.priority) in heads:
                    continue
                heads.add((chat, message.priority))
                if copy.due is None or copy.due <= self.clock.now():
                    due.append((message.id, chat, message.revision, copy.shown))
        return due


def test_the_ledger_does_what_its_model_does(store: Database, clock: MovableClock) -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(store, clock)

    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None, derandomize=True, database=None),
    )


def _empty(uow: UnitOfWork) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    for table in (delivery_ids, deliveries, messages):
        uow.session.execute(delete(table))
