"""Reply markup out of a request, with the refusals of buttons Telegram does not take."""

from typing import Any

from tests.support.botapi.links import LinkError, checked_link
from tests.support.botapi.model import (
    Button,
    Chat,
    ForceReply,
    InlineKeyboard,
    Markup,
    RemoveKeyboard,
    ReplyButton,
    ReplyKeyboard,
)
from tests.support.botapi.params import Params
from tests.support.botapi.refusal import RefusedError, bad_request

BUTTON_LIMIT = 100
_ACTIONS = ("callback_data", "url", "copy_text", "web_app")
_OTHER = ("switch_inline_query", "switch_inline_query_current_chat")


def reply_markup(params: Params, chat: Chat) -> Markup | None:
    """The markup of a new message; an inline keyboard without buttons is none."""
    given = params.json("reply_markup", "object expected as reply markup")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return _inline(given["inline_keyboard"], chat)
    if "keyboard" in given:
        return _reply(given, chat)
    if given.get("remove_keyboard"):
        return RemoveKeyboard(bool(given.get("selective")))
    if given.get("force_reply"):
        return ForceReply(str(given.get("input_field_placeholder") or ""))
    return None


def inline_markup(params: Params, chat: Chat) -> InlineKeyboard | None:
    """The markup of an edit, which can only be an inline keyboard."""
    markup = reply_markup(params, chat)
    if markup is None or isinstance(markup, InlineKeyboard):
        return markup
    raise bad_request("inline keyboard expected")


def _rows(given: Any, what: str, limit: int) -> list[list[dict[str, Any]]]:
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise bad_request(f"can't parse {what}: Field must be of type Array of Arrays")
    rows = [row for row in given if row]
    if sum(map(len, rows)) > limit:
        raise bad_request("reply markup is too long")
    return rows


def _inline(given: Any, chat: Chat) -> InlineKeyboard | None:
    rows = _rows(given, "inline keyboard", BUTTON_LIMIT)
    if not rows:
        return None
    return InlineKeyboard(tuple(tuple(_button(button, chat) for button in row) for row in rows))


def _button(given: Any, chat: Chat) -> Button:
    if not isinstance(given, dict):
        raise _unparsed("expected an Object")
    text = given.get("text")
    if not isinstance(text, str):
        raise _unparsed('Can\'t find field "text"' if text is None else 'Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in (*_ACTIONS, *_OTHER) if given.get(name) not in (None, "")]
    actions += [name for name in _OTHER if given.get(name) == ""]
    if not actions:
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unparsed("Exactly one action must be specified")
    style = given.get("style")
    if style not in (None, "", "primary", "success", "danger"):
        raise bad_request("BUTTON_STYLE_INVALID")
    value = given[actions[0]]
    if actions[0] in _OTHER:
        return Button(text=text, style=style, other=((actions[0], str(value)),))
    return _acting(text, style, actions[0], value, chat)


def _acting(text: str, style: str | None, action: str, value: Any, chat: Chat) -> Button:
    if action == "callback_data":
        if not isinstance(value, str) or len(value.encode()) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(text=text, data=value, style=style)
    if action == "url":
        return Button(text=text, url=_button_url(str(value)), style=style)
    if action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return Button(text=text, copy_text=copied, style=style)
    url = str(value.get("url") or "") if isinstance(value, dict) else ""
    if chat.kind != "private":
        raise bad_request("BUTTON_TYPE_INVALID")
    return Button(text=text, web_app=web_app_url(url, "inline keyboard button"), style=style)


def _button_url(url: str) -> str:
    try:
        return checked_link(url).url
    except LinkError as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from error


def web_app_url(url: str, what: str) -> str:
    try:
        link = checked_link(url)
    except LinkError as error:
        raise bad_request(f"{what} Web App URL '{url}' is invalid: {error}") from error
    if link.scheme != "https":
        raise bad_request(f"{what} Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    return link.url


def _reply(given: dict[str, Any], chat: Chat) -> ReplyKeyboard | None:
    rows = _rows(given["keyboard"], "reply keyboard", 300)
    if not rows:
        raise bad_request("reply markup must contain at least one button")
    return ReplyKeyboard(
        rows=tuple(tuple(_reply_button(button, chat) for button in row) for row in rows),
        one_time=bool(given.get("one_time_keyboard")),
        resize=bool(given.get("resize_keyboard")),
        placeholder=str(given.get("input_field_placeholder") or ""),
    )


def _reply_button(given: Any, chat: Chat) -> ReplyButton:
    given = {"text": given} if isinstance(given, str) else given
    if not isinstance(given, dict) or not isinstance(given.get("text"), str) or not given["text"].strip():
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    contact, location = bool(given.get("request_contact")), bool(given.get("request_location"))
    if contact and chat.kind != "private":
        raise bad_request("phone number can be requested in private chats only")
    if location and chat.kind != "private":
        raise bad_request("location can be requested in private chats only")
    return ReplyButton(text=given["text"], request_contact=contact, request_location=location)


def _unparsed(reason: str) -> RefusedError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
