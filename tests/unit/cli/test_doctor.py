"""`kollega doctor` names every fault with a remedy, and no secret."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import bot.cli.doctor
import bot.cli.findings
from tests.support.ami_server import AmiServer
from tests.support.botapi.server import BotApiServer
from tests.unit.cli.conftest import Ended, Kollega

TOKEN = "123456:doctor-token-of-nobody"


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a server runs."""

    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[object, object, object]) -> None:
        """Does something there."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)


@contextmanager
def served(server: AmiServer | BotApiServer) -> Iterator[Thread]:
    """A server in a thread of its own, because the command has an event loop of its own."""
    started, loop = threading.Event(), asyncio.new_event_loop()

    def run() -> None:
        loop.run_until_complete(server.start())
        loop.call_soon(started.set)
        loop.run_forever()
        loop.run_until_complete(server.stop())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield Thread(loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def line(ended: Ended, part: str) -> str:
    """The one line about a part."""
    (found,) = [line for line in ended.out.splitlines() if line[2:].startswith(f"{part}:")]
    return found


def test_an_option_that_the_server_sets_wrongly_is_named(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_OPTIONS__CALLS__UNCLAIMED", "soon")
    ended = kollega("doctor")
    assert ended.status == 1
    told = "KOLLEGA_OPTIONS__CALLS__UNCLAIMED: Please write a whole number from 1 to 240."
    assert told in line(ended, "settings")


def test_a_fresh_installation_is_well(kollega: Kollega) -> None:
    ended = kollega("doctor")
    assert ended.status == 0, ended.out
    assert line(ended, "settings").startswith("✓")
    assert line(ended, "data folder").startswith("✓")
    assert "made at the first start" in line(ended, "database")
    for part in ("telegram", "web", "asterisk"):
        assert line(ended, part) == f"– {part}: not in use."
    assert "@BotFather" in line(ended, "messengers")


def test_people_without_an_admin_are_a_fault(kollega: Kollega, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert line(kollega("doctor"), "people") == "– people: looked at when the database is ready."
    kollega("db", "upgrade")
    assert line(kollega("doctor"), "people").startswith("✓ people: nobody yet")
    file = tmp_path / "people.csv"
    file.write_text("external_id;last_name;first_name;roles\na;Petrova;Anna;\n")
    kollega("people", "import", str(file))
    ended = kollega("doctor")
    assert ended.status == 1
    assert line(ended, "people").startswith("✗ people: 1 with access, and none of them is an admin. Put")
    file.write_text("external_id;last_name;first_name;roles\na;Petrova;Anna;admin\n")
    kollega("people", "import", str(file))
    assert line(kollega("doctor"), "people") == "✓ people: 1 with access, admins among them: 1."


def test_shared_numbers_and_doubled_departments_are_named(kollega: Kollega, tmp_path: Path) -> None:
    kollega("db", "upgrade")
    file = tmp_path / "people.csv"
    file.write_text(
        "external_id;last_name;first_name;roles;phone;extension;department\n"
        "a;Petrova;Anna;admin;+79990000101;201;Office A\nb;Orlov;Gleb;;+79990000101;201;Office B\n"
    )
    assert (
        "Please look at this:\n  row 3, phone: Row 2 has this phone too" in kollega("people", "import", str(file)).out
    )
    assert line(kollega("doctor"), "people") == (
        "✓ people: 2 with access, admins among them: 1; phones that several people share: 1; "
        "extensions that several people share: 1."
    )
    assert line(kollega("doctor"), "departments") == "✓ departments: no name twice."
    with sqlite3.connect(tmp_path / "var" / "kollega.db") as database:
        database.execute("UPDATE departments SET name = ? WHERE name = 'Office B'", ("OFFICE А",))
    database.close()
    doubled = kollega("doctor")
    assert doubled.status == 1
    assert "“Office A” = “OFFICE А”" in line(doubled, "departments")


def test_a_wrong_setting_ends_the_examination(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_WEB__PORT", "http")
    ended = kollega("doctor")
    assert ended.status == 1
    assert ended.out.startswith("✗ settings: KOLLEGA_WEB__PORT")


def test_every_part_that_works_is_ticked(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    kollega("db", "upgrade")
    telegram, asterisk = BotApiServer(TOKEN), AmiServer()
    with served(telegram), served(asterisk):
        monkeypatch.setenv("KOLLEGA_TELEGRAM__TOKEN", TOKEN)
        monkeypatch.setenv("KOLLEGA_TELEGRAM__API_SERVER", telegram.url)
        monkeypatch.setenv("KOLLEGA_WEB__CHAT", "yes")
        monkeypatch.setenv("KOLLEGA_ASTERISK__HOST", "127.0.0.1")
        monkeypatch.setenv("KOLLEGA_ASTERISK__PORT", str(asterisk.port))
        monkeypatch.setenv("KOLLEGA_ASTERISK__SECRET", asterisk.secret)
        monkeypatch.setenv("KOLLEGA_ASTERISK__TRUNKS", "trunk-a")
        ended = kollega("doctor")
    assert ended.status == 0, ended.out
    assert line(ended, "database").startswith("✓ database: sqlite, at revision")
    assert line(ended, "telegram") == "✓ telegram: Telegram: @kollega_bot works."
    assert line(ended, "web").startswith("✓")
    assert "outside lines: trunk-a" in line(ended, "asterisk")


def test_each_bot_account_has_a_line(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram = BotApiServer(TOKEN)
    with served(telegram):
        monkeypatch.setenv("KOLLEGA_TELEGRAM__TOKEN", TOKEN)
        monkeypatch.setenv("KOLLEGA_TELEGRAM__API_SERVER", telegram.url)
        monkeypatch.setenv("KOLLEGA_TELEGRAM__MORE__2__TOKEN", "999999:another-token-of-nobody")
        ended = kollega("doctor")
    assert ended.status == 1
    assert line(ended, "telegram").startswith("✓")
    assert line(ended, "telegram.2").startswith("✗")
    assert "set KOLLEGA_TELEGRAM__MORE__2__TOKEN" in line(ended, "telegram.2")


def test_every_fault_has_a_remedy_and_shows_no_secret(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram, asterisk = BotApiServer(TOKEN), AmiServer()
    wrong = "999999:another-token-of-nobody"
    with served(telegram), served(asterisk):
        monkeypatch.setenv("KOLLEGA_TELEGRAM__TOKEN", wrong)
        monkeypatch.setenv("KOLLEGA_TELEGRAM__API_SERVER", telegram.url)
        monkeypatch.setenv("KOLLEGA_WEB__CHAT", "yes")
        monkeypatch.setenv("KOLLEGA_WEB__HOST", "0.0.0.0")
        monkeypatch.setenv("KOLLEGA_ASTERISK__HOST", "127.0.0.1")
        monkeypatch.setenv("KOLLEGA_ASTERISK__PORT", str(asterisk.port))
        monkeypatch.setenv("KOLLEGA_ASTERISK__SECRET", "wrong-secret")
        monkeypatch.setenv("KOLLEGA_DATABASE_URL", "postgresql://u:hidden@127.0.0.1:1/k")
        ended = kollega("doctor")
    assert ended.status == 1
    assert "set KOLLEGA_TELEGRAM__TOKEN" in line(ended, "telegram")
    assert "Use 127.0.0.1" in line(ended, "web")
    assert "KOLLEGA_ASTERISK__SECRET" in line(ended, "asterisk")
    assert "KOLLEGA_DATABASE_URL" in line(ended, "database")
    for part in ("telegram", "web", "asterisk", "database"):
        assert line(ended, part).startswith("✗")
    for secret in (wrong, "wrong-secret", "hidden"):
        assert secret not in ended.out + ended.err


def test_an_exchange_without_outside_lines_is_a_fault(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    asterisk = AmiServer()
    with served(asterisk):
        monkeypatch.setenv("KOLLEGA_ASTERISK__HOST", "127.0.0.1")
        monkeypatch.setenv("KOLLEGA_ASTERISK__PORT", str(asterisk.port))
        monkeypatch.setenv("KOLLEGA_ASTERISK__SECRET", asterisk.secret)
        ended = kollega("doctor")
    assert ended.status == 1
    assert line(ended, "asterisk").endswith("KOLLEGA_ASTERISK__TRUNKS.")


def test_what_does_not_answer_is_not_waited_for(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.cli.findings, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("KOLLEGA_ASTERISK__HOST", "127.0.0.1")
        monkeypatch.setenv("KOLLEGA_ASTERISK__PORT", str(silent.getsockname()[1]))
        ended = kollega("doctor")
    assert line(ended, "asterisk").startswith("✗ asterisk: no answer within")


def test_a_locked_database_is_not_waited_for(kollega: Kollega, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kollega("db", "upgrade")
    monkeypatch.setattr(bot.cli.findings, "PATIENCE", 0.5)
    before = set(threading.enumerate())
    other = sqlite3.connect(tmp_path / "var" / "kollega.db")
    other.execute("BEGIN IMMEDIATE")
    ended = kollega("doctor")
    other.close()
    for thread in set(threading.enumerate()) - before:
        thread.join()  # what waited for the database goes on now, and not in the folder of the next test
    assert line(ended, "database").startswith("✗ database: no answer within")


def test_a_port_of_another_program_is_named(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram = BotApiServer(TOKEN)
    with served(telegram):
        monkeypatch.setenv("KOLLEGA_WEB__PORT", telegram.url.rpartition(":")[2])
        ended = kollega("doctor")
    assert ended.status == 1
    assert "in use by another program" in line(ended, "web server")


def test_a_folder_that_cannot_be_written_is_named(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_DATA_DIR", "/proc/kollega")
    ended = kollega("doctor")
    assert ended.status == 1
    assert "KOLLEGA_DATA_DIR" in line(ended, "data folder")


def test_a_disk_that_is_nearly_full_is_named(kollega: Kollega, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.cli.doctor, "LEAST_SPACE", 2**60)
    ended = kollega("doctor")
    assert ended.status == 1
    assert "MB free" in line(ended, "data folder")
