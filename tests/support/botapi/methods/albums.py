"""Albums: two to ten items of kinds that go together, each with its own caption."""

from typing import Any

from tests.support.botapi.formatting import item_caption
from tests.support.botapi.methods.registry import method
from tests.support.botapi.methods.sending import check_thread, media_of, replied
from tests.support.botapi.model import Json, Media, Message
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World

MEDIA_KINDS = frozenset({"photo", "video", "document", "audio"})


@method("sendMediaGroup")
def send_media_group(world: World, params: Params) -> list[Json]:
    items = params.json("media", "can't parse media JSON object")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) == 1:
        raise bad_request("too few messages to send as an album")
    if len(items) > 10:
        raise bad_request("too many messages to send as an album")
    texts = [item_caption(item) for item in items if isinstance(item, dict)]
    chat = world.writable(params)
    check_thread(params, chat)
    media = [input_media(world, params, item) for item in items]
    _check_mix(media)
    reply_to = replied(params, chat)
    world.flood.spend(chat, "send", len(items))
    album = str(13_000_000_000_000_000 + world.revision)
    sent = []
    for one, text in zip(media, texts, strict=True):
        message = Message(id=world.next_id(chat), chat=chat, sender=world.bot, at=world.now(), text=text)
        message.media, message.album, message.reply_to = one, album, reply_to
        message.notified = not params.flag("disable_notification")
        message.protected = params.flag("protect_content")
        sent.append(world.record(message))
    return [world.json(message) for message in sent]


def input_media(world: World, params: Params, item: Any) -> Media:
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = str(item.get("type") or "")
    if kind not in MEDIA_KINDS:
        raise bad_request(f"can't parse InputMedia: Type '{kind}' is unsupported")
    if not item.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    return media_of(world, params, kind, item["media"], duration=int(item.get("duration") or 0))


def _check_mix(media: list[Media]) -> None:
    kinds = {one.kind for one in media}
    for lonely in ("document", "audio"):
        if lonely in kinds and len(kinds) > 1:
            raise bad_request(f"{lonely} can't be mixed with other media types")
