"""Where links lead: which addresses are kept, and how one is written where a messenger does not open it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Facts,
    Italic,
    Line,
    Link,
    Paragraph,
    Quote,
    Span,
    Spoiler,
    Strike,
    Underline,
    Words,
)
from core.chat.cleaning import clean_name
from core.chat.layout import plain, plain_line

Opens = Callable[[str], bool]
LONGEST = 2000

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}:", re.IGNORECASE | re.ASCII)
_WEB = ("http", "https")
_SCRIPTS = ("javascript", "vbscript", "data", "blob", "about", "view-source")
"""What is no place but something to carry out: it is not even shown."""
_SPOKEN = ("mailto", "tel", "sms", "callto", "sip", "sips", "xmpp")
"""Their addresses are read without the scheme in front."""


def kept(url: str) -> str:
    """The address as it is kept; empty for what is none, is too long, or would be carried out."""
    url = url.strip()
    clean = all(character.isprintable() and not character.isspace() for character in url)
    found = _SCHEME.match(url)
    if not clean or found is None or len(url) > LONGEST or found.end() == len(url):
        return ""
    scheme = found.group()[:-1].lower()
    return "" if scheme in _SCRIPTS or (scheme in _WEB and not is_web(url)) else url


def is_web(url: str) -> bool:
    """Whether an address is one of the web, written so that no program can read it as anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    clean = all(character.isprintable() and not character.isspace() for character in url)
    return clean and parts.scheme in _WEB and bool(parts.hostname)


def is_mail(url: str) -> bool:
    """Whether an address is one to write a letter to, and nothing besides."""
    return kept(url) == url and url[:7].lower() == "mailto:" and "@" in shown(url)


def shown(url: str) -> str:
    """An address as people read it: "hr@example.org" for that of a letter. Empty for what is not shown."""
    url = kept(url)
    scheme, _, rest = url.partition(":")
    if scheme.lower() in _SPOKEN:
        return clean_name(unquote(rest.partition("?")[0])) or url
    return url


def spelled(blocks: Sequence[Block], opens: Opens) -> tuple[Block, ...]:
    """The blocks, with the addresses that do not open written behind their words."""
    return tuple(_block(block, opens) for block in blocks)


def written(blocks: Sequence[Block]) -> str:
    """The plain text of the blocks for where there is no markup: nothing is lost of where the links lead."""
    return plain(spelled(blocks, lambda _: False))


def _block(block: Block, opens: Opens) -> Block:
    match block:
        case Paragraph(line) | Quote(line):
            return replace(block, line=_line(line, opens))
        case Bullets(items):
            return replace(block, items=tuple(_line(item, opens) for item in items))
        case Facts(rows):
            return Facts(tuple((label, _line(line, opens)) for label, line in rows))
        case _:
            return block


def _line(line: Line, opens: Opens) -> Line:
    return tuple(one for span in line for one in _spans(span, opens))


def _spans(span: Span, opens: Opens) -> Line:
    match span:
        case Link(words, url) if not opens(url):
            return _behind(words, url)
        case Bold(words) | Italic(words) | Underline(words) | Strike(words) | Spoiler(words) if isinstance(
            words, tuple
        ):
            return (replace(span, text=_line(words, opens)),)
        case _:
            return (span,)


def _behind(words: Words, url: str) -> Line:
    """The words and the address, or one of them when they are the same."""
    line, address = words if isinstance(words, tuple) else (words,), shown(url)
    said = plain_line(line).strip()
    if not address or said in (address, url, address.partition("://")[2]):
        return line
    return (*line, f" ({address})") if said else (address,)
