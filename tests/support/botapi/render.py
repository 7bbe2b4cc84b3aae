"""The JSON of accounts, chats, messages and presses, as the Bot API writes them."""

from collections.abc import Callable
from datetime import datetime

from tests.support.botapi.entities import FormattedText, entity_json
from tests.support.botapi.model import (
    Account,
    Button,
    Chat,
    InlineKeyboard,
    Json,
    Media,
    Message,
    Press,
    StoredFile,
)

Accounts = Callable[[int], Account | None]


def account_json(account: Account) -> Json:
    body: Json = {"id": account.id, "is_bot": account.is_bot, "first_name": account.first_name}
    return body | _filled(last_name=account.last_name, username=account.username, language_code=account.language_code)


def chat_json(chat: Chat, accounts: Accounts) -> Json:
    body: Json = {"id": chat.id, "type": chat.kind}
    person = accounts(chat.id)
    if chat.kind != "private" or person is None:
        return body | {"title": chat.title}
    return body | _filled(first_name=person.first_name, last_name=person.last_name, username=person.username)


def button_json(button: Button) -> Json:
    body: Json = {"text": button.text}
    body |= _filled(callback_data=button.data, url=button.url, style=button.style, **dict(button.other))
    if button.copy_text is not None:
        body["copy_text"] = {"text": button.copy_text}
    if button.web_app is not None:
        body["web_app"] = {"url": button.web_app}
    return body


def file_json(file: StoredFile) -> Json:
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.content)}


def message_json(message: Message, accounts: Accounts, *, with_reply: bool = True) -> Json:
    body: Json = {
        "message_id": message.id,
        "from": account_json(message.sender),
        "chat": chat_json(message.chat, accounts),
        "date": _seconds(message.at),
    }
    body |= message.service
    if message.edited_at:
        body["edit_date"] = _seconds(message.edited_at)
    if message.forward_of:
        origin = message.forward_of
        body["forward_origin"] = {
            "type": "user",
            "date": _seconds(origin.at),
            "sender_user": account_json(origin.sender),
        }
    if message.topic is not None:
        body |= {"message_thread_id": message.topic, "is_topic_message": True}
    if message.album:
        body["media_group_id"] = message.album
    if message.protected:
        body["has_protected_content"] = True
    if message.reply_to and with_reply:
        body["reply_to_message"] = message_json(message.reply_to, accounts, with_reply=False)
    if isinstance(message.markup, InlineKeyboard):
        rows = [[button_json(button) for button in row] for row in message.markup.rows]
        body["reply_markup"] = {"inline_keyboard": rows}
    return body | _content_json(message, accounts)


def press_json(press: Press, accounts: Accounts) -> Json:
    """A message the bot deleted is still pressed by a client that has not heard of it."""
    shown = message_json(press.message, accounts)
    if press.message.deleted:
        shown = {"chat": shown["chat"], "message_id": shown["message_id"], "date": 0}
    return {
        "id": press.id,
        "from": account_json(press.account),
        "message": shown,
        "chat_instance": str(7_000_000 + abs(press.message.chat.id)),
        "data": press.data,
    }


def _content_json(message: Message, accounts: Accounts) -> Json:
    if message.contact:
        contact = message.contact
        shown: Json = {"phone_number": contact.phone_number, "first_name": contact.first_name}
        return {"contact": shown | _filled(last_name=contact.last_name, user_id=contact.user_id)}
    if message.media:
        return _media_json(message.media) | _text_json("caption", message.text, accounts)
    return _text_json("text", message.text, accounts)


def _text_json(name: str, text: FormattedText, accounts: Accounts) -> Json:
    def user(account_id: int) -> Json:
        known = accounts(account_id)
        return account_json(known) if known else {"id": account_id, "is_bot": False, "first_name": ""}

    if not text:
        return {}
    body: Json = {name: text.text}
    if text.entities:
        body["entities" if name == "text" else "caption_entities"] = [
            entity_json(entity, user) for entity in text.entities
        ]
    return body


def _media_json(media: Media) -> Json:
    body = file_json(media.file)
    if media.kind == "photo":
        thumbnail = media.thumbnail or media.file
        small = file_json(thumbnail) | {"width": 90, "height": 90}
        return {"photo": [small, body | {"width": media.width, "height": media.height}]}
    if media.kind == "sticker":
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return {"sticker": body | shape}
    body |= _filled(mime_type=media.file.mime)
    if media.kind in {"voice", "audio", "video"}:
        body["duration"] = media.duration
    if media.kind == "video":
        body |= {"width": media.width, "height": media.height}
    if media.kind in {"document", "audio", "video"}:
        body |= _filled(file_name=media.file.name)
    return {media.kind: body}


def _filled(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
