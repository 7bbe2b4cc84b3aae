"""A homeserver of a test's own limits what a real one limits, and survives its death."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time

import pytest
from aiohttp import ClientConnectionError

from tests.support.synapse import Homeserver, a_homeserver
from tests.support.synapse.server import Process


async def test_what_was_accepted_outlives_a_kill() -> None:
    async with a_homeserver(default_room_version="11") as own:
        anna = await own.register("anna")
        room = (await own.request("POST", "/_matrix/client/v3/createRoom", {}, token=anna.access_token))["room_id"]
        assert room.endswith(":localhost")
        own.kill()
        with pytest.raises(ClientConnectionError):
            await own.request("GET", "/_matrix/client/versions")
        await own.start_again()
        joined = await own.request("GET", "/_matrix/client/v3/joined_rooms", token=anna.access_token)
        assert joined == {"joined_rooms": [room]}


def test_the_server_ends_with_the_run_also_when_that_is_killed() -> None:
    with subprocess.Popen(["sleep", "60"]) as run:
        process = Process(run.pid)
        process.start()
        while not process.answers():
            time.sleep(0.02)
        run.kill()
    assert process.pid is not None
    os.waitpid(process.pid, 0)
    assert not process.folder.exists()


async def test_default_limits_refuse_many_messages_at_once() -> None:
    async with a_homeserver(limits="default") as own:
        anna = await own.register("anna")
        room = (await own.request("POST", "/_matrix/client/v3/createRoom", {}, token=anna.access_token))["room_id"]
        path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/"
        answers = await asyncio.gather(
            *(
                own.request("PUT", f"{path}{number}", {"msgtype": "m.text", "body": "x"}, token=anna.access_token)
                for number in range(20)
            ),
            return_exceptions=True,
        )
        refused = [str(answer) for answer in answers if isinstance(answer, AssertionError)]
        assert len(refused) > 5
        assert all("M_LIMIT_EXCEEDED" in answer for answer in refused)


async def test_the_server_of_the_run_limits_nothing(homeserver: Homeserver) -> None:
    anna = await homeserver.register("unlimited")
    room = (await homeserver.request("POST", "/_matrix/client/v3/createRoom", {}, token=anna.access_token))["room_id"]
    for number in range(30):
        path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{number}"
        await homeserver.request("PUT", path, {"msgtype": "m.text", "body": "x"}, token=anna.access_token)
