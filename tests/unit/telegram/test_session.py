"""What leaves and what does not: requests that are stopped in the last moment, and the pace that is set."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr, ValidationError

from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import Settings
from core.chat.adapter import Surroundings
from core.chat.blocks import Paragraph
from core.chat.files import Attachment, Media
from core.chat.leaving import only_while
from core.chat.messenger import NotSent, Outcome, Receipt, Sent
from core.chat.pages import Key, Page, Part, Press
from tests.support.botapi import PNG, BotApiServer, Hang, TelegramUser
from tests.unit.telegram.conftest import TOKEN, Folder

TEXT = Part(blocks=(Paragraph(("a",)),), rows=((Key("Go", Press("go")),),))


async def while_allowed(allowed: Callable[[], bool], request: Awaitable[Outcome]) -> Outcome:
    async def task() -> Outcome:
        only_while(allowed)
        return await request

    return await asyncio.create_task(task())


@pytest.mark.parametrize("verb", ["send", "file", "edit", "delete"])
async def test_what_may_not_leave_any_more_is_known_not_to_have_left(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder, verb: str
) -> None:
    photo = Attachment(media=Media.PHOTO, name="p.png", mime="image/png", size=9, content=files.keep(PNG))
    chat, receipt = str(anna.id), Receipt(("7",), "t")
    requests = {
        "send": messenger.send(chat, Page(parts=(TEXT,)), "1"),
        "file": messenger.send(chat, Page(parts=(Part(attachments=(photo,)),)), "1"),
        "edit": messenger.edit(chat, receipt, Page(parts=(TEXT,)), "1"),
        "delete": messenger.delete(chat, receipt),
    }
    outcome = await while_allowed(lambda: False, requests.pop(verb))
    assert outcome == NotSent("Stopped")
    for method in ("sendMessage", "sendPhoto", "editMessageText", "deleteMessage"):
        assert not server.journal.of(method)
    for unused in requests.values():
        unused.close()
    assert isinstance(await messenger.send(chat, Page(parts=(TEXT,)), "1"), Sent)


async def test_a_page_is_stopped_between_its_messages_and_finished_by_the_next_attempt(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    page = Page(parts=(Part(blocks=(Paragraph(("first",)),)), TEXT))
    outcome = await while_allowed(lambda: not anna.messages, messenger.send(str(anna.id), page, "1"))
    assert isinstance(outcome, NotSent)
    assert [message.plain for message in anna.messages] == ["first"]
    assert isinstance(await messenger.send(str(anna.id), page, "1"), Sent)
    assert [message.plain for message in anna.messages] == ["first", "a"]


async def test_what_waits_for_a_connection_is_stopped_too(
    server: BotApiServer, surroundings: Surroundings, anna: TelegramUser
) -> None:
    settings = Settings(token=SecretStr(TOKEN), api_server=server.url)
    messenger = TelegramMessenger(settings, surroundings)
    connections = messenger.capabilities.pace.at_once + 20
    server.fails(Hang(), times=connections)
    page = Page(parts=(TEXT,))
    hanging = [asyncio.create_task(messenger.send(str(anna.id), page, str(number))) for number in range(connections)]
    allowed = True
    waiting = asyncio.create_task(while_allowed(lambda: allowed, messenger.send(str(anna.id), page, "late")))
    async with asyncio.timeout(10):
        while len(server.journal.of("sendMessage")) < connections:
            await asyncio.sleep(0.01)
    allowed = False
    hanging[0].cancel()  # its connection is free now
    assert await waiting == NotSent("Stopped")
    assert len(server.journal.of("sendMessage")) == connections
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    await messenger.close()


def test_the_pace_is_set_in_part_and_the_rest_is_telegrams(surroundings: Surroundings) -> None:
    pace = {"overall": "25", "chat": "", "in_flight": "100"}
    settings = Settings.model_validate({"token": TOKEN, "pace": pace})
    messenger = TelegramMessenger(settings, surroundings)
    set_to = messenger.capabilities.pace
    assert (set_to.overall, set_to.chat, set_to.group, set_to.in_flight) == (25, 1, 20 / 60, 100)
    assert [messenger.capabilities.group(chat) for chat in ("-100200", "200")] == [True, False]


@pytest.mark.parametrize("pace", [{"overall": 0}, {"in_flight": 0}, {"in_flight": 501}, {"speed": 1}])
def test_a_pace_that_makes_no_sense_is_refused(pace: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"token": TOKEN, "pace": pace})
