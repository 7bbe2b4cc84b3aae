"""What goes wrong at the homeserver while the bot runs: it dies in the middle of a broadcast, or has had enough."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path

from tests.scenarios.faults.bare import Bare
from tests.scenarios.faults.running import Company, ordered
from tests.support.synapse import a_homeserver
from tests.support.synapse.server import OwnHomeserver, Process

PEOPLE = 16
FEW = 12
DONE = 5
"""Copies that have arrived when the homeserver dies."""
PATIENCE = {"per_second": 5, "burst_count": 3}
"""Of a homeserver that is stricter than the bot is fast; its own figures only take longer."""


async def test_the_homeserver_dies_in_the_middle_of_a_broadcast(sqlite_template: Path, tmp_path: Path) -> None:
    async with a_homeserver() as server:
        company = await Company.of(server, tmp_path, sqlite_template, PEOPLE, "dies")
        async with company.runs() as bot:
            first, second = company.people[0], company.people[-1]
            room = await bot.greets(first)
            start = bot.outcomes["Sent"]
            await bot.broadcasts("Picnic on Friday")
            await bot.arrived(start + DONE)
            server.kill()
            for person in (company.ids[0], company.ids[-1]):
                await bot.tells(person, "the first", "the second")
            assert bot.outcomes["Sent"] < start + PEOPLE
            await server.start_again()
            await bot.arrived(start + PEOPLE + 4)
            everybody = await asyncio.gather(*(who.received(company.bot.user_id) for who in company.people))
            assert [texts.count("Picnic on Friday") for texts in everybody] == [1] * PEOPLE
            for who in (first, second):
                assert ordered(await who.received(company.bot.user_id), "the first", "the second")
            assert bot.outcomes.keys() <= {"Sent", "NotSent"}
            said = len(await first.texts(room, company.bot.user_id))
            await first.says(room, "!who nobody")
            assert "found nobody" in (await bot.has_said(first, room, said + 1))[-1]


async def test_a_strict_homeserver_gets_everything_in_the_end(sqlite_template: Path, tmp_path: Path) -> None:
    process = Process(os.getpid(), limits="default")
    config = process.folder / "homeserver.yaml"
    limits = {"rc_message": PATIENCE, "rc_joins": {"local": {"per_second": 100, "burst_count": 100}}}
    config.write_text(json.dumps(json.loads(config.read_text()) | limits))
    try:
        await _broadcasts(OwnHomeserver(process), tmp_path, sqlite_template)
    finally:
        process.kill()
        shutil.rmtree(process.folder, ignore_errors=True)


async def _broadcasts(server: OwnHomeserver, folder: Path, sqlite_template: Path) -> None:
    await server.start_again()
    company = await Company.of(server, folder, sqlite_template, FEW, "strict")
    async with company.runs() as bot:
        rooms = await asyncio.gather(*(who.opens(company.bot.user_id) for who in company.people))
        await asyncio.gather(*(bot.has_said(who, room, 1) for who, room in zip(company.people, rooms, strict=True)))
        await bot.broadcasts("Picnic on Friday")
        for person in company.ids[:2]:
            await bot.tells(person, *(f"word {number}" for number in range(4)))
        await bot.arrived(2 * FEW + 8)

        async def shows(who: Bare, room: str) -> list[str]:
            return await who.texts(room, company.bot.user_id)

        everybody = await asyncio.gather(*(shows(who, room) for who, room in zip(company.people, rooms, strict=True)))
        assert [texts.count("Picnic on Friday") for texts in everybody] == [1] * FEW
        for texts in everybody[:2]:
            assert ordered(texts, *(f"word {number}" for number in range(4)))
        assert bot.outcomes.keys() <= {"Sent", "Later"}
        assert bot.outcomes["Later"] <= bot.outcomes["Sent"], bot.outcomes
