"""Whatever a server answers: the place in the stream moves on, and the people next to it are heard."""

import asyncio
import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix.connection import Connection
from adapters.matrix.inbound import Inbound
from adapters.matrix.rooms import Rooms
from adapters.matrix.settings import Settings
from core.chat.codec import dump
from core.chat.events import Said
from tests.support.clock import MovableClock
from tests.unit.matrix.receiving import QUICK
from tests.unit.matrix.scripted import BOT
from tests.unit.matrix.streaming import ANNA, BORIS, PRIVATE, ROOM, counted, event, invite, joined, member, text
from tests.unit.telegram.conftest import Folder, MemoryInbox

RELATION = {"rel_type": "m.replace", "event_id": "$1"}
RICH = {
    "rooms": {
        "join": {
            ROOM: {
                "timeline": {
                    "events": [
                        member("1", BOT, "invite", sender=ANNA),
                        member("2", BOT, "join", "invite"),
                        text("3", "menu", BOT),
                        text("4", "* menu", BOT, **{"m.relates_to": RELATION}),
                        event(
                            "5", "m.reaction", {"m.relates_to": {**RELATION, "rel_type": "m.annotation", "key": "x"}}
                        ),
                        event("6", "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s"}),
                        {**event("7", "m.room.tombstone", {"replacement_room": "!new"}), "state_key": ""},
                        {**event("8", "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}), "state_key": ""},
                        member("9", BORIS, "leave", "join", reason="off"),
                        text("10", "hello"),
                    ],
                    "limited": True,
                    "prev_batch": "p",
                },
                "state": {"events": [member("11", ANNA, "join", displayname="Anna")]},
                "summary": counted(2, 0, ANNA),
                "ephemeral": {"events": [{"type": "m.receipt", "content": {"$3": {"m.read": {ANNA: {"ts": 5}}}}}]},
            }
        },
        "leave": {"!left": {"timeline": {"events": [member("12", BOT, "ban", "join", sender=ANNA)]}}},
        "invite": invite("!other")["rooms"]["invite"],
    }
}
NEXT = joined(text("99", "I am next"), room="!fine", summary=counted(3))["rooms"]["join"]["!fine"]
strange = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("\ud800\0"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value below its rooms."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from spots(value[key], (*path, key))


SPOTS = [spot for spot in spots(RICH) if len(spot) > 2 or spot[1:] in (("leave",), ("invite",))]


class _Silent(Connection):
    """Nothing that is asked beside the stream is answered, or strangely."""

    def __init__(self, answers: list[Any]) -> None:
        super().__init__("http://127.0.0.1:9")
        self.user, self.answers = BOT, answers

    async def request(self, method: str, path: str, *_: Any, **__: Any) -> dict[str, Any]:
        if path.endswith("/sync") and self.answers:
            return self.answers.pop(0)  # type: ignore[no-any-return]
        if path.endswith(("/sync", "/join", "/leave")):
            await asyncio.Event().wait()
        return {"chunk": [7, text("98", "earlier"), {"type": "m.room.member"}], "end": 5}


@contextmanager
def rooms_in(connection: Connection) -> Iterator[tuple[Rooms, Path]]:
    with TemporaryDirectory() as folder:
        rooms = Rooms(connection, Path(folder))
        yield rooms, Path(folder)
        rooms.close()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(SPOTS), strange), min_size=1, max_size=4))
def test_a_changed_answer_does_not_stop_anything(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    answer = copy.deepcopy(RICH)
    for path, value in changes:
        where: Any = answer
        try:
            for key in path[:-1]:
                where = where[key]
            where[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue
    if isinstance(answer["rooms"].get("join"), dict):
        answer["rooms"]["join"]["!fine"] = NEXT
    asyncio.run(_is_taken(answer))


async def _is_taken(answer: dict[str, Any]) -> None:
    connection = _Silent([{"next_batch": "s0", **PRIVATE}, {"next_batch": "s1", **answer}])
    with rooms_in(connection) as (rooms, folder):
        inbox = MemoryInbox()
        inbound = Inbound(connection, Settings(), rooms, None, Folder(folder), MovableClock(), QUICK)
        listening = asyncio.create_task(inbound.listen(inbox))
        async with asyncio.timeout(5):
            await inbound.ready.wait()
        assert inbox.position == "s1"
        assert inbound.fault is None
        assert "I am next" in [each.text for each in inbox.events if isinstance(each, Said)]
        json.dumps([dump(each) for each in inbox.events], ensure_ascii=False).encode()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await connection.close()


def test_the_unchanged_answer_says_what_it_should() -> None:
    asyncio.run(_is_taken({"rooms": {**RICH["rooms"], "join": {**RICH["rooms"]["join"], "!fine": NEXT}}}))
