"""The answer to a pressed button: once, and within fifteen seconds of the press."""

from datetime import timedelta

from tests.support.botapi.methods.registry import method
from tests.support.botapi.model import CallbackAnswer
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import bad_request
from tests.support.botapi.world import World

ANSWERABLE_FOR = timedelta(seconds=15)


@method("answerCallbackQuery")
def answer_callback_query(world: World, params: Params) -> bool:
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.answer or world.now() - press.at > ANSWERABLE_FOR:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text, url = params.text("text"), params.text("url")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not url.startswith((f"https://t.me/{world.bot.username}?", f"t.me/{world.bot.username}?")):
        raise bad_request("URL_INVALID")
    press.answer = CallbackAnswer(text=text, alert=params.flag("show_alert"), url=url, at=world.now())
    return True
