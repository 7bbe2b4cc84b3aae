"""New messages: text, one file, a contact, and the sign that the bot is busy."""

from typing import Any

from tests.support.botapi.entities import FormattedText
from tests.support.botapi.files import photo_size
from tests.support.botapi.formatting import caption, message_text
from tests.support.botapi.keyboards import reply_markup
from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import Chat, Contact, Json, Media, Message
from tests.support.botapi.params import Params, Part
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


@method("sendMessage")
def send_message(world: World, params: Params) -> Json:
    text = message_text(params)
    return world.json(send(world, params, world.writable(params), text))


@method("sendPhoto")
def send_photo(world: World, params: Params) -> Json:
    return _send_file(world, params, "photo")


@method("sendDocument")
def send_document(world: World, params: Params) -> Json:
    return _send_file(world, params, "document")


@method("sendVoice")
def send_voice(world: World, params: Params) -> Json:
    return _send_file(world, params, "voice")


@method("sendVideo")
def send_video(world: World, params: Params) -> Json:
    return _send_file(world, params, "video")


@method("sendAudio")
def send_audio(world: World, params: Params) -> Json:
    return _send_file(world, params, "audio")


@method("sendContact")
def send_contact(world: World, params: Params) -> Json:
    contact = Contact(
        phone_number=params.text("phone_number"),
        first_name=params.text("first_name"),
        last_name=params.text("last_name"),
    )
    if not contact.phone_number:
        raise bad_request("phone number is empty")
    if not contact.first_name:
        raise bad_request("first name is empty")
    chat = world.writable(params)
    return world.json(send(world, params, chat, FormattedText(), contact=contact))


@method("sendChatAction")
def send_chat_action(world: World, params: Params) -> bool:
    action = params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.writable(params)
    world.flood.check_patience(chat.id)
    world.actions.append((chat.id, action))
    return True


def _send_file(world: World, params: Params, kind: str) -> Json:
    text = caption(params)
    chat = world.writable(params)
    media = media_of(world, params, kind, params.text(kind), own_part=kind, duration=params.integer("duration"))
    return world.json(send(world, params, chat, text, media=media))


def media_of(world: World, params: Params, kind: str, value: Any, *, own_part: str = "", duration: int = 0) -> Media:
    file = world.files.take(params, kind, value, own_part)
    if kind != "photo":
        return Media(kind=kind, file=file, duration=duration, width=1280 * (kind == "video"), height=720)
    width, height = photo_size(file.content)
    small = world.files.add("photo", Part(file.content[:1024], "thumbnail.jpg", "image/jpeg"))
    return Media(kind=kind, file=file, thumbnail=small, width=width, height=height)


def send(
    world: World,
    params: Params,
    chat: Chat,
    text: FormattedText,
    *,
    media: Media | None = None,
    contact: Contact | None = None,
) -> Message:
    """Check what all messages have in common, count it against the limits, and post it."""
    check_thread(params, chat)
    markup = reply_markup(params, chat)
    reply_to = replied(params, chat)
    world.flood.spend(chat, "send")
    return world.record(
        Message(
            id=world.next_id(chat),
            chat=chat,
            sender=world.bot,
            at=world.now(),
            text=text,
            media=media,
            contact=contact,
            markup=markup,
            reply_to=reply_to,
            topic=params.integer("message_thread_id") or None,
            notified=not params.flag("disable_notification"),
            protected=params.flag("protect_content"),
        )
    )


def check_thread(params: Params, chat: Chat) -> None:
    topic = params.integer("message_thread_id")
    if topic and topic not in chat.topics:
        raise bad_request("message thread not found")


def replied(params: Params, chat: Chat) -> Message | None:
    given = params.json("reply_parameters", "can't parse reply parameters JSON object")
    if given is None:
        number, lenient = params.integer("reply_to_message_id"), params.flag("allow_sending_without_reply")
    elif not isinstance(given, dict) or "message_id" not in given:
        raise bad_request('can\'t find field "message_id"')
    else:
        number, lenient = int(given["message_id"]), bool(given.get("allow_sending_without_reply"))
    if not number:
        return None
    message = chat.message(number)
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message
