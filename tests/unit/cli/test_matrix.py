"""`kollega matrix …` against a real homeserver."""

from __future__ import annotations

import asyncio
import re
import stat
from pathlib import Path

import pytest

from bot.run.keys import keys_of
from bot.run.settings import load
from tests.support.synapse import Credentials, Homeserver
from tests.unit.cli.conftest import Kollega
from tests.unit.matrix.secret import a_bot, an_account


@pytest.fixture
def account(homeserver: Homeserver, monkeypatch: pytest.MonkeyPatch, kollega: Kollega) -> Credentials:
    """The settings name an account."""
    account = asyncio.run(an_account(homeserver))
    monkeypatch.setenv("KOLLEGA_MATRIX__HOMESERVER", homeserver.url)
    monkeypatch.setenv("KOLLEGA_MATRIX__USER_ID", account.user_id)
    monkeypatch.setenv("KOLLEGA_MATRIX__PASSWORD", account.password)
    return account


def started_once(homeserver: Homeserver, account: Credentials, folder: Path) -> None:
    """What the bot leaves behind after it ran."""

    async def start() -> None:
        bot = await a_bot(homeserver, account, folder, key=keys_of(load())("matrix"))
        await bot.close()

    asyncio.run(start())


def test_an_admin_sees_what_to_compare(
    kollega: Kollega, homeserver: Homeserver, account: Credentials, tmp_path: Path
) -> None:
    started_once(homeserver, account, tmp_path / "var" / "matrix")
    ended = kollega("matrix", "verify")
    assert (ended.status, ended.err) == (0, "")
    assert f"Account: {account.user_id}\n" in ended.out
    assert re.search(r"Device: [A-Z]+ \(Kollega\)\n", ended.out)
    assert re.search(r"Fingerprint: (\S{4} ){10}\S{3}\n", ended.out)
    assert re.search(r"Master key: (\S{4} ){10}\S{3}\n", ended.out)
    assert "Signed: yes\n" in ended.out
    assert "Recovery key: in var/matrix/recovery.key" in ended.out
    secret = (tmp_path / "var" / "matrix" / "recovery.key").read_text().strip()
    assert secret not in ended.out


def test_a_foreign_identity_is_said_with_what_to_do(
    kollega: Kollega, homeserver: Homeserver, account: Credentials, tmp_path: Path
) -> None:
    started_once(homeserver, account, tmp_path / "elsewhere")
    started_once(homeserver, account, tmp_path / "var" / "matrix")
    ended = kollega("matrix", "verify")
    assert ended.status == 0
    assert "Signed: no\n" in ended.out
    assert "Write the recovery key of that set-up to var/matrix/recovery.key (chmod 600)" in ended.out


def test_what_is_missing_is_one_line(
    kollega: Kollega, homeserver: Homeserver, account: Credentials, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = kollega("matrix", "verify")
    assert (ended.status, ended.err) == (
        1,
        "kollega: the bot has not signed in yet; start it once with `kollega run`\n",
    )
    started_once(homeserver, account, tmp_path / "var" / "matrix")
    monkeypatch.setenv("KOLLEGA_MATRIX__HOMESERVER", "http://127.0.0.1:1")
    ended = kollega("matrix", "verify")
    assert ended.err.startswith("kollega: http://127.0.0.1:1 did not answer as expected")


def test_matrix_that_is_off_is_said(kollega: Kollega) -> None:
    assert "Matrix is off; set KOLLEGA_MATRIX__HOMESERVER" in kollega("matrix", "verify").err
    assert "KOLLEGA_MATRIX__USER_ID" in kollega("matrix", "registration").err


def test_a_registration_is_written_once_for_its_owner_only(
    kollega: Kollega, account: Credentials, tmp_path: Path
) -> None:
    ended = kollega("matrix", "registration", "--out", "kollega.yaml")
    file = tmp_path / "kollega.yaml"
    assert ended.status == 0
    assert f"- {file}" in ended.out
    assert "KOLLEGA_MATRIX__ACCESS_TOKEN" in ended.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_text()
    token = re.search(r'^as_token: "(\S{40,})"$', first, re.MULTILINE)
    assert token is not None
    assert token[1] not in ended.out
    assert "rate_limited: false\n" in first
    again = kollega("matrix", "registration", "--out", "kollega.yaml")
    assert again.status == 1
    assert "is there already" in again.err
    assert file.read_text() == first
