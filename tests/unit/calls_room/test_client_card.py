"""The last calls on a client's card: each as far as it is known."""

from __future__ import annotations

from typing import Any

import pytest

from bot.handlers.calls.screens_clients import client_screen
from core.calls.call import Call, Direction, LostWhere, Outcome
from core.calls.clients import ClientCard
from core.chat.blocks import Bullets
from core.chat.phrases import Phrase
from tests.support.clock import START

OURS, THEIRS = Direction.OUTBOUND, Direction.INBOUND
TALK = {"answered_at": START, "talk_seconds": 8.0, "outcome": Outcome.ANSWERED}


@pytest.mark.parametrize(
    ("direction", "known", "told"),
    [
        (THEIRS, TALK, "the client called · talk {talk}"),
        (THEIRS, {}, "the call goes on"),
        (THEIRS, {"outcome": Outcome.MISSED}, "the client called · {lost}"),
        (THEIRS, {**TALK, "lost_where": LostWhere.TRANSFER}, "the client called · {lost}"),
        (THEIRS, {"outcome": Outcome.UNKNOWN}, "the client called · how it ended is not known"),
        (OURS, TALK, "we called · talk {talk}"),
        (
            OURS,
            {**TALK, "line": "line-analogue"},
            "we called · {talk} on an analogue line, which does not tell whether the client answered",
        ),
        (OURS, {"outcome": Outcome.BUSY}, "we called · nobody answered"),
        (OURS, {"outcome": Outcome.UNKNOWN}, "we called · how it ended is not known"),
    ],
)
def test_a_call_is_told_as_far_as_it_is_known(direction: Direction, known: dict[str, Any], told: str) -> None:
    call = Call(id="1", source="asterisk", linkedid="1", direction=direction, started_at=START, **known)
    card = ClientCard("+79161230001", None, (), (call,), frozenset({"line-analogue"}))
    bullets = next(block for block in client_screen(card).blocks if isinstance(block, Bullets))
    (said,) = bullets.items[0]
    assert isinstance(said, Phrase)
    assert said.text == "{moment} · " + told
