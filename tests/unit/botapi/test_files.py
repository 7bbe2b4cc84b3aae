"""Files: real uploads only, one's own ids of the right type, and both limits of size."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto, InputMediaVideo, MediaUnion

from tests.support.botapi import PNG, BotApiServer, TelegramUser, Upload

MEGABYTE = 1024 * 1024


def file(content: bytes = b"text", name: str = "отчёт.txt") -> BufferedInputFile:
    return BufferedInputFile(content, name)


async def test_every_kind_of_file_is_sent_and_sent_again(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    photo = await bot.send_photo(anna.id, file(PNG, "p.png"), caption="<b>x</b>", parse_mode="HTML")
    document = await bot.send_document(anna.id, file())
    voice = await bot.send_voice(anna.id, file(b"OggS"), duration=3)
    assert photo.photo
    assert document.document
    assert voice.voice
    assert (document.document.file_name, voice.voice.duration) == ("отчёт.txt", 3)
    await bot.send_photo(anna.id, photo.photo[-1].file_id)
    await bot.send_document(anna.id, document.document.file_id)
    server.world.flood.limits = None
    assert (await bot.send_video(anna.id, file(b"mp4"))).video
    assert (await bot.send_audio(anna.id, file(b"mp3"))).audio
    assert [m.media.kind for m in anna.messages if m.media] == [
        *("photo", "document", "voice", "photo", "document", "video", "audio")
    ]
    assert anna.messages[0].html == "<b>x</b>"
    assert not server.refusals


async def test_wrong_files_are_refused(bot: Bot, anna: TelegramUser, server: BotApiServer) -> None:
    document = await bot.send_document(anna.id, file())
    assert document.document
    wrong = {
        document.document.file_id: "can't use file of type Document as Photo",
        server.world.files.foreign_id("photo"): "wrong file_id or the file is temporarily unavailable",
        "/srv/pictures/p.png": "wrong file identifier/HTTP URL specified",
        "file:///srv/p.png": "wrong file identifier/HTTP URL specified",
        "https://example.com/p.png": "failed to get HTTP URL content",
    }
    for given, complaint in wrong.items():
        with pytest.raises(TelegramBadRequest, match=complaint):
            await bot.send_photo(anna.id, given)
    for content, complaint in ((b"", "file must be non-empty"), (b"text", "IMAGE_PROCESS_FAILED")):
        with pytest.raises(TelegramBadRequest, match=complaint):
            await bot.send_photo(anna.id, file(content))
    with pytest.raises(TelegramBadRequest, match="there is no document in the request"):
        await bot.send_document(anna.id, "")
    with pytest.raises(TelegramBadRequest, match="too big for a photo"):
        await bot.send_photo(anna.id, file(PNG + bytes(10 * MEGABYTE)))
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(anna.id, file(), caption="x" * 1025)
    assert len(anna.messages) == 1


async def test_an_upload_has_at_most_50_megabytes(bot: Bot, anna: TelegramUser) -> None:
    with pytest.raises(TelegramEntityTooLarge, match="Request Entity Too Large"):
        await bot.send_document(anna.id, file(bytes(50 * MEGABYTE + 1)))
    await bot.send_document(anna.id, file(bytes(50 * MEGABYTE)))


async def test_a_download_has_at_most_20_megabytes(bot: Bot, anna: TelegramUser) -> None:
    await anna.sends_document(b"minutes", "m.txt", "text/plain")
    await anna.sends_document(bytes(20 * MEGABYTE + 1), "big.bin")
    small, big = [update.message for update in await bot.get_updates()]
    assert small
    assert small.document
    assert big
    assert big.document
    content = await bot.download(small.document)
    assert content
    assert content.read() == b"minutes"
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.document.file_id)
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("nonsense")


async def test_albums_go_both_ways(bot: Bot, anna: TelegramUser) -> None:
    pictures: list[MediaUnion] = [InputMediaPhoto(media=file(PNG, "a.png"), caption="first")]
    pictures.append(InputMediaVideo(media=file(b"mp4", "b.mp4"), caption="second"))
    sent = await bot.send_media_group(anna.id, pictures)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.plain for message in anna.messages] == ["first", "second"]
    await anna.sends_album([Upload(caption="mine"), Upload()])
    messages = [update.message for update in await bot.get_updates()]
    assert [(m.caption, len(m.photo or [])) for m in messages if m] == [("mine", 2), (None, 2)]
    assert len({m.media_group_id for m in messages if m}) == 1


async def test_wrong_albums_are_refused(bot: Bot, anna: TelegramUser) -> None:
    def picture() -> MediaUnion:
        return InputMediaPhoto(media=file(PNG, "a.png"))

    mixed: list[MediaUnion] = [picture(), InputMediaDocument(media=file())]
    albums = {
        "too few messages": [picture()],
        "too many messages": [picture() for _ in range(11)],
        "document can't be mixed with other media types": mixed,
    }
    for complaint, album in albums.items():
        with pytest.raises(TelegramBadRequest, match=complaint):
            await bot.send_media_group(anna.id, album)
    assert not anna.messages


async def test_people_send_other_things(bot: Bot, anna: TelegramUser, boris: TelegramUser) -> None:
    await anna.sends_photo(caption="/news")
    await anna.sends_voice()
    await anna.sends_sticker()
    await anna.shares_contact(boris)
    photo, voice, sticker, contact = [update.message for update in await bot.get_updates()]
    assert photo
    assert photo.photo
    assert photo.caption == "/news"
    assert voice
    assert voice.voice
    assert sticker
    assert sticker.sticker
    assert contact
    assert contact.contact
    assert contact.contact.user_id == boris.id


async def test_a_client_splits_a_long_text(bot: Bot, anna: TelegramUser) -> None:
    await anna.says("я" * 4096 + "👍" * 3000)
    messages = [update.message for update in await bot.get_updates()]
    assert [len(message.text or "") for message in messages if message] == [4096, 2048, 952]
