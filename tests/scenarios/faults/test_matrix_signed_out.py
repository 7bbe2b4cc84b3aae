"""Somebody ends the bot's session: Matrix says what to do, and the other messengers do not notice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.matrix.messenger import MatrixMessenger
from bot.build import RealClock
from core.chat.events import Said
from tests.scenarios.faults.bare import until
from tests.scenarios.faults.installation import surroundings
from tests.scenarios.faults.running import QUICK, Company, Running
from tests.support.synapse import Credentials, Homeserver


@pytest.fixture
async def company(homeserver: Homeserver, sqlite_template: Path, tmp_path: Path) -> Company:
    return await Company.of(homeserver, tmp_path, sqlite_template, 1, f"out-{tmp_path.name}".lower())


@pytest.fixture(autouse=True)
def _looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.CHECK_EVERY", 0.2)
    monkeypatch.setattr("bot.app.CHECK_AGAIN", 0.2)


async def logs_out(company: Company, token: str) -> None:
    await company.server.request("POST", "/_matrix/client/v3/logout", {}, token=token)


async def is_answered_elsewhere(bot: Running, number: int) -> None:
    plain, chat = bot.company.plain, "plain-0"
    event = Said(
        messenger="plain", id=f"p{number}", at=datetime.now(UTC), account=chat, chat=chat, text=f"!who nobody{number}"
    )
    await plain.receive(event)
    await until(lambda: chat in plain.chats and f"nobody{number}" in plain.chats[chat].lines[-1].text)


async def sessions(company: Company, admin: Credentials) -> list[str]:
    """The devices of the bot."""
    path = f"/_synapse/admin/v2/users/{company.bot.user_id}/devices"
    answer = await company.server.request("GET", path, token=admin.access_token)
    return [device["device_id"] for device in answer["devices"]]


async def test_without_a_password_matrix_stops_and_the_others_go_on(company: Company) -> None:
    who = company.people[0]
    async with company.runs() as bot:
        await bot.greets(who)
        await until(lambda: bot.app.readiness.parts.get("matrix") == "")
        await logs_out(company, company.bot.access_token)
        await until(lambda: "KOLLEGA_MATRIX__ACCESS_TOKEN" in bot.app.readiness.parts["matrix"])
        await is_answered_elsewhere(bot, 1)
        assert bot.app.readiness.parts["plain"] == ""
        await bot.tells(company.ids[0], "kept for later")
    async with company.runs() as bot:
        await until(lambda: "KOLLEGA_MATRIX__ACCESS_TOKEN" in bot.app.readiness.parts.get("matrix", ""))
        assert "signed" in bot.app.readiness.parts["matrix"]
        await is_answered_elsewhere(bot, 2)


async def test_a_token_that_never_worked_is_named_before_the_first_start(company: Company) -> None:
    around, store = surroundings(company.sqlite_template, company.folder, RealClock())
    await store.close()
    typed = {"access_token": "syt_mistyped", "device_id": None}
    for settings, word in (
        (company.settings(**typed), "KOLLEGA_MATRIX__ACCESS_TOKEN"),
        (company.settings(**typed, password="another way in"), ""),
        (company.settings(), ""),
    ):
        messenger = MatrixMessenger(settings, around, QUICK)
        health = await messenger.check()
        await messenger.close()
        assert health.ok is (word == ""), health
        assert word in str(health)
        assert company.bot.access_token not in str(health)


async def test_with_a_password_it_signs_in_anew_once(company: Company) -> None:
    who, found = company.people[0], []
    admin = await company.server.register(f"admin-{company.bot.device_id}".lower(), admin=True)
    password = company.settings(password=company.bot.password)
    async with company.runs(password) as bot:
        room = await bot.greets(who)
        await logs_out(company, company.bot.access_token)
        await until(lambda: bool(bot.app.readiness.parts.get("matrix")))
        await who.says(room, "!who nobody1")
        await bot.tells(company.ids[0], "kept for later")
    for number in (2, 3):
        async with company.runs(password) as bot:
            texts = await bot.has_said(who, room, number + 1)
            assert texts.count("kept for later") == 1
            assert sum("nobody1" in text for text in texts) == 1
            await who.says(room, f"!who nobody{number}")
            await bot.has_said(who, room, number + 2)
        found += await sessions(company, admin)
    assert found == [found[0]] * 2
    assert found[0] != company.bot.device_id
