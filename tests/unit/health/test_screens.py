"""Each part of the health has its sign."""

from __future__ import annotations

import pytest

from bot.handlers.health.actions import ListFailures, RetryAll, RetryFailure
from bot.handlers.health.screens import failures_screen, health_screen
from bot.kit.lists import page_at
from bot.talk.language import Languages
from core.chat.fit import fit
from core.chat.layout import plain
from core.chat.phrases import Phrase
from core.chat.screens import Screen
from core.copies import Queue
from core.delivery import Priority
from core.health import Failure, Health, Trouble
from core.leases import Standing
from core.parts import PartKind
from tests.support.plain import CAPABILITIES

WELL = dict.fromkeys(Trouble, 0)


def lines(screen: Screen) -> list[str]:
    page = fit(screen, CAPABILITIES, Languages("en")())
    return [line.removeprefix("• ") for part in page.parts for line in plain(part.blocks).splitlines()]


def standing(name: str, owner: str = "web-1:12:ab", left: float = 10.0, fault: str = "") -> Standing:
    return Standing(name=name, owner=owner, epoch=3, left=left, fault=fault)


def health(*queues: Queue, standings: tuple[Standing, ...] = (), failed: dict[Trouble, int] = WELL) -> Health:
    return Health(queues=queues, standings=standings, failed=failed)


@pytest.mark.parametrize(
    ("priority", "age", "sign"),
    [
        (Priority.ALERT, 14, "🟢"),
        (Priority.ALERT, 16, "🔴"),
        (Priority.REPLY, 59, "🟢"),
        (Priority.REPLY, 61, "🔴"),
        (Priority.NOTICE, 601, "🔴"),
        (Priority.BROADCAST, 3599, "🟢"),
        (Priority.BROADCAST, 3601, "🔴"),
    ],
)
def test_what_may_wait_depends_on_its_class(priority: Priority, age: float, sign: str) -> None:
    queue = Queue(messenger="telegram", priority=priority, waiting=1204, age=age)
    (line,) = (line for line in lines(health_screen(health(queue))) if "Telegram" in line)
    assert line.startswith(sign)
    assert "1,204 wait, the oldest for" in line


def test_an_empty_queue_is_not_told() -> None:
    queue = Queue(messenger="telegram", priority=Priority.ALERT, waiting=0, age=0)
    assert "🟢 Nothing waits to be sent" in lines(health_screen(health(queue)))


def test_leases_tell_who_does_what() -> None:
    told = lines(
        health_screen(
            health(
                standings=(
                    standing("bridge:main"),
                    standing("bridge:old", fault="lost: no answer"),
                    standing("listen:telegram.2", owner="web-2:9:cd"),
                    standing("schedule", owner=""),
                    standing("send:matrix", left=-2.0),
                    standing("send:web"),
                )
            ),
            (
                PartKind(
                    kind="bridge", title=lambda name: Phrase("Bridge {name}", values={"name": name}), make=lambda _: ()
                ),
            ),
        )
    )
    assert "🟢 Bridge main: on web-1, process 12" in told
    assert "🔴 Bridge old: on web-1, process 12 · lost: no answer" in told
    assert "🟢 Receiving, Telegram 2: on web-2, process 9" in told
    assert "🔴 Schedule: nobody" in told
    assert "🔴 Sending, Matrix: nobody" in told
    assert "🟢 Sending, Web chat: on web-1, process 12" in told


def test_one_process_needs_no_name() -> None:
    told = lines(health_screen(health(standings=(standing("schedule"), standing("send:web", fault="no answer")))))
    assert "🟢 Schedule: runs" in told
    assert "🔴 Sending, Web chat: no answer" in told


def test_what_failed_can_be_shown() -> None:
    shown = health_screen(health(failed={Trouble.COPIES: 1000, Trouble.EVENTS: 0, Trouble.TIMERS: 2}))
    told = lines(shown)
    assert "🔴 Messages refused: 1,000 or more" in told
    assert "🟢 Events that failed: 0" in told
    assert "🔴 Timers that failed: 2" in told
    assert [row[0].does for row in shown.rows[:-1]] == [ListFailures(Trouble.COPIES), ListFailures(Trouble.TIMERS)]


def test_failures_are_numbered_through_all_pages() -> None:
    failures = tuple(Failure(number=100 + n, what=None, error="", at=None) for n in range(2))
    shown = failures_screen(Trouble.COPIES, failures, page_at(1, 5, 7))
    assert [line for line in lines(shown) if " · " in line] == [
        "6. a message without a heading · —",
        "7. a message without a heading · —",
    ]
    actions = [button.does for row in shown.rows for button in row]
    assert RetryFailure(Trouble.COPIES, 101, 1) in actions
    assert RetryAll(Trouble.COPIES) in actions
    assert ListFailures(Trouble.COPIES, 0) in actions
    assert ListFailures(Trouble.COPIES, 2) not in actions
