"""What a person notices of the bot beside its messages: that it is writing, its name and its picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.matrix.connection import Connection
from adapters.matrix.messenger import MatrixMessenger
from adapters.matrix.profile import NAME, introduce
from adapters.matrix.settings import Settings
from adapters.matrix.typing_notice import TypingNotice
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from core.chat.events import Said
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.unit.matrix.scripted import BOT, Scripted, scripted
from tests.unit.matrix.test_media import Folder

PROFILE = f"/_matrix/client/v3/profile/{BOT}"
TYPING = "PUT .*/typing/"


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as script:
        yield script


@pytest.fixture
async def connection(server: Scripted) -> AsyncIterator[Connection]:
    connection = server.connection()
    yield connection
    await connection.close()


async def test_a_slow_answer_is_shown_as_being_written(server: Scripted, connection: Connection) -> None:
    notice = TypingNotice(connection, slow=0.0)
    notice.expect("@anna:example.org", "!hers")
    (shown,) = await server.until(TYPING)
    assert (shown.path.split("/")[5], shown.body["typing"]) == ("!hers", True)
    notice.answered("@anna:example.org")
    assert (await server.until(TYPING, 2))[1].body == {"typing": False}
    notice.close()


async def test_a_quick_answer_asks_nothing_of_the_server(server: Scripted, connection: Connection) -> None:
    quick, slow = TypingNotice(connection, slow=0.0), TypingNotice(connection, slow=0.0)
    quick.expect("@anna:example.org", "!hers")
    quick.answered("@anna:example.org")
    slow.expect("@boris:example.org", "!his")
    (shown,) = await server.until(TYPING)
    assert shown.path.split("/")[5] == "!his"
    for notice in (quick, slow):
        notice.close()


async def test_a_new_account_gets_a_name_and_a_picture(server: Scripted, connection: Connection) -> None:
    server.known[PROFILE] = {"displayname": "kollega"}
    await introduce(connection, Settings())
    assert server.known[f"{PROFILE}/displayname"] == {"displayname": NAME}
    assert server.known[f"{PROFILE}/avatar_url"]["avatar_url"].startswith("mxc://example.org/")


async def test_what_an_admin_has_set_stays(server: Scripted, connection: Connection) -> None:
    server.known[PROFILE] = {"displayname": "Our helper", "avatar_url": "mxc://example.org/theirs"}
    await introduce(connection, Settings())
    assert server.all("PUT") == server.all("POST") == []


async def test_the_settings_win(server: Scripted, connection: Connection, tmp_path: Path) -> None:
    picture = tmp_path / "ours.png"
    picture.write_bytes(b"a picture")
    server.known[PROFILE] = {"displayname": "Our helper", "avatar_url": "mxc://example.org/theirs"}
    await introduce(connection, Settings(display_name="Коллега", avatar=picture))
    assert server.known[f"{PROFILE}/displayname"] == {"displayname": "Коллега"}
    assert server.all("upload")[0].mime == "image/png"


async def test_a_server_that_forbids_it_is_no_fault(server: Scripted, connection: Connection) -> None:
    server.refuse("PUT .*displayname", 403, {"errcode": "M_FORBIDDEN"})
    await introduce(connection, Settings())
    assert server.all("avatar_url") == []


@pytest.mark.parametrize(("private", "shown"), [(True, ["@anna:example.org"]), (False, [])])
def test_only_who_waits_for_an_answer_is_shown_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private: bool, shown: list[str]
) -> None:
    expected: list[str] = []
    monkeypatch.setattr(TypingNotice, "expect", lambda notice, chat, room: expected.append(chat))
    clock = MovableClock()
    around = Surroundings(
        files=Folder(tmp_path), data_dir=tmp_path, clock=clock, languages=Languages("en"), key_for=key_for
    )
    settings = Settings(homeserver="http://127.0.0.1:1", user_id=BOT, password=SecretStr("secret"))
    bot = MatrixMessenger(settings, around)
    chat = "@anna:example.org" if private else "!group"
    said = Said(
        messenger="matrix", id="$1", at=clock.now(), account="@anna:example.org", chat=chat, private=private, text="Hi"
    )
    bot._inbound.heard("!room", said)
    assert expected == shown
