"""Sending, editing and deleting on a server that refuses what Telegram refuses."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import Settings
from core.chat.adapter import Surroundings
from core.chat.blocks import Bold, Paragraph
from core.chat.files import Attachment, Draft, Media
from core.chat.messenger import (
    Gone,
    Later,
    NotSent,
    Outcome,
    Receipt,
    Refused,
    Relocated,
    Sent,
    Uncertain,
    Unreachable,
)
from core.chat.pages import Key, Page, Part, Press
from tests.support.botapi import (
    PNG,
    BotApiServer,
    FloodLimits,
    FloodWait,
    Hang,
    ResetAfter,
    ResetBefore,
    ServerError,
    TelegramUser,
)
from tests.support.clock import MovableClock
from tests.unit.telegram.conftest import QUICK, TOKEN, Folder

KEYS = ((Key("Go", Press("go")),),)
OLD = timedelta(hours=49)


def text(words: str, *, keys: bool = True, contact: str | None = None) -> Part:
    return Part(blocks=(Paragraph((words,)),), rows=KEYS if keys else (), contact=contact)


def page(*parts: Part | str, quiet: bool = False) -> Page:
    return Page(parts=tuple(text(part) if isinstance(part, str) else part for part in parts), quiet=quiet)


def photo(files: Folder, number: int = 0) -> Attachment:
    content = PNG + bytes([number])
    return Attachment(media=Media.PHOTO, name="p.png", mime="image/png", size=9, content=files.keep(content))


def document(files: Folder, content: bytes = b"doc") -> Attachment:
    kept = files.keep(content)
    return Attachment(media=Media.DOCUMENT, name="d.txt", mime="text/plain", size=3, content=kept)


def receipt_of(outcome: Outcome) -> Receipt:
    assert isinstance(outcome, Sent), outcome
    return outcome.receipt


def shown(user: TelegramUser) -> list[str]:
    return [f"{message.media.kind}:{message.plain}" if message.media else message.plain for message in user.messages]


async def test_a_page_is_sent_and_edited_in_place(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    first = Page(parts=(Part(blocks=(Paragraph((Bold("<b>"), " & ёж")),), rows=KEYS),))
    receipt = receipt_of(await messenger.send(str(anna.id), first, "1"))
    (message,) = anna.messages
    assert message.html == "<b>&lt;b&gt;</b> &amp; ёж"
    assert message.labels == ["Go"]
    assert receipt.ids == (str(message.id),)
    changed = receipt_of(await messenger.edit(str(anna.id), receipt, page("two"), "2"))
    assert changed.ids == receipt.ids
    assert (message.plain, message.labels) == ("two", ["Go"])
    assert receipt_of(await messenger.edit(str(anna.id), receipt, page("two"), "3")) == changed, "not modified"
    assert len(server.journal.of("editMessageText")) == 2
    assert receipt_of(await messenger.edit(str(anna.id), changed, page("two"), "4")) == changed
    assert len(server.journal.of("editMessageText")) == 2, "what shows it already is not edited"
    assert len(anna.notifications) == 1
    assert not server.mistakes


async def test_a_quiet_page_and_the_later_messages_of_a_page_make_no_sound(
    messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    await messenger.send(str(anna.id), page(text("a", keys=False), "b"), "1")
    await messenger.send(str(anna.id), page("c", quiet=True), "2")
    assert [message.plain for message in anna.notifications] == ["a"]
    assert [message.labels for message in anna.messages] == [[], ["Go"], ["Go"]]


@pytest.mark.parametrize("html", [False, True])
async def test_a_failing_server_took_nothing(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, html: bool
) -> None:
    server.fails(ServerError(502, html=html))
    assert isinstance(await messenger.send(str(anna.id), page("a"), "1"), NotSent)


async def test_a_gateway_that_gave_up_leaves_the_fate_open(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    server.fails(ServerError(504, "Gateway Timeout"))
    assert isinstance(await messenger.send(str(anna.id), page("a"), "1"), Uncertain)


async def test_a_lost_connection_leaves_the_fate_open(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    for fault in (ResetAfter(), ResetBefore()):
        server.fails(fault)
        outcome = await messenger.send(str(anna.id), page("a"), "1")
        assert isinstance(outcome, Uncertain)
        assert TOKEN not in outcome.reason
    assert shown(anna) == ["a"]


async def test_an_answer_that_never_comes_leaves_the_fate_open(
    server: BotApiServer, surroundings: Surroundings, anna: TelegramUser
) -> None:
    server.fails(Hang())
    settings = Settings(token=SecretStr(TOKEN), api_server=server.url)
    hasty = TelegramMessenger(settings, surroundings, type(QUICK)(request=0.05))
    assert isinstance(await hasty.send(str(anna.id), page("a"), "1"), Uncertain)
    await hasty.close()


async def test_a_server_that_is_not_there_got_nothing(surroundings: Surroundings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        messenger = TelegramMessenger(Settings(token=SecretStr(TOKEN), api_server=address), surroundings, QUICK)
        assert isinstance(await messenger.send("1", page("a"), "1"), NotSent)
        health = await messenger.check()
        assert not health.ok
        assert "API_SERVER" in str(health)
        await messenger.close()


async def test_floods_name_the_wait_and_two_chats_at_once_mean_everybody(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    boris = server.user(id=502, first_name="Boris", started=True)
    server.fails(FloodWait(7, enforced=False), times=2)
    assert await messenger.send(str(anna.id), page("a"), "1") == Later(7.0, everywhere=False)
    assert await messenger.send(str(boris.id), page("a"), "2") == Later(7.0, everywhere=True)


async def test_who_cannot_be_written_to(server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser) -> None:
    stranger = server.user(id=503, first_name="Stranger")
    await anna.blocks()
    assert await messenger.send(str(anna.id), page("a"), "1") == Unreachable("bot was blocked by the user")
    assert isinstance(await messenger.send(str(stranger.id), page("a"), "1"), Unreachable)
    assert await messenger.send("999", page("a"), "1") == Unreachable("chat not found")
    assert isinstance(await messenger.send("@anna", page("a"), "1"), Unreachable)
    assert isinstance(await messenger.delete("@anna", Receipt(("1",))), Unreachable)


async def test_a_group_that_moved(server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser) -> None:
    group = server.group("Office", members=[anna])
    old = str(group.id)
    new = await group.migrates()
    assert await messenger.send(old, page("a"), "1") == Relocated(str(new))


async def test_what_telegram_never_takes(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    assert isinstance(await messenger.send(str(anna.id), page("a" * 5000), "1"), Refused)
    lost = Attachment(media=Media.DOCUMENT, name="x", mime="text/plain", size=1, content="0" * 64)
    assert isinstance(await messenger.send(str(anna.id), page(Part(attachments=(lost,))), "2"), Refused)


async def test_a_revoked_token_keeps_messages_and_says_what_to_do(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    assert (await messenger.check()).ok
    await server.revoke_token()
    assert isinstance(await messenger.send(str(anna.id), page("a"), "1"), NotSent)
    health = await messenger.check()
    assert not health.ok
    assert "@BotFather" in str(health)
    assert TOKEN not in str(health)


async def test_a_page_sent_in_part_goes_on_where_it_stopped(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    whole = page(Part(attachments=(photo(files),)), text("b", keys=False), "c")
    server.fails(ServerError(), method="sendMessage")
    assert isinstance(await messenger.send(str(anna.id), whole, "1"), NotSent)
    assert shown(anna) == ["photo:"]
    receipt = receipt_of(await messenger.send(str(anna.id), whole, "1"))
    assert shown(anna) == ["photo:", "b", "c"]
    assert receipt.ids == tuple(str(message.id) for message in anna.messages)


async def test_files_are_uploaded_once(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    people = [anna, *(server.user(id=600 + number, first_name="P", started=True) for number in range(5))]
    album = Part(attachments=(photo(files, 1), photo(files, 2)))
    news = page(album, Part(attachments=(Draft("m.txt", "text/plain", b"long"),)), "news")
    outcomes = await asyncio.gather(*(messenger.send(str(user.id), news, str(user.id)) for user in people))
    for outcome, user in zip(outcomes, people, strict=True):
        assert len(receipt_of(outcome).ids) == 4
        assert shown(user) == ["photo:", "photo:", "document:", "news"]
    contents = [stored.content for stored in server.world.files._by_id.values() if not stored.name.startswith("thumb")]
    assert len(contents) == 3


async def test_ids_that_the_server_forgot_are_uploaded_again(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    news = page(Part(attachments=(document(files),)))
    receipt_of(await messenger.send(str(anna.id), news, "1"))
    server.world.files._by_id.clear()
    receipt_of(await messenger.send(str(anna.id), news, "2"))
    assert shown(anna) == ["document:", "document:"]


@pytest.mark.parametrize("media", list(Media))
async def test_every_kind_of_file_arrives_as_that_kind(
    messenger: TelegramMessenger, anna: TelegramUser, files: Folder, media: Media
) -> None:
    mime = "image/png" if media is Media.PHOTO else "application/octet-stream"
    attachment = Attachment(media=media, name="n", mime=mime, size=9, content=files.keep(PNG), seconds=3)
    part = Part(blocks=(Paragraph(("look",)),), attachments=(attachment,), rows=KEYS)
    receipt = receipt_of(await messenger.send(str(anna.id), page(part), "1"))
    assert shown(anna) == [f"{media.value}:look"]
    changed = Part(blocks=(Paragraph(("again",)),), attachments=(attachment,), rows=KEYS)
    assert receipt_of(await messenger.edit(str(anna.id), receipt, page(changed), "2")).ids == receipt.ids
    assert shown(anna) == [f"{media.value}:again"]
    assert anna.messages[0].labels == ["Go"]


async def test_a_picture_is_replaced_by_another_and_by_a_document(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    chat = str(anna.id)
    receipt = receipt_of(await messenger.send(chat, page(Part(attachments=(photo(files, 1),))), "1"))
    for attachment in (photo(files, 2), document(files)):
        after = receipt_of(await messenger.edit(chat, receipt, page(Part(attachments=(attachment,), rows=KEYS)), "2"))
        assert after.ids == receipt.ids
        receipt = after
    (message,) = anna.messages
    assert message.media is not None
    assert (message.media.kind, message.media.file.content) == ("document", b"doc")
    assert message.labels == ["Go"]
    assert not server.mistakes


async def test_a_text_that_becomes_a_picture_and_back_is_sent_anew(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    chat = str(anna.id)
    picture = page(Part(blocks=(Paragraph(("look",)),), attachments=(photo(files),)))
    receipt = receipt_of(await messenger.send(chat, page("a"), "1"))
    receipt = receipt_of(await messenger.edit(chat, receipt, picture, "2"))
    assert shown(anna) == ["photo:look"]
    receipt = receipt_of(await messenger.edit(chat, receipt, page("b"), "3"))
    assert shown(anna) == ["b"]
    assert receipt.ids == (str(anna.messages[0].id),)
    assert not server.mistakes


async def test_more_and_fewer_messages_than_before(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    chat = str(anna.id)
    receipt = receipt_of(await messenger.send(chat, page("a"), "1"))
    receipt = receipt_of(await messenger.edit(chat, receipt, page(text("a", keys=False), "b"), "2"))
    assert [(message.plain, message.labels) for message in anna.messages] == [("a", []), ("b", ["Go"])]
    receipt = receipt_of(await messenger.edit(chat, receipt, page("c"), "3"))
    assert [(message.plain, message.labels) for message in anna.messages] == [("c", ["Go"])]
    assert len(receipt.ids) == 1
    assert not server.mistakes


async def test_an_albums_changed_picture_is_replaced_alone(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    chat = str(anna.id)
    before = page(Part(attachments=(photo(files, 1), photo(files, 2))), "a")
    receipt = receipt_of(await messenger.send(chat, before, "1"))
    after = page(Part(attachments=(photo(files, 1), photo(files, 3))), "b")
    assert receipt_of(await messenger.edit(chat, receipt, after, "2")).ids == receipt.ids
    assert [message.edits for message in anna.messages] == [0, 1, 1]
    shorter = page(Part(attachments=(photo(files, 1),)), "c")
    receipt = receipt_of(await messenger.edit(chat, receipt, shorter, "3"))
    assert sorted(shown(anna)) == ["c", "photo:"]
    assert not server.mistakes


async def test_an_interrupted_edit_is_finished_by_the_next_attempt(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    chat = str(anna.id)
    receipt = receipt_of(await messenger.send(chat, page("a"), "1"))
    picture = page(Part(attachments=(photo(files),)), "b")
    server.fails(ServerError(), method="sendPhoto")
    assert isinstance(await messenger.edit(chat, receipt, picture, "2"), NotSent)
    assert shown(anna) == ["b"]
    receipt = receipt_of(await messenger.edit(chat, receipt, picture, "2"))
    assert shown(anna) == ["b", "photo:"]
    server.fails(ResetAfter(), method="editMessageText")
    assert isinstance(await messenger.edit(chat, receipt, page("c"), "3"), Uncertain)
    receipt_of(await messenger.edit(chat, receipt, page("c"), "3"))
    assert shown(anna) == ["c"]


async def test_a_message_that_is_gone_cannot_be_edited(messenger: TelegramMessenger, anna: TelegramUser) -> None:
    receipt = receipt_of(await messenger.send(str(anna.id), page("a"), "1"))
    await anna.deletes(anna.messages[0])
    assert isinstance(await messenger.edit(str(anna.id), receipt, page("b"), "2"), Gone)
    assert receipt_of(await messenger.delete(str(anna.id), receipt)) == receipt


async def test_deleting_within_48_hours_and_a_tombstone_after(
    messenger: TelegramMessenger, anna: TelegramUser, clock: MovableClock, files: Folder
) -> None:
    chat = str(anna.id)
    whole = page(Part(attachments=(photo(files),)), "b")
    receipt = receipt_of(await messenger.send(chat, whole, "1"))
    assert receipt_of(await messenger.delete(chat, receipt)) == receipt
    assert shown(anna) == []
    receipt = receipt_of(await messenger.send(chat, whole, "2"))
    clock.move(OLD)
    assert isinstance(await messenger.delete(chat, receipt), Gone)
    assert shown(anna) == ["photo:", "b"]
    receipt_of(await messenger.edit(chat, receipt, page(text("withdrawn", keys=False)), "3"))
    assert shown(anna) == ["photo:", "withdrawn"]
    assert anna.messages[1].labels == []


async def test_a_picture_too_old_to_be_deleted_gives_way_to_an_empty_one_with_the_tombstone_below(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, clock: MovableClock, files: Folder
) -> None:
    chat = str(anna.id)
    news = page(Part(blocks=(Paragraph(("news",)),), attachments=(photo(files),), rows=KEYS))
    receipt = receipt_of(await messenger.send(chat, news, "1"))
    clock.move(OLD)
    tombstone = page(text("withdrawn", keys=False))
    receipt = receipt_of(await messenger.edit(chat, receipt, tombstone, "2"))
    assert shown(anna) == ["photo:withdrawn"]
    assert anna.messages[0].labels == []
    assert PNG not in contents(anna)[0]
    edits = len(server.journal.of("editMessageMedia"))
    assert receipt_of(await messenger.edit(chat, receipt, tombstone, "3")) == receipt
    assert len(server.journal.of("editMessageMedia")) == edits


@pytest.mark.parametrize("together", [True, False])
async def test_of_what_is_too_old_to_be_deleted_nothing_is_left_that_telegram_lets_anybody_change(
    server: BotApiServer,
    messenger: TelegramMessenger,
    anna: TelegramUser,
    clock: MovableClock,
    files: Folder,
    together: bool,
) -> None:
    chat = str(anna.id)
    documents = [document(files, b"secret 1"), document(files, b"secret 2")]
    voice = Attachment(media=Media.VOICE, name="v", mime="audio/ogg", size=9, content=files.keep(b"OggS secret"))
    attached = [photo(files, 1), photo(files, 2), *documents] if together else [photo(files, 1), documents[0]]
    groups = [attached[:2], attached[2:]] if together else [[one] for one in attached]
    news = page("secret", *(Part(attachments=tuple(group)) for group in (*groups, [voice])))
    receipt = receipt_of(await messenger.send(chat, news, "1"))
    clock.move(OLD)
    outcome = await messenger.edit(chat, receipt, page(text("withdrawn", keys=False)), "2")
    assert isinstance(outcome, Sent)
    assert outcome.remain == 1, "the voice message"
    assert shown(anna)[0] == "withdrawn"
    secret = (PNG, b"secret 1", b"secret 2")
    assert not [content for content in contents(anna) if any(part in content for part in secret)]
    assert not server.mistakes


def contents(user: TelegramUser) -> list[bytes]:
    return [message.media.file.content for message in user.messages if message.media]


async def test_an_old_text_that_gives_way_to_a_picture_is_emptied(
    messenger: TelegramMessenger, anna: TelegramUser, clock: MovableClock, files: Folder
) -> None:
    receipt = receipt_of(await messenger.send(str(anna.id), page("secret"), "1"))
    clock.move(OLD)
    picture = page(Part(attachments=(photo(files),)))
    receipt = receipt_of(await messenger.edit(str(anna.id), receipt, picture, "2"))
    assert shown(anna) == ["…", "photo:"]
    assert anna.messages[0].labels == []
    assert len(receipt.ids) == 1


async def test_a_changed_page_sends_nothing_anew_that_is_there(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    chat = str(anna.id)
    pictures, papers = [photo(files, n) for n in range(4)], [document(files, bytes([n])) for n in range(3)]

    def whole(words: str, some: Sequence[Attachment], papers: Sequence[Attachment]) -> Page:
        return page(words, Part(attachments=tuple(some)), Part(attachments=tuple(papers)))

    receipt = receipt_of(await messenger.send(chat, whole("a", pictures[:3], papers), "1"))
    before = len(server.journal.calls)
    receipt = receipt_of(await messenger.edit(chat, receipt, whole("b", pictures[:3], papers), "2"))
    assert [call.method for call in server.journal.calls[before:]] == ["editMessageText"], "the files are as they were"
    before = len(server.journal.calls)
    receipt = receipt_of(await messenger.edit(chat, receipt, whole("b", pictures, papers[1:]), "3"))
    assert [call.method for call in server.journal.calls[before:]] == ["deleteMessage", "sendPhoto"]
    assert len(anna.messages) == len(receipt.ids) == 7
    before = len(server.journal.calls)
    swapped = [pictures[0], replace(pictures[3], caption=(Paragraph(("new",)),))]
    receipt = receipt_of(await messenger.edit(chat, receipt, whole("b", swapped, papers[1:]), "4"))
    assert [call.method for call in server.journal.calls[before:]] == [
        "editMessageCaption",
        "deleteMessage",
        "deleteMessages",
    ]
    assert sorted(shown(anna)) == ["b", "document:", "document:", "photo:", "photo:new"]
    assert len(anna.notifications) == 1, "an edit makes no sound"
    assert not server.mistakes


async def test_what_earlier_versions_noted_is_understood(
    messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    chat = str(anna.id)
    album = Part(attachments=(photo(files, 1), photo(files, 2)))
    receipt = receipt_of(await messenger.send(chat, page("a", album), "1"))
    words = [word.lstrip("*").partition("=")[0] for word in receipt.note.split()[1:]]
    old = replace(receipt, note=f"{words[0]} {words[1]}+{words[2]}~abc")
    assert receipt_of(await messenger.edit(chat, old, page("b", album), "2")).ids == receipt.ids
    assert shown(anna) == ["b", "photo:", "photo:"]


async def test_whoever_waits_for_a_file_sees_that_it_is_on_its_way(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, files: Folder
) -> None:
    whole = page("a", Part(attachments=(document(files),)))
    for key in "12":
        await messenger.send(str(anna.id), replace(whole, asked=True), key)
    assert server.world.actions == [(anna.id, "upload_document")], "the second time it is there already"


async def test_the_question_for_the_number_goes_away(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    chat = str(anna.id)
    receipt = receipt_of(await messenger.send(chat, page(text("who?", contact="Share")), "1"))
    assert anna.keyboard is not None
    assert [message.labels for message in anna.messages] == [["Go"], []]
    receipt = receipt_of(await messenger.edit(chat, receipt, page("menu"), "2"))
    assert shown(anna) == ["menu"]
    receipt_of(await messenger.send(chat, page("news"), "3"))
    assert shown(anna) == ["menu", "news"]
    assert anna.keyboard is None
    assert len(server.journal.of("deleteMessage")) == 2
    receipt_of(await messenger.send(chat, page("more"), "4"))
    assert len(server.journal.of("deleteMessage")) == 2
    assert not server.mistakes


async def test_an_asking_message_alone_is_replaced_by_an_edit(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    chat = str(anna.id)
    asking = page(text("who?", keys=False, contact="Share"))
    receipt = receipt_of(await messenger.send(chat, asking, "1"))
    receipt_of(await messenger.edit(chat, receipt, page("menu"), "2"))
    assert shown(anna) == ["menu"]
    assert not server.mistakes


async def test_real_flood_limits_lose_nothing(
    server: BotApiServer, surroundings: Surroundings, clock: MovableClock
) -> None:
    strict = BotApiServer(TOKEN, clock=clock, limits=FloodLimits(), flood_timer=lambda: clock.now().timestamp())
    await strict.start()
    user = strict.user(id=1, first_name="A", started=True)
    messenger = TelegramMessenger(Settings(token=SecretStr(TOKEN), api_server=strict.url), surroundings, QUICK)
    for number in range(8):
        while not isinstance(outcome := await messenger.send("1", page(str(number)), str(number)), Sent):
            assert isinstance(outcome, Later)
            clock.move(timedelta(seconds=outcome.seconds))
    assert shown(user) == [str(number) for number in range(8)]
    assert strict.world.flood.impatience == 0
    await messenger.close()
    await strict.stop()
