"""Entities that Telegram finds by itself: commands, addresses, phone numbers."""

import re
from collections.abc import Iterator

from tests.support.botapi.entities import Entity, FormattedText, utf16_length

_PATTERNS = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?!\w)")),
    ("url", re.compile(r"(?<![\w@.])(?:https?://)?(?:[\w-]+\.)+(?:com|org|net|ru|рф|io|example)\b(?:[/?#]\S*)?")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,18}\d(?!\w)")),
)


def detected(text: FormattedText) -> FormattedText:
    """Add what nobody marked, except inside code and links."""
    taken = [(entity.offset, entity.end) for entity in text.entities if entity.type in _OPAQUE]
    found = list(text.entities)
    for entity in _candidates(text.text):
        if not any(entity.offset < end and start < entity.end for start, end in taken):
            taken.append((entity.offset, entity.end))
            found.append(entity)
    return FormattedText(text.text, tuple(sorted(found, key=lambda entity: (entity.offset, -entity.length))))


_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})


def _candidates(text: str) -> Iterator[Entity]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            yield Entity(type=kind, offset=offset, length=utf16_length(match.group()))
