"""The ledger against a model of it: whatever happens in whatever order, the same copies are due and counted."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, text

from core.chat.messenger import Receipt
from core.copies import Release, Retry, Settle, Settled, Wanted, WantedCopies
from core.delivery import (
    AddRecipients,
    Cancel,
    DeliveryState,
    End,
    Mark,
    Pause,
    Priority,
    Resend,
    Respond,
    Revise,
    Send,
    Sweep,
    ToChat,
    Unswept,
    Withdraw,
)
from core.people.quiet import QuietHours
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.ledger import sweeping
from storage.tables.delivery import deliveries, delivery_ids, messages
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import add_person, recounted, saying
from tests.contract.storage.ledger_model import FEW, PEOPLE, M, ModelMessage, S, due, fair
from tests.support.clock import MovableClock
from tests.support.notices import WORD

CHATS = st.sampled_from(sorted(PEOPLE))
ENDS = st.sampled_from([S.SENT, S.SENT, S.WAITING, S.UNCERTAIN, S.FAILED, S.REMOVED, S.HELD])
QUIET = QuietHours(time(22, 0), time(8, 0))
"""The quiet hours of the first person; the others have none."""


def at(chat: str) -> ToChat:
    """A chat of one of the people, or of none."""
    return ToChat("red", chat, person_id=PEOPLE[chat])


class LedgerMachine(RuleBasedStateMachine):
    """Does everything that can be done to messages, with up to a few copies in flight."""

    known = Bundle("known")

    def __init__(self, store: Database, clock: MovableClock) -> None:
        super().__init__()
        self.store, self.clock = store, clock
        self.messages: list[ModelMessage] = []
        self.flying: dict[int, Wanted] = {}
        store.transact_now(_empty)

    @rule(
        target=known,
        chats=st.sets(CHATS, min_size=1),
        priority=st.sampled_from([*Priority, Priority.BROADCAST]),
        urgent=st.booleans(),
    )
    def send(self, chats: set[str], priority: Priority, urgent: bool) -> ModelMessage:
        first, *more = sorted(chats)
        change = Send(kind=WORD, content=saying("1"), to=at(first), priority=priority, urgent=urgent)
        message = ModelMessage(self.store.transact_now(lambda uow: uow.apply(change)), priority, urgent)
        message.add(first)
        self.messages.append(message)
        for chat in more:
            self.add(message, chat)
        return message

    @rule(target=known, chats=st.lists(CHATS, min_size=1, max_size=3))
    def respond(self, chats: list[str]) -> MultipleResults[ModelMessage]:
        def work(uow: UnitOfWork) -> None:
            for chat in chats:
                uow.apply(Respond(content=saying("1"), to=at(chat)))

        self.store.transact_now(work)
        before = max((message.id for message in self.messages), default=0)
        ids = self.store.transact_now(partial(_later_messages, before))
        new = [ModelMessage(key, Priority.REPLY, urgent=False) for key in ids]
        for message, chat in zip(new, chats, strict=True):
            message.add(chat)
        self.messages += new
        return multiple(*new)

    @rule(message=known, chat=CHATS)
    def add(self, message: ModelMessage, chat: str) -> None:
        new = self.store.transact_now(lambda uow: uow.apply(AddRecipients(message.id, at(chat))))
        assert new == int(chat not in message.copies and message.alive)
        if new:
            message.add(chat)

    @rule(message=known)
    def revise(self, message: ModelMessage) -> None:
        self.store.transact_now(lambda uow: uow.apply(Revise(message.id, saying(str(message.revision + 1)))))
        if message.alive or message.state is M.ENDED:
            message.revision += 1
            message.changed()

    @rule(message=known, shows=st.booleans())
    def end(self, message: ModelMessage, shows: bool) -> None:
        content = saying(str(message.revision + 1)) if shows else None
        self.store.transact_now(lambda uow: uow.apply(End(message.id, content)))
        if message.alive:
            message.state = M.ENDED
            message.revision += shows
            message.changed()

    @rule(message=known, chat=st.sampled_from("abc"), mark=st.sampled_from(["v1", "v2"]))
    def mark(self, message: ModelMessage, chat: str, mark: str) -> None:
        person = PEOPLE[chat]
        assert person is not None
        new = self.store.transact_now(lambda uow: uow.apply(Mark(message.id, person, mark)))
        assert new is message.mark(chat, mark)

    @rule(message=known)
    def withdraw(self, message: ModelMessage) -> None:
        gone = saying(str(message.revision + 1))
        self.store.transact_now(lambda uow: uow.apply(Withdraw(message.id, gone)))
        if message.state is not M.WITHDRAWN:
            message.state = M.WITHDRAWN
            message.revision += 1
            message.changed()

    @rule(message=known)
    def cancel(self, message: ModelMessage) -> None:
        self.store.transact_now(lambda uow: uow.apply(Cancel(message.id)))
        if message.alive:
            message.state = M.CANCELLED
            message.changed()

    @rule(most=st.integers(1, 3))
    def sweep(self, most: int) -> None:
        more = self.store.transact_now(lambda uow: uow.apply(Sweep(most)))
        unswept = [message for message in self.messages if message.swept_to is not None]
        if unswept:
            unswept[0].sweep(most)
        left = any(message.swept_to is not None for message in self.messages)
        assert more is left
        assert self.store.transact_now(lambda uow: uow.ask(Unswept())) is left

    @rule(message=known, paused=st.booleans())
    def pause(self, message: ModelMessage, paused: bool) -> None:
        self.store.transact_now(lambda uow: uow.apply(Pause(message.id, paused)))
        if message.alive:
            message.state = M.PAUSED if paused else M.RUNNING

    @rule(message=known)
    def resend(self, message: ModelMessage) -> None:
        unsure = [copy for copy in message.copies.values() if copy.state is S.UNCERTAIN and message.alive]
        assert self.store.transact_now(lambda uow: uow.apply(Resend(message.id))) == len(unsure)
        for copy in unsure:
            copy.again()
            copy.priority = message.priority

    @rule(chat=st.sampled_from("abc"))
    def release(self, chat: str) -> None:
        person = PEOPLE[chat]
        assert person is not None
        copies = [message.copies[chat] for message in self.messages if message.alive and chat in message.copies]
        held = [copy for copy in copies if copy.state is S.HELD]
        assert self.store.transact_now(lambda uow: uow.apply(Release(person))) == len(held)
        for copy in held:
            copy.again()
            copy.priority = Priority.REPLY

    @rule()
    def retry(self) -> None:
        lost = [
            copy
            for message in self.messages
            for copy in message.copies.values()
            if copy.state is S.FAILED and (message.alive or (message.state in (M.WITHDRAWN, M.ENDED) and copy.shown))
        ]
        assert self.store.transact_now(lambda uow: uow.apply(Retry())) == len(lost)
        for copy in lost:
            copy.again()

    @rule(seconds=st.integers(1, 20))
    def wait(self, seconds: int) -> None:
        self.clock.move(timedelta(seconds=seconds))

    @rule(limit=st.integers(1, 4), broadcasts=st.booleans())
    def fly(self, limit: int, broadcasts: bool) -> None:
        busy = frozenset(self.flying)
        in_flight = {(copy.message_id, copy.chat) for copy in self.flying.values()}
        found = self.store.transact_now(lambda uow: uow.ask(WantedCopies("red", limit, busy, broadcasts)))
        free = [
            place for place in due(self.messages, self.clock.now()) if (place[0].id, place[1].chat) not in in_flight
        ]
        for priority in (Priority.ALERT, Priority.REPLY, Priority.NOTICE):
            expected = [(message.id, copy.chat) for message, copy in free if copy.priority is priority][:limit]
            assert [(copy.message_id, copy.chat) for copy in found if copy.priority is priority] == expected
        taken = Counter(copy.message_id for copy in found if copy.priority is Priority.BROADCAST)
        available = Counter(message.id for message, copy in free if copy.priority is Priority.BROADCAST and broadcasts)
        assert fair(taken, available, limit)
        for copy in found:
            self.flying[copy.delivery_id] = copy

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), end=ENDS)
    def land(self, data: st.DataObject, end: DeliveryState) -> None:
        key = data.draw(st.sampled_from(sorted(self.flying)))
        wanted = self.flying.pop(key)
        retry_at = self.clock.now() + timedelta(seconds=10) if end is S.WAITING else None
        receipt = Receipt((f"m{key}",)) if end is S.SENT else None
        outcome = Settled(
            delivery_id=key,
            state=end,
            shown=wanted.revision,
            mark=wanted.mark,
            receipt=receipt,
            retry_at=retry_at,
        )
        self.store.transact_now(lambda uow: uow.apply(Settle((outcome,))))
        message = next(message for message in self.messages if message.id == wanted.message_id)
        message.lands(message.copies[wanted.chat], end, (wanted.revision, wanted.mark), retry_at)

    @invariant()
    def the_same_copies_are_due(self) -> None:
        found = self.store.transact_now(lambda uow: uow.ask(WantedCopies("red", 100)))
        seen = [
            (copy.priority, copy.message_id, copy.chat, copy.content, copy.revision, copy.shown, copy.mark, copy.quiet)
            for copy in sorted(found, key=lambda copy: (copy.priority, copy.message_id))
        ]
        wanted = [
            (
                copy.priority,
                message.id,
                copy.chat,
                saying(str(message.revision)),
                message.revision,
                copy.shown,
                copy.mark,
                QUIET
                if copy.chat == "a" and not copy.shown and copy.priority is not Priority.REPLY and not message.urgent
                else None,
            )
            for message, copy in due(self.messages, self.clock.now())
        ]
        assert sorted(seen, key=str) == sorted(wanted, key=str)

    @invariant()
    def the_counters_are_right(self) -> None:
        self.store.transact_now(recounted)


def test_the_ledger_does_what_its_model_does(
    store: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "FEW", FEW)
    store.transact_now(_employ)

    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(store, clock)

    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=15, stateful_step_count=30, derandomize=True, database=None),
    )


def _employ(uow: UnitOfWork) -> None:
    add_person(uow, "A", quiet=QUIET)
    add_person(uow, "B")
    add_person(uow, "C")


def _later_messages(before: int, uow: UnitOfWork) -> list[int]:
    assert isinstance(uow, SqlUnitOfWork)
    later = select(messages.c.id).where(messages.c.id > before).order_by(messages.c.id)
    return list(uow.session.execute(later).scalars())


def _empty(uow: UnitOfWork) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    if uow.dialect == "postgresql":
        # Deleted rows are vacuumed away sooner or later, and whoever looks at the table just then has to wait.
        uow.session.execute(text("TRUNCATE delivery_ids, deliveries, messages"))
        return
    for table in (delivery_ids, deliveries, messages):
        uow.session.execute(delete(table))
