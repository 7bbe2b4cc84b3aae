"""The menu of commands, kept per scope and language."""

import json
import re
from typing import Any

from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import Json
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_PLAIN = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_OF_A_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})


@method("setMyCommands")
def set_my_commands(world: World, params: Params) -> bool:
    given = params.json("commands", "can't parse commands JSON object")
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    if len(given) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in given]
    key = _scope(world, params), language(params)
    if commands:
        world.commands[key] = commands
    else:
        world.commands.pop(key, None)
    return True


@method("getMyCommands")
def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get((_scope(world, params), language(params)), [])


@method("deleteMyCommands")
def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop((_scope(world, params), language(params)), None)
    return True


def language(params: Params) -> str:
    code = params.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("LANG_CODE_INVALID")
    return code


def scope_key(kind: str, chat_id: int | None = None, user_id: int | None = None) -> str:
    """What commands are kept under; also used to find those a person sees."""
    return json.dumps([kind, chat_id, user_id])


def _scope(world: World, params: Params) -> str:
    given = params.json("scope", "can't parse BotCommandScope JSON object")
    if given is None:
        return scope_key("default")
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommandScope: Scope must be of type Object")
    kind = str(given.get("type"))
    if kind in _PLAIN:
        return scope_key(kind)
    if kind not in _OF_A_CHAT:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = world.chat(Params({"chat_id": given.get("chat_id")}))
    if kind == "chat":
        return scope_key(kind, chat.id)
    if chat.kind == "private":
        raise bad_request("can't use specified scope in private chats")
    user = int(given.get("user_id") or 0) if kind == "chat_member" else None
    if user is not None and user not in world.accounts:
        raise bad_request("user not found")
    return scope_key(kind, chat.id, user)


def _command(item: Any) -> Json:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(item.get("command") or "").removeprefix("/")
    description = str(item.get("description") or "").strip()
    if not name:
        raise bad_request("command name must be non-empty")
    if not description:
        raise bad_request("command description must be non-empty")
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if len(description) > 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
