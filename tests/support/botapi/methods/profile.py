"""How the bot presents itself, per language."""

from tests.support.botapi.keyboards import web_app_url
from tests.support.botapi.methods.commands import language
from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import Json
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World


@method("setMyName")
def set_my_name(world: World, params: Params) -> bool:
    return _set(world, params, "name", 64, "BOT_TITLE_INVALID")


@method("setMyDescription")
def set_my_description(world: World, params: Params) -> bool:
    return _set(world, params, "description", 512, "bot description is too long")


@method("setMyShortDescription")
def set_my_short_description(world: World, params: Params) -> bool:
    return _set(world, params, "short_description", 120, "bot short description is too long")


@method("getMyName")
def get_my_name(world: World, params: Params) -> Json:
    return {"name": world.profile.get(("name", language(params)), world.bot.first_name)}


@method("getMyDescription")
def get_my_description(world: World, params: Params) -> Json:
    return {"description": world.profile.get(("description", language(params)), "")}


@method("getMyShortDescription")
def get_my_short_description(world: World, params: Params) -> Json:
    return {"short_description": world.profile.get(("short_description", language(params)), "")}


@method("setChatMenuButton")
def set_chat_menu_button(world: World, params: Params) -> bool:
    button = params.json("menu_button", "can't parse menu button JSON object") or {"type": "default"}
    kind = button.get("type") if isinstance(button, dict) else None
    if kind not in {"commands", "default", "web_app"}:
        raise bad_request("can't parse MenuButton: Invalid type specified")
    if kind == "web_app":
        web_app_url(str((button.get("web_app") or {}).get("url") or ""), "menu button")
        if not button.get("text"):
            raise bad_request("menu button text must be non-empty")
    chat_id = world.chat(params).id if "chat_id" in params else 0
    world.menu_buttons[chat_id] = {"type": "commands"} if kind == "default" else button
    return True


@method("getChatMenuButton")
def get_chat_menu_button(world: World, params: Params) -> Json:
    return world.menu_buttons[world.chat(params).id if "chat_id" in params else 0]


def _set(world: World, params: Params, name: str, limit: int, complaint: str) -> bool:
    text = params.text(name)
    if len(text) > limit:
        raise bad_request(complaint)
    world.profile[name, language(params)] = text
    return True
