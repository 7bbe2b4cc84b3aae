"""The usual marks that people type, *bold*, _italic_, ~struck out~, `code`, > quote and [words](address), as rich text.

Pure. What is marked by halves stays as it was typed: 2 * 3 * 4, snake_case, a lone ~.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from core.chat.blocks import Block, Bold, Code, Italic, Line, Paragraph, Preformatted, Quote, Strike
from core.chat.spans import Piece, Style, nested

_STYLES: dict[str, Style] = {"*": Bold, "_": Italic, "~": Strike}
_LONGEST = 1000
"""Characters between two marks: looking further for the second of each would take too long in a long text."""
_MARKED = re.compile(
    rf"`(?P<code>[^`\n]{{1,{_LONGEST}}})`"
    rf"|\[(?P<words>[^\[\]\n]{{1,{_LONGEST}}})\]\((?P<url>(?:https?://|mailto:)[^\s()<>]{{1,{_LONGEST}}})\)"
    r"|(?P<address>https?://\S+)"
    rf"|(?<![\w*_~])(?P<mark>\*{{1,2}}|_{{1,2}}|~{{1,2}})(?=\S)(?P<inner>.{{1,{_LONGEST}}}?)(?<=\S)(?P=mark)(?![\w*_~])",
    re.DOTALL,
)
_FENCED = re.compile(r"^```(?P<language>[\w+#.-]{0,20})\n(?P<code>.*?)\n?^```[ \t]*$", re.DOTALL | re.MULTILINE)
_ONE_FENCE = re.compile(r"```(?P<code>[^`\n]+)```")
_QUOTED = re.compile(r"^>[ \t]?", re.MULTILINE)


def marked(text: str) -> tuple[Block, ...]:
    """The text as blocks; empty when nothing in it is marked."""
    blocks = tuple(_blocks(text))
    return () if all(isinstance(block, Paragraph) and _is_plain(block.line) for block in blocks) else blocks


def _blocks(text: str) -> Iterator[Block]:
    end = 0
    for fenced in _FENCED.finditer(text):
        yield from _paragraphs(text[end : fenced.start()])
        if fenced["code"].strip():
            yield Preformatted(fenced["code"], fenced["language"])
        end = fenced.end()
    yield from _paragraphs(text[end:])


def _paragraphs(text: str) -> Iterator[Block]:
    """Quotes are lines of their own; an empty line ends a paragraph."""
    for kind, group in groupby(text.split("\n"), key=_kind):
        lines = "\n".join(group)
        one = _ONE_FENCE.fullmatch(lines.strip())
        if kind is Quote:
            said = _QUOTED.sub("", lines).strip()
            yield from (Quote(_line(said)),) if said else ()
        elif one is not None:
            yield Preformatted(one["code"].strip())
        elif kind is Paragraph:
            yield Paragraph(_line(lines))


def _kind(line: str) -> type[Block] | None:
    if not line.strip():
        return None
    return Quote if line.startswith(">") else Paragraph


def _line(text: str) -> Line:
    return nested(tuple(_pieces(text, frozenset())))


def _pieces(text: str, styles: frozenset[Style], url: str = "") -> Iterator[Piece]:
    end = 0
    for found in _MARKED.finditer(text):
        mark, inner = found["mark"], found["inner"]
        if found["address"] or (mark and not any(char.isalnum() for char in inner)):
            continue
        if found.start() > end:
            yield Piece(text[end : found.start()], styles, url)
        if found["code"]:
            yield Piece(found["code"], styles | {Code}, url)
        elif found["url"]:
            yield from _pieces(found["words"], styles, found["url"])
        else:
            yield from _pieces(inner, styles | {_STYLES[mark[0]]}, url)
        end = found.end()
    if end < len(text):
        yield Piece(text[end:], styles, url)


def _is_plain(line: Line) -> bool:
    return all(isinstance(span, str) for span in line)
