"""The chat has no sign-in, so it must not be reachable from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.webchat import create
from adapters.webchat.settings import Settings
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.webchat import FolderOfFiles


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    return Surroundings(
        files=FolderOfFiles(tmp_path),
        data_dir=tmp_path / "new",
        clock=MovableClock(),
        languages=Languages(),
        key_for=key_for,
    )


def test_the_chat_is_off_unless_it_is_asked_for(around: Surroundings) -> None:
    assert create(Settings(), around) is None
    assert create(Settings(host="0.0.0.0"), around) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "chat.example.org", ""])
def test_it_refuses_an_address_that_others_can_reach(host: str, around: Surroundings) -> None:
    with pytest.raises(ValueError, match="there is no sign-in"):
        create(Settings(host=host, chat=True), around)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
async def test_it_starts_on_this_machine(host: str, around: Surroundings) -> None:
    chat = create(Settings(host=host, chat=True), around)
    assert chat is not None
    assert (await chat.check()).ok
    await chat.close()
    assert not (await chat.check()).ok
