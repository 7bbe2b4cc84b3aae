"""Forwards and copies of messages the bot can see."""

from tests.support.botapi.formatting import caption
from tests.support.botapi.keyboards import reply_markup
from tests.support.botapi.methods.registry import method
from tests.support.botapi.methods.sending import check_thread, replied
from tests.support.botapi.model import Chat, Json, Message
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World


@method("forwardMessage")
def forward_message(world: World, params: Params) -> Json:
    chat = world.writable(params)
    source = _source(world, params, "forward")
    message = _drafted(world, params, chat, source)
    message.forward_of = source.forward_of or source
    return world.json(world.record(message))


@method("copyMessage")
def copy_message(world: World, params: Params) -> Json:
    text = caption(params) if "caption" in params else None
    chat = world.writable(params)
    source = _source(world, params, "copy")
    markup, reply_to = reply_markup(params, chat), replied(params, chat)
    message = _drafted(world, params, chat, source)
    message.markup, message.reply_to = markup, reply_to
    message.text = source.text if text is None else text
    return {"message_id": world.record(message).id}


def _source(world: World, params: Params, verb: str) -> Message:
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.chat(params, "from_chat_id").message(params.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.protected or message.service:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _drafted(world: World, params: Params, chat: Chat, source: Message) -> Message:
    check_thread(params, chat)
    world.flood.spend(chat, "send")
    message = Message(id=world.next_id(chat), chat=chat, sender=world.bot, at=world.now(), text=source.text)
    message.media, message.contact = source.media, source.contact
    message.notified = not params.flag("disable_notification")
    message.protected = params.flag("protect_content")
    return message
