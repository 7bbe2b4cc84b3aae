"""Formatted text as the server keeps it: plain text with entities measured in UTF-16 units."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

ENTITY_LIMIT = 100
_EMPTY = " \t\n\r\x0b\x0c\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_EMPTY += "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u3000\ufeff"
_ORDER = [
    "blockquote",
    "expandable_blockquote",
    "pre",
    "code",
    "text_link",
    "text_mention",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "custom_emoji",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stretch of text; `offset` and `length` count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str = ""
    entities: tuple[Entity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def html(self) -> str:
        """The text as HTML, so that a test can compare formatting at a glance."""
        return _as_html(self)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "surrogatepass")


def cleaned(text: str, entities: Sequence[Entity]) -> FormattedText:
    """Trim both ends, forget entities nobody can see, and those past the hundredth."""
    text = text.replace("\r", "")
    if not text.strip(_EMPTY):
        return FormattedText()
    kept = text.rstrip()
    shift = utf16_length(kept) - utf16_length(kept.lstrip())
    kept = kept.lstrip()
    size = utf16_length(kept)
    moved = []
    for entity in entities:
        start, end = max(entity.offset - shift, 0), min(entity.end - shift, size)
        if end > start and utf16_slice(kept, start, end - start).strip(_EMPTY):
            moved.append(replace(entity, offset=start, length=end - start))
    return FormattedText(kept, tuple(_without_formatted_code(moved)[:ENTITY_LIMIT]))


def _without_formatted_code(entities: list[Entity]) -> list[Entity]:
    code = [entity for entity in entities if entity.type in {"code", "pre"}]
    quotes = {"blockquote", "expandable_blockquote"}
    kept = [
        entity
        for entity in dict.fromkeys(entities)
        if entity in code
        or entity.type in quotes
        or not any(entity.offset < other.end and other.offset < entity.end for other in code)
    ]
    return sorted(kept, key=lambda entity: (entity.offset, -entity.length, _ORDER.index(entity.type)))


def entity_json(entity: Entity, user: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    body: dict[str, Any] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    optional = {
        "url": entity.url,
        "language": entity.language,
        "custom_emoji_id": entity.custom_emoji_id,
        "user": None if entity.user_id is None else user(entity.user_id),
    }
    return body | {name: value for name, value in optional.items() if value is not None}


_TAGS = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler"}
_TAGS |= {"code": "code", "pre": "pre", "blockquote": "blockquote"}


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.type == "text_link":
        return f'<a href="{html.escape(entity.url or "")}">', "</a>"
    if entity.type == "text_mention":
        return f'<a href="tg://user?id={entity.user_id}">', "</a>"
    if entity.type == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if entity.type == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity.custom_emoji_id}">', "</tg-emoji>"
    if entity.type == "pre" and entity.language:
        return f'<pre><code class="language-{entity.language}">', "</code></pre>"
    tag = _TAGS.get(entity.type)
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")


def _as_html(text: FormattedText) -> str:
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    for entity in text.entities:
        before, after = _tags(entity)
        opening[entity.offset] = opening.get(entity.offset, "") + before
        closing[entity.end] = after + closing.get(entity.end, "")
    shown, position = [], 0
    for character in text.text:
        shown.append(closing.get(position, "") + opening.get(position, ""))
        shown.append(html.escape(character, quote=False))
        position += utf16_length(character)
    return "".join(shown) + closing.get(position, "")
