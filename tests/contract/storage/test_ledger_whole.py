"""The ledger: messages that are changed as a whole, at once or in slices."""

from __future__ import annotations

import pytest

from core.delivery import (
    AddRecipients,
    Cancel,
    DeliveryState,
    Priority,
    Resend,
    Sweep,
    ToAudience,
    ToChat,
    Unswept,
    Withdraw,
)
from core.people.audience import Audience
from storage.database import Database
from storage.ledger import sweeping
from tests.contract.storage.company import became, employ, saying, sent, settle, states, work
from tests.contract.storage.ledger import (
    apply,
    ask,
    counters_are_right,
    plan,
    revise,
    said,
    tally,
    withdraw,
)
from tests.support.clock import MovableClock

__all__ = ["counters_are_right"]

EVERYBODY = ToAudience(Audience(everybody=True))
FIVE = ["sent", "waiting", "waiting", "uncertain", "waiting"]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three copies are too many to be changed at once."""
    monkeypatch.setattr(sweeping, "FEW", 2)


async def campaign(store: Database) -> int:
    """A message to five people, of which one has arrived and one perhaps, and to a group that is no person."""
    for number in range(5):
        await employ(store, f"Person {number}", f"red:{number}")
    message_id = await plan(store, "one", EVERYBODY)
    first, _, _, fourth, _ = await work(store)
    await settle(store, sent(first), became(fourth, DeliveryState.UNCERTAIN, reason="reset"))
    assert await states(store, message_id) == FIVE
    await apply(store, AddRecipients(message_id, ToChat("red", "group")))
    return message_id


async def swept(store: Database, most: int = 2) -> list[bool]:
    """Sweeps to the end; what each slice said."""
    said = []
    while await ask(store, Unswept()):
        said.append(await apply(store, Sweep(most)))
        assert len(said) < 20
    return said


async def test_what_is_cancelled_is_not_sent_and_what_arrived_stays(store: Database) -> None:
    message_id = await campaign(store)
    await apply(store, Cancel(message_id))
    assert await work(store) == []
    assert await states(store, message_id) == ["sent", "cancelled", "cancelled", "uncertain", "cancelled", "cancelled"]
    await revise(store, message_id, "two")
    assert await apply(store, Resend(message_id)) == 0
    assert await apply(store, AddRecipients(message_id, ToChat("red", "late"))) == 0
    assert await work(store) == []
    await withdraw(store, message_id)
    (copy,) = await work(store)
    assert copy.withdrawn, "what arrived before it was cancelled can still be taken back"


async def test_an_edit_that_was_cancelled_leaves_what_is_seen(store: Database) -> None:
    message_id = await campaign(store)
    await revise(store, message_id, "two")
    in_flight = await work(store)
    await apply(store, Cancel(message_id))
    assert (await states(store, message_id))[0] == "sent"
    retried = became(in_flight[1], DeliveryState.WAITING, retry_at=None)
    await settle(store, sent(in_flight[2]), became(in_flight[0], DeliveryState.FAILED, reason="no"), retried)
    assert (await states(store, message_id))[:3] == ["sent", "cancelled", "sent"]


async def test_cancelling_many_takes_effect_before_the_sweep(store: Database, few: None, clock: MovableClock) -> None:
    message_id = await campaign(store)
    in_flight = await work(store)
    await apply(store, Cancel(message_id))
    assert (await states(store, message_id))[:5] == FIVE, "one row is flipped"
    assert await work(store) == []
    outcomes = [sent(in_flight[0]), became(in_flight[1], DeliveryState.WAITING, retry_at=clock.now())]
    await settle(store, *outcomes)
    assert (await states(store, message_id))[:3] == ["sent", "sent", "cancelled"]
    assert await swept(store) == [True, True, False]
    assert await states(store, message_id) == ["sent", "sent", "cancelled", "uncertain", "cancelled", "cancelled"]
    assert await apply(store, Sweep(2)) is False


async def test_withdrawing_many_sends_nothing_and_then_deletes(store: Database, few: None) -> None:
    message_id = await campaign(store)
    in_flight = await work(store)
    await withdraw(store, message_id)
    assert await work(store) == []
    await settle(store, sent(in_flight[0]))
    assert await swept(store) == [True, True, False]
    assert await states(store, message_id) == ["stale", "stale", "cancelled", "uncertain", "cancelled", "cancelled"]
    assert [(copy.withdrawn, copy.shown) for copy in await work(store)] == [(True, 1), (True, 1)]


async def test_revising_many_shows_what_waits_the_new_content(store: Database, few: None) -> None:
    message_id = await campaign(store)
    await revise(store, message_id, "two")
    due = await work(store)
    assert [(copy.shown, *said([copy])) for copy in due] == [(0, "two")] * 4
    await settle(store, sent(due[0]), became(due[1], DeliveryState.FAILED, reason="too long"))
    assert await swept(store, 3) == [True, False]
    assert (await states(store, message_id))[:3] == ["stale", "sent", "waiting"]
    assert (await tally(store, message_id)).stale == 1


async def test_a_change_during_a_sweep_begins_it_again(store: Database, few: None) -> None:
    message_id = await campaign(store)
    await revise(store, message_id, "two")
    assert await apply(store, Sweep(4)) is True
    due = await work(store)
    await settle(store, *(sent(copy) for copy in due))
    await revise(store, message_id, "three")
    assert await swept(store, 10) == [False]
    assert await states(store, message_id) == ["stale", "stale", "stale", "uncertain", "stale", "stale"]
    await apply(store, Withdraw(message_id, saying("gone")))
    await apply(store, Sweep(1))
    await withdraw(store, message_id)
    assert await swept(store, 10) == [False]


async def test_messages_are_swept_one_after_the_other(store: Database, few: None) -> None:
    message_id = await campaign(store)
    other = await plan(store, "other", EVERYBODY, Priority.BROADCAST)
    await apply(store, Cancel(message_id))
    await apply(store, Cancel(other))
    assert await swept(store, 10) == [True, False]
    assert set(await states(store, other)) == {"cancelled"}


async def test_what_is_cancelled_holds_nobody_back(store: Database, few: None) -> None:
    message_id = await campaign(store)
    await plan(store, "behind", EVERYBODY)
    await apply(store, Cancel(message_id))
    assert said(await work(store)) == ["behind"] * 5
