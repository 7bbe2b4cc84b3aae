"""Deleting: the bot's own messages for 48 hours, other people's where it has the right."""

from datetime import timedelta
from typing import Any

from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import Message
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World

DELETABLE_FOR = timedelta(hours=48)


@method("deleteMessage")
def delete_message(world: World, params: Params) -> bool:
    chat = world.writable(params)
    number = params.integer("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    message = chat.message(number)
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message.at > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    if not _may_delete(world, message):
        raise bad_request("message can't be deleted")
    world.remove([message])
    return True


@method("deleteMessages")
def delete_messages(world: World, params: Params) -> bool:
    """What cannot be deleted is skipped, as on the real server."""
    numbers: Any = params.json("message_ids", "can't parse message identifiers JSON object")
    if not isinstance(numbers, list) or not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    chat = world.writable(params)
    found = [chat.message(int(number)) for number in numbers]
    world.remove(
        message
        for message in found
        if message and world.now() - message.at <= DELETABLE_FOR and _may_delete(world, message)
    )
    return True


def _may_delete(world: World, message: Message) -> bool:
    own = message.sender is world.bot or message.chat.kind == "private"
    return own or message.chat.statuses.get(world.bot.id) == "administrator"
