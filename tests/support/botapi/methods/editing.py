"""Edits: only the bot's own messages, only by the method that fits, never without a change."""

from tests.support.botapi.entities import FormattedText
from tests.support.botapi.formatting import caption, item_caption, message_text
from tests.support.botapi.keyboards import inline_markup
from tests.support.botapi.methods.albums import input_media
from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import InlineKeyboard, Json, Media, Message
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@method("editMessageText")
def edit_text(world: World, params: Params) -> Json:
    text = message_text(params)
    message = _editable(world, params)
    if message.media or message.contact:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, params, message, text, message.media)


@method("editMessageCaption")
def edit_caption(world: World, params: Params) -> Json:
    text = caption(params)
    message = _editable(world, params)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, params, message, text, message.media)


@method("editMessageReplyMarkup")
def edit_markup(world: World, params: Params) -> Json:
    message = _editable(world, params)
    return _edit(world, params, message, message.text, message.media)


@method("editMessageMedia")
def edit_media(world: World, params: Params) -> Json:
    item = params.json("media", "can't parse media JSON object")
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: media not found")
    text = item_caption(item)
    message = _editable(world, params)
    if message.contact:
        raise bad_request("message can't be edited")
    media = input_media(world, params, item)
    visual = {"photo", "video"}
    if message.album and message.media and (media.kind in visual) != (message.media.kind in visual):
        raise bad_request("message can't be edited")
    return _edit(world, params, message, text, media)


def _editable(world: World, params: Params) -> Message:
    if params.text("inline_message_id"):
        raise bad_request("invalid inline message identifier specified")
    chat = world.writable(params)
    number = params.integer("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    message = chat.message(number)
    if message is None:
        raise bad_request("message to edit not found")
    foreign = message.sender is not world.bot or message.forward_of is not None or bool(message.service)
    if foreign or not isinstance(message.markup, InlineKeyboard | None):
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, params: Params, message: Message, text: FormattedText, media: Media | None) -> Json:
    markup = inline_markup(params, message.chat)
    same_file = (media and media.file.content) == (message.media and message.media.file.content)
    if text == message.text and markup == message.markup and same_file:
        raise bad_request(NOT_MODIFIED)
    world.flood.spend(message.chat, "edit")
    message.text, message.media, message.markup = text, media, markup
    message.edits += 1
    message.edited_at = world.now()
    world.mark(message)
    return world.json(message)
