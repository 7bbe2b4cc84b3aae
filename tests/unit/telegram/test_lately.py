"""What was sent lately: remembered over the end of a process, and never mistaken for something else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from adapters.telegram import lately as module
from adapters.telegram.lately import Lately
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.receipts import Shown
from adapters.telegram.settings import Settings
from core.chat.adapter import Surroundings
from core.chat.messenger import Sent, Uncertain
from tests.support.botapi.faults import Hang
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.server import BotApiServer
from tests.unit.telegram.conftest import QUICK, TOKEN
from tests.unit.telegram.test_outbound import page

ONE, TWO, THREE = (Shown((number,), "t") for number in (1, 2, 3))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "telegram" / "sent"


@pytest.fixture
def lately(path: Path) -> Iterator[Lately]:
    opened = again(path)
    yield opened
    opened.close()


def again(path: Path) -> Lately:
    """Another process, or the next one; for all of them a while passes between two messages."""
    return Lately(path, lambda: next(_seconds))


_seconds = count(step=module.LOOK_EVERY)


def test_it_is_remembered_by_chat_key_and_mark(lately: Lately, path: Path) -> None:
    assert lately.sent(7, "1.1", ["a", "b"]) == []
    lately.note(7, "1.1", "a", ONE)
    lately.note(7, "1.1", "b", TWO)
    for process in (lately, again(path)):
        assert process.sent(7, "1.1", ["a", "b", "c"]) == [ONE, TWO]
        assert process.sent(7, "1.1", ["a", "other"]) == [ONE]
        assert process.sent(7, "1.1", ["other", "b"]) == []
        assert process.sent(7, "1.2", ["a"]) == []
        assert process.sent(8, "1.1", ["a"]) == []


def test_several_processes_know_of_each_other(lately: Lately, path: Path) -> None:
    other = again(path)
    for number, (writer, reader) in enumerate([(lately, other), (other, lately)] * 2):
        assert writer.sent(7, str(number), ["a"]) == []
        writer.note(7, str(number), "a", ONE)
        assert reader.sent(7, str(number), ["a"]) == [ONE]
    assert len(path.read_text().split()) == 4


def test_the_file_is_looked_at_once_in_a_while(path: Path) -> None:
    now = 100.0
    lately, other = Lately(path, lambda: now), again(path)
    assert lately.sent(7, "1", ["a"]) == []
    assert other.sent(7, "1", ["a"]) == []
    other.note(7, "1", "a", ONE)
    assert lately.sent(7, "1", ["a"]) == [], "whoever has the lease writes, and others come long after it"
    now += module.LOOK_EVERY
    assert lately.sent(7, "1", ["a"]) == [ONE]


def test_the_oldest_is_forgotten(lately: Lately, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINES", 3)
    lately.sent(7, "0", ["a"])
    for number in range(8):
        lately.note(7, str(number), "a", ONE)
    for process in (lately, again(path)):
        assert [bool(process.sent(7, str(number), ["a"])) for number in range(8)] == [False] * 3 + [True] * 5


def test_a_page_may_begin_in_one_file_and_end_in_the_next(
    lately: Lately, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINES", 2)
    lately.sent(7, "1", ["a"])
    for mark, shown in (("a", ONE), ("b", TWO), ("c", THREE)):
        lately.note(7, "1", mark, shown)
    for process in (lately, again(path)):
        assert process.sent(7, "1", ["a", "b", "c"]) == [ONE, TWO, THREE]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_line_that_was_cut_short_spoils_no_other(lately: Lately, path: Path, cut: int) -> None:
    lately.sent(7, "1", ["a"])
    lately.note(7, "1", "a", ONE)
    lately.note(7, "2", "a", TWO)
    path.write_bytes(path.read_bytes()[:-cut])
    lately.sent(7, "3", ["a"])
    lately.note(7, "3", "a", THREE)
    process = again(path)
    assert [process.sent(7, key, ["a"]) for key in "123"] == [[ONE], [], [THREE]]


def test_strange_lines_are_none(lately: Lately, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'\n[]\n{"a":1}\nnull\n[7,"1","a","t","x"]\n\xff\n[null,"1","a","t",1]\n[7,"2","a","t",2]')
    assert lately.sent(7, "1", ["a"]) == []
    assert lately.sent(7, "2", ["a"]) == [TWO]


def test_a_file_that_is_taken_away_is_made_again(lately: Lately, path: Path) -> None:
    lately.sent(7, "1", ["a"])
    path.unlink()
    assert lately.sent(7, "1", ["a"]) == []
    lately.note(7, "1", "a", ONE)
    assert again(path).sent(7, "1", ["a"]) == [ONE]


def test_without_a_place_for_the_file_the_process_remembers(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.parent.write_text("not a folder")
    lately = Lately(path)
    for _ in range(3):
        lately.sent(7, "1", ["a"])
    lately.note(7, "1", "a", ONE)
    assert lately.sent(7, "1", ["a"]) == [ONE]
    assert capsys.readouterr().out.count("telegram_sent_not_noted") == 1


def test_nobody_else_may_read_it(lately: Lately, path: Path) -> None:
    lately.sent(7, "1", ["a"])
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_what_left_a_process_that_ended_is_doubtful_once(lately: Lately, path: Path) -> None:
    lately.sent(7, "1", ["a"])
    for key in "123":
        lately.leaves(7, key, "a")
    lately.note(7, "2", "a", ONE)
    lately.stayed(7, "3")
    following = again(path)
    following.sent(7, "1", ["a"])
    assert [following.doubtful(7, key, "a") for key in ("1", "1", "2", "3", "4")] == [True, False, False, False, False]
    assert not lately.doubtful(7, "1", "a"), "what became of it is known to whoever sent it"
    assert not following.doubtful(7, "1", "b"), "another message of the page"
    assert following.sent(7, "2", ["a"]) == [ONE]


def test_a_doubt_that_was_told_long_ago_is_none_for_the_next_process(lately: Lately, path: Path) -> None:
    lately.sent(7, "1", ["a"])
    lately.leaves(7, "1", "a")
    for _ in range(round(module.SETTLED_AFTER)):
        lately.sent(7, "1", ["a"])
    lately.leaves(7, "2", "a")
    lately.close()
    following = again(path)
    following.sent(7, "1", ["a"])
    assert [following.doubtful(7, key, "a") for key in "12"] == [False, True]


async def test_what_was_on_its_way_when_the_process_was_killed_is_uncertain_until_it_is_asked_for_again(
    messenger: TelegramMessenger, server: BotApiServer, anna: TelegramUser, surroundings: Surroundings
) -> None:
    server.fails(Hang())
    killed = asyncio.create_task(messenger.send(str(anna.id), page("Hello"), "5.1"))
    while server.faults.left:
        await asyncio.sleep(0)
    following = TelegramMessenger(
        Settings.model_validate({"token": TOKEN, "api_server": server.url}), surroundings, QUICK
    )
    try:
        assert isinstance(await following.send(str(anna.id), page("Hello"), "5.1"), Uncertain)
        assert len(server.journal.of("sendMessage")) == 1
        assert isinstance(await following.send(str(anna.id), page("Hello"), "5.1"), Sent)
    finally:
        killed.cancel()
        await following.close()


async def test_what_was_answered_is_not_sent_again_by_the_next_process(
    messenger: TelegramMessenger, server: BotApiServer, anna: TelegramUser, surroundings: Surroundings
) -> None:
    first = await messenger.send(str(anna.id), page("Hello"), "5.1")
    await messenger.close()
    following = TelegramMessenger(
        Settings.model_validate({"token": TOKEN, "api_server": server.url}), surroundings, QUICK
    )
    try:
        assert await following.send(str(anna.id), page("Hello"), "5.1") == first
        assert isinstance(first, Sent)
        assert len(server.journal.of("sendMessage")) == 1
        assert await following.send(str(anna.id), page("Good day"), "5.1") != first
        assert await following.send(str(anna.id), page("Hello"), "6.1") != first
    finally:
        await following.close()
    assert len(server.journal.of("sendMessage")) == 3
