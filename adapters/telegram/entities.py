"""A received text with Telegram's entities as rich blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aiogram.types import MessageEntity

from core.chat.addresses import kept
from core.chat.blocks import (
    Block,
    Bold,
    Code,
    Emoji,
    Italic,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Spoiler,
    Strike,
    Underline,
)
from core.chat.cleaning import clean
from core.chat.spans import Piece, Style, nested

_STYLES: Mapping[str, Style] = {
    "bold": Bold,
    "italic": Italic,
    "underline": Underline,
    "strikethrough": Strike,
    "spoiler": Spoiler,
    "code": Code,
    "pre": Code,  # within a quotation
}
_INLINE = (*_STYLES, "text_link", "custom_emoji")
_BLOCKS = ("pre", "blockquote", "expandable_blockquote")
_PERSON = ("tg://user", "tg:user")
"""A link to a person: the name is text."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """An entity by characters instead of UTF-16 units. `about`: an address, a programming language, an emoji's id."""

    kind: str
    start: int
    end: int
    about: str = ""


def blocks(text: str, entities: Sequence[MessageEntity]) -> tuple[Block, ...]:
    """The text, cleaned, with its formatting; empty when it has none. Links that messengers find by themselves stay
    text."""
    marks = list(_marks(text, entities))
    if not marks:
        return ()
    inline = [mark for mark in marks if mark.kind in _INLINE]
    found: list[Block] = []
    position = 0
    for mark in sorted((mark for mark in marks if mark.kind in _BLOCKS), key=lambda mark: (mark.start, -mark.end)):
        if mark.start < position:
            continue
        found.extend(_paragraph(text, position, mark.start, inline))
        if mark.kind == "pre":
            found.append(Preformatted(clean(text[mark.start : mark.end]), mark.about))
        else:
            line = tuple(_line(text, mark.start, mark.end, inline))
            found.append(Quote(line, folded=mark.kind == "expandable_blockquote"))
        position = mark.end
    found.extend(_paragraph(text, position, len(text), inline))
    return tuple(found)


def _paragraph(text: str, start: int, end: int, inline: Sequence[_Mark]) -> Iterator[Block]:
    """What stands between blocks, without the line breaks that set it off from them."""
    if start:
        while start < end and text[start] == "\n":
            start += 1
    if end < len(text):
        while start < end and text[end - 1] == "\n":
            end -= 1
    if start < end:
        yield Paragraph(tuple(_line(text, start, end, inline)))


def _line(text: str, start: int, end: int, inline: Sequence[_Mark]) -> Sequence[Span]:
    cuts = {start, end}
    for mark in inline:
        cuts |= {cut for cut in (mark.start, mark.end) if start < cut < end}
    return nested([_piece(text, left, right, inline) for left, right in pairwise(sorted(cuts))])


def _piece(text: str, start: int, end: int, inline: Sequence[_Mark]) -> Piece:
    covering = [mark for mark in inline if mark.start <= start and end <= mark.end]
    url = next((mark.about for mark in covering if mark.kind == "text_link"), "")
    emoji = next(
        (mark for mark in covering if mark.kind == "custom_emoji" and (mark.start, mark.end) == (start, end)), None
    )
    words = clean(text[start:end])
    styles = frozenset(_STYLES[mark.kind] for mark in covering if mark.kind in _STYLES)
    return Piece(words if emoji is None else Emoji(words, emoji.about), styles, url)


def _marks(text: str, entities: Sequence[MessageEntity]) -> Iterator[_Mark]:
    ends = _positions(text)
    for entity in entities:
        kind = str(entity.type)
        start = ends[min(max(entity.offset, 0), len(ends) - 1)]
        end = ends[min(max(entity.offset + entity.length, 0), len(ends) - 1)]
        if start >= end or kind not in (*_INLINE, *_BLOCKS):
            continue
        about = _about(kind, entity)
        if about or kind not in ("text_link", "custom_emoji"):
            yield _Mark(kind, start, end, about)


def _about(kind: str, entity: MessageEntity) -> str:
    match kind:
        case "text_link":
            url = kept(entity.url or "")
            return "" if url.lower().startswith(_PERSON) else url
        case "custom_emoji":
            return entity.custom_emoji_id or ""
        case "pre":
            return clean(entity.language or "")[:40]
    return ""


def _positions(text: str) -> list[int]:
    """For each UTF-16 offset, the index of the character that begins there (or covers it)."""
    positions: list[int] = []
    for index, character in enumerate(text):
        positions.extend([index] * (2 if ord(character) > 0xFFFF else 1))
    positions.append(len(text))
    return positions
