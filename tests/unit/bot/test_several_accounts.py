"""Several bot accounts of a network are opened side by side, each with what is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.build import open_messengers
from bot.run.settings import load
from bot.run.web import Served
from bot.talk.intake import StoredInbox
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from core.chat.events import Said
from core.inbox import ClaimEvents
from storage.database import Database
from storage.files import FileStore
from tests.support.clock import MovableClock
from tests.support.keys import key_for

FILE = """
[telegram]
token = "1:main"
webhook_url = "https://bot.example.org/telegram"
webhook_secret = "secret"
[telegram.more.2]
token = "2:second"
[matrix]
homeserver = "http://127.0.0.1:1"
user_id = "@one:example.org"
password = "first"
[matrix.more.2]
user_id = "@two:example.org"
password = "second"
"""


async def test_each_has_its_own_name_route_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kollega.toml").write_text(FILE)
    around = Surroundings(
        files=FileStore(tmp_path),
        data_dir=tmp_path,
        clock=MovableClock(),
        languages=Languages("en"),
        key_for=key_for,
    )
    opened = open_messengers(load(), around)
    assert {name: messenger.name for name, messenger in opened.items()} == {
        name: name for name in ("telegram", "telegram.2", "matrix", "matrix.2")
    }
    routes = [route for messenger in opened.values() if isinstance(messenger, Served) for route in messenger.routes()]
    assert [getattr(route, "path", "") for route in routes] == ["/telegram", "/telegram/2"]
    assert (tmp_path / "matrix").is_dir()
    assert (tmp_path / "matrix.2").is_dir()
    for messenger in opened.values():
        await messenger.close()


async def test_what_is_received_is_kept_under_the_name_of_the_account(store: Database) -> None:
    clock = MovableClock()
    said = Said(messenger="telegram", id="1", at=clock.now(), account="12", chat="12", text="hello")
    for name in ("telegram", "telegram.2"):
        await StoredInbox(store, name).store([said], "1")
    pending = await store.transact(lambda uow: uow.apply(ClaimEvents(10)))
    assert [one.event.messenger for one in pending] == ["telegram", "telegram.2"]
