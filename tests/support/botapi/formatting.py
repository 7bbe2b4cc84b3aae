"""Formatted text out of a request: a parse mode or explicit entities, then the server's own checks."""

from typing import Any

from tests.support.botapi.detect import detected
from tests.support.botapi.entities import Entity, FormattedText, cleaned, utf16_length
from tests.support.botapi.links import LinkError, checked_link
from tests.support.botapi.params import Params
from tests.support.botapi.parse_html import HtmlParser
from tests.support.botapi.parse_markdown import MarkdownParser
from tests.support.botapi.refusal import bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_GIVEN = frozenset(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote", "expandable_blockquote"]
)
_AUTOMATIC = frozenset(["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"])


def message_text(params: Params) -> FormattedText:
    """The `text` of a message: never empty, at most 4096 UTF-16 units once parsed."""
    text = formatted(params.text("text"), params.text("parse_mode"), _entities(params, "entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text


def caption(params: Params) -> FormattedText:
    return checked_caption(
        formatted(params.text("caption"), params.text("parse_mode"), _entities(params, "caption_entities"))
    )


def item_caption(item: dict[str, Any]) -> FormattedText:
    """The caption of one item of an album or of an edited media."""
    text, mode = str(item.get("caption") or ""), str(item.get("parse_mode") or "")
    return checked_caption(formatted(text, mode, item.get("caption_entities")))


def checked_caption(text: FormattedText) -> FormattedText:
    if utf16_length(text.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text


def formatted(text: str, parse_mode: str, entities: Any = None) -> FormattedText:
    mode = parse_mode.lower()
    if mode == "html":
        plain, found = HtmlParser(text).parse()
    elif mode == "markdownv2":
        plain, found = MarkdownParser(text).parse()
    elif mode in {"", "none"}:
        plain, found = text, given_entities(text, entities or [])
    else:
        raise bad_request("unsupported parse_mode")
    return detected(cleaned(plain, found))


def given_entities(text: str, given: Any) -> list[Entity]:
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise bad_request("expected an Array of MessageEntity")
    size = utf16_length(text)
    return [entity for item in given for entity in _given_entity(item, size)]


def _entities(params: Params, name: str) -> Any:
    return params.json(name, f"can't parse {name} JSON object")


def _given_entity(item: dict[str, Any], size: int) -> list[Entity]:
    kind, offset, length = str(item.get("type")), int(item["offset"]), int(item["length"])
    if kind in _AUTOMATIC:
        return []
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad_request(f"receive an entity with incorrect length {length}")
    if offset > size:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > size:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {offset + length}"
        )
    if length == 0:
        return []
    if kind in _GIVEN:
        return [Entity(type=kind, offset=offset, length=length)]
    return [_argued_entity(kind, item, offset, length)]


def _argued_entity(kind: str, item: dict[str, Any], offset: int, length: int) -> Entity:
    if kind == "pre":
        return Entity(type=kind, offset=offset, length=length, language=item.get("language") or None)
    if kind == "text_link":
        url = str(item.get("url") or "")
        try:
            return Entity(type=kind, offset=offset, length=length, url=checked_link(url).url)
        except LinkError as error:
            raise bad_request(f"entity URL '{url}' is invalid: {error}") from error
    if kind == "text_mention":
        return Entity(type=kind, offset=offset, length=length, user_id=int(item["user"]["id"]))
    if kind == "custom_emoji":
        number = str(item.get("custom_emoji_id") or "")
        if not number.isdigit():
            raise bad_request('can\'t parse MessageEntity: Field "custom_emoji_id" must be a valid Number')
        return Entity(type=kind, offset=offset, length=length, custom_emoji_id=number)
    raise bad_request("can't parse MessageEntity: Unsupported type specified")
