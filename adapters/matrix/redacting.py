"""Takes back what was sent: a message, a reaction, and the edits of a message."""

from __future__ import annotations

from http import HTTPStatus

from adapters.matrix.connection import Connection, Refusal, part

_PAGES = 20
"""Of a hundred edits each; nobody reads more than that in one message."""


async def redact(connection: Connection, room: str, event: str) -> None:
    """Takes an event back, once however often it is asked for. Raises what requests raise."""
    await connection.request(
        "PUT", f"/_matrix/client/v3/rooms/{part(room)}/redact/{part(event)}/{part('r' + event)}", {}
    )


async def edits_of(connection: Connection, room: str, event: str) -> list[str]:
    """The bot's own edits of a message. Raises what requests raise, but for a message that is not there."""
    path = f"/_matrix/client/v1/rooms/{part(room)}/relations/{part(event)}/m.replace"
    found: list[str] = []
    start: dict[str, str] = {}
    for _ in range(_PAGES):
        try:
            answer = await connection.request("GET", path, query={"limit": "100", **start})
        except Refusal as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return found
            raise
        chunk, after = answer.get("chunk"), answer.get("next_batch")
        for one in chunk if isinstance(chunk, list) else ():
            if isinstance(one, dict) and one.get("sender") == connection.user and isinstance(one.get("event_id"), str):
                found.append(one["event_id"])
        if not isinstance(after, str):
            break
        start = {"from": after}
    return found
