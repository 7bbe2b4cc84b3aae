"""What each outcome means for a copy, in every state that the copy can be in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.send.outcomes import settled
from core.chat.messenger import (
    Gone,
    Later,
    NotSent,
    Outcome,
    Receipt,
    Refused,
    Relocated,
    Sent,
    Uncertain,
    Unreachable,
)
from core.chat.pages import Choice, Page
from core.chat.screens import screen
from core.copies import Settled, Wanted
from core.delivery import DeliveryState, Priority

AGAIN = datetime(2026, 11, 25, 9, 1, tzinfo=UTC)
OLD, NEW = Receipt(("m1",)), Receipt(("m2",))
PAGE = Page(parts=(), choices=(Choice("One", "1"),))


def copy(*, shown: int = 0, revision: int = 3, withdrawn: bool = False, priority: Priority = Priority.REPLY) -> Wanted:
    return Wanted(
        delivery_id=7,
        message_id=1,
        planned_at=AGAIN,
        revision=revision,
        content=screen("Hello"),
        withdrawn=withdrawn,
        priority=priority,
        messenger="red",
        chat="anna",
        attempts=0,
        shown=shown,
        receipt=OLD if shown else None,
        sent_at=None,
        person_id=None,
        account_id=None,
        roles="",
        language="en",
        timezone=None,
    )


def test_a_key_names_one_revision_of_one_copy_in_one_life_of_the_database() -> None:
    first = copy()
    later = [copy(revision=4), replace(first, delivery_id=8), replace(first, planned_at=AGAIN + timedelta(seconds=1))]
    assert len({other.key for other in (first, *later)}) == 4
    assert replace(first, attempts=1, chat="elsewhere").key == first.key


FIRST, EDIT, REMOVAL = copy(), copy(shown=2), copy(shown=2, withdrawn=True)


def became(
    state: DeliveryState,
    *,
    shown: int,
    receipt: Receipt | None = None,
    retry_at: datetime | None = None,
    attempted: bool = True,
    reason: str = "",
    chat: str | None = None,
    choices: tuple[Choice, ...] = (),
) -> Settled:
    return Settled(
        delivery_id=7,
        state=state,
        shown=shown,
        receipt=receipt,
        choices=choices,
        retry_at=retry_at,
        attempted=attempted,
        reason=reason,
        chat=chat,
    )


@pytest.mark.parametrize(
    ("wanted", "page", "state", "choices"),
    [
        (FIRST, PAGE, DeliveryState.SENT, PAGE.choices),
        (EDIT, PAGE, DeliveryState.SENT, PAGE.choices),
        (REMOVAL, None, DeliveryState.REMOVED, ()),
        (REMOVAL, PAGE, DeliveryState.SENT, PAGE.choices),  # a tombstone took its place
    ],
    ids=["first", "edit", "removal", "tombstone"],
)
def test_what_arrived_shows_the_revision_that_was_sent(
    wanted: Wanted, page: Page | None, state: DeliveryState, choices: tuple[Choice, ...]
) -> None:
    assert settled(wanted, Sent(NEW), page, AGAIN) == became(state, shown=3, receipt=NEW, choices=choices)


@pytest.mark.parametrize(
    ("wanted", "state"),
    [(EDIT, DeliveryState.SENT), (REMOVAL, DeliveryState.REMOVED)],
    ids=["edit", "removal"],
)
def test_a_message_that_is_gone_wants_nothing_more(wanted: Wanted, state: DeliveryState) -> None:
    assert settled(wanted, Gone("not found"), PAGE, AGAIN) == became(state, shown=3, receipt=OLD, reason="not found")


@pytest.mark.parametrize(
    ("wanted", "state", "receipt"),
    [
        (FIRST, DeliveryState.WAITING, None),
        (EDIT, DeliveryState.STALE, OLD),
        (REMOVAL, DeliveryState.STALE, OLD),
    ],
    ids=["first", "edit", "removal"],
)
class TestRetries:
    def test_later_counts_no_attempt(self, wanted: Wanted, state: DeliveryState, receipt: Receipt | None) -> None:
        again = became(state, shown=wanted.shown, receipt=receipt, retry_at=AGAIN, attempted=False, reason="later")
        assert settled(wanted, Later(5), PAGE, AGAIN) == again

    def test_a_chat_that_moved_is_followed(self, wanted: Wanted, state: DeliveryState, receipt: Receipt | None) -> None:
        moved = became(
            state,
            shown=wanted.shown,
            receipt=receipt,
            retry_at=AGAIN,
            attempted=False,
            reason="moved",
            chat="elsewhere",
        )
        assert settled(wanted, Relocated("elsewhere"), PAGE, AGAIN) == moved

    @pytest.mark.parametrize("outcome", [NotSent("down"), Uncertain("down")], ids=["not sent", "uncertain"])
    def test_a_failure_of_the_messenger_counts_an_attempt(
        self, wanted: Wanted, state: DeliveryState, receipt: Receipt | None, outcome: Outcome
    ) -> None:
        again = became(state, shown=wanted.shown, receipt=receipt, retry_at=AGAIN, reason="down")
        assert settled(wanted, outcome, PAGE, AGAIN) == again

    @pytest.mark.parametrize(
        ("outcome", "end"),
        [(Unreachable("blocked"), DeliveryState.UNREACHABLE), (Refused("blocked"), DeliveryState.FAILED)],
        ids=["unreachable", "refused"],
    )
    def test_what_can_never_arrive_is_not_tried_again(
        self,
        wanted: Wanted,
        state: DeliveryState,
        receipt: Receipt | None,
        outcome: Outcome,
        end: DeliveryState,
    ) -> None:
        assert settled(wanted, outcome, PAGE, AGAIN) == became(
            end, shown=wanted.shown, receipt=receipt, reason="blocked"
        )


@pytest.mark.parametrize("priority", list(Priority))
def test_only_a_broadcast_is_left_uncertain(priority: Priority) -> None:
    end = settled(copy(priority=priority), Uncertain("reset"), PAGE, AGAIN)
    if priority is Priority.BROADCAST:
        assert end == became(DeliveryState.UNCERTAIN, shown=0, reason="reset")
    else:
        assert end == became(DeliveryState.WAITING, shown=0, retry_at=AGAIN, reason="reset")


def test_an_uncertain_edit_of_a_broadcast_is_repeated_because_that_does_no_harm() -> None:
    end = settled(copy(shown=2, priority=Priority.BROADCAST), Uncertain("reset"), PAGE, AGAIN)
    assert end == became(DeliveryState.STALE, shown=2, receipt=OLD, retry_at=AGAIN, reason="reset")
