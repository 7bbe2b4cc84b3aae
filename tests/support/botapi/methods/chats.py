"""What the bot may know about chats, their members and their files."""

from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import Json
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request, forbidden
from tests.support.botapi.render import file_json
from tests.support.botapi.world import GONE, World, member_json


@method("getChat")
def get_chat(world: World, params: Params) -> Json:
    chat = world.chat(params)
    if chat.kind != "private" and chat.statuses.get(world.bot.id, "left") in GONE:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    full = {"accent_color_id": abs(chat.id) % 7, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return world.chat_json(chat) | full


@method("getChatMember")
def get_chat_member(world: World, params: Params) -> Json:
    chat = world.chat(params)
    account = world.accounts.get(params.integer("user_id"))
    if account is None:
        raise bad_request("invalid user_id specified")
    if chat.kind == "private":
        return member_json(account, "member")
    if chat.statuses.get(world.bot.id, "left") in GONE:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return member_json(account, chat.statuses.get(account.id, "left"))


@method("getChatMemberCount")
def get_chat_member_count(world: World, params: Params) -> int:
    chat = world.chat(params)
    return 2 if chat.kind == "private" else sum(status not in GONE for status in chat.statuses.values())


@method("getFile")
def get_file(world: World, params: Params) -> Json:
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    stored = world.files.downloadable(params.text("file_id"))
    return file_json(stored) | {"file_path": stored.path}
