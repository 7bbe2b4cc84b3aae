"""Gaps: filled oldest first, without repeats, and never without an end."""

from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any

import pytest

from adapters.matrix import backfill
from adapters.matrix.backfill import Backfill
from adapters.matrix.connection import NotReached, Refusal
from tests.unit.matrix.scripted import TOO_MANY
from tests.unit.matrix.streaming import ROOM, Streaming, streaming, text


class _Pages:
    """Answers a page after another, however many are asked for."""

    def __init__(self, server: Streaming, pages: list[dict[str, Any]] | None = None) -> None:
        self.user, self.server, self.pages, self.numbers = "", server, pages, count()
        self.asked: list[Mapping[str, str]] = []

    async def request(self, method: str, path: str, *, query: Mapping[str, str]) -> dict[str, Any]:
        self.asked.append(query)
        number = next(self.numbers)
        if self.pages is not None:
            return self.pages[number]
        return {"chunk": [text(str(number * 100 + i), "x") for i in range(100)], "end": f"e{number}"}


@pytest.fixture
async def server() -> AsyncIterator[Streaming]:
    async with streaming() as server:
        yield server


def never(event: Mapping[str, Any]) -> bool:
    return False


async def test_pages_are_read_to_the_end(server: Streaming) -> None:
    pages = _Pages(
        server,
        [
            {"chunk": [text("5", "5"), text("4", "4")], "end": "e1"},
            {"chunk": [], "end": "e2"},
            {"chunk": [text("4", "4"), "?", text("3", "3")], "end": 7},
        ],
    )
    found = await Backfill(pages).before(ROOM, "p", "since", never)  # type: ignore[arg-type]
    assert [event["event_id"] for event in found] == ["$3", "$4", "$5"]
    assert [(query["from"], query["to"], query["dir"]) for query in pages.asked] == [
        ("p", "since", "b"),
        ("e1", "since", "b"),
        ("e2", "since", "b"),
    ]


async def test_it_ends_where_it_is_told_to(server: Streaming) -> None:
    pages = _Pages(server, [{"chunk": [text(each, each) for each in "54321"], "end": "e1"}])
    found = await Backfill(pages).before(ROOM, "p", "", lambda event: event["event_id"] == "$3")  # type: ignore[arg-type]
    assert [event["event_id"] for event in found] == ["$3", "$4", "$5"]
    assert "to" not in pages.asked[0]


async def test_there_is_a_limit(server: Streaming) -> None:
    pages = _Pages(server)
    assert len(await Backfill(pages).before(ROOM, "p", "", never)) == backfill.LIMIT  # type: ignore[arg-type]


async def test_empty_pages_come_to_an_end_too(server: Streaming) -> None:
    pages = _Pages(server, [{"chunk": [], "end": f"e{number}"} for number in range(1000)])
    assert await Backfill(pages).before(ROOM, "p", "", never) == []  # type: ignore[arg-type]
    assert len(pages.asked) < 1000


async def test_refusals_are_waited_for_or_taken(server: Streaming) -> None:
    connection = server.connection()
    filling = Backfill(connection)
    server.may("messages", answer={"chunk": [text("1", "1")]})
    server.refuse("/messages", 429, {**TOO_MANY, "retry_after_ms": 1}, times=4)
    assert len(await filling.before(ROOM, "p", "", never)) == 1
    server.refuse("/messages", 429, {**TOO_MANY, "retry_after_ms": 1}, times=5)
    with pytest.raises(NotReached):
        await filling.before(ROOM, "p", "", never)
    server.refuse("/messages", 403, {"errcode": "M_FORBIDDEN"})
    assert await filling.before(ROOM, "p", "", never) == []
    server.refuse("/messages", 401, {"errcode": "M_UNKNOWN_TOKEN"})
    with pytest.raises(Refusal):
        await filling.before(ROOM, "p", "", never)
    await connection.close()
