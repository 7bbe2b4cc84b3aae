"""The HTML of strangers as rich blocks: an allowlist, in one pass that no input can make long.

The markup is cut by an expression of our own because the standard library's parser takes quadratic time on unclosed
markup, and raises on a numeric entity of thousands of digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby

from adapters.matrix.html import opens, says_more
from core.chat.layout import plain
from core.chat.screens import (
    Block,
    Bold,
    Bullets,
    Code,
    Heading,
    Italic,
    Line,
    Link,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Strike,
    Underline,
)

MOST_CHARACTERS = 100_000  # an event holds 65,536 bytes; what is longer did not come in one
MOST_NODES = 4_000  # tags and pieces of text
MOST_DEPTH = 32

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]{0,31})((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.IGNORECASE | re.ASCII)
_ATTRIBUTE = re.compile(
    r"(?<![a-z-])(href|alt|start)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", re.IGNORECASE | re.ASCII
)
_PERSON = re.compile(r"https?://matrix\.to(?:[/?#:]|$)", re.IGNORECASE)  # its name is text
_SPACES = re.compile(r"[ \t\n\f\r]+")

_Mark = type[Link | Code | Bold | Italic | Underline | Strike]
_MARKED: dict[_Mark, tuple[str, ...]] = {
    Link: ("a",),
    Code: ("code", "tt"),
    Bold: ("b", "strong"),
    Italic: ("i", "em"),
    Underline: ("u", "ins"),
    Strike: ("s", "del", "strike"),
}
"""Of two marks on one piece of text the earlier one is kept, as for Telegram: a span has one."""
_MARKS = {tag: mark for mark, tags in _MARKED.items() for tag in tags}
_Piece = tuple[_Mark | None, str, str]  # with the address of a link, and the text
_LISTS = ("ul", "ol")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROOTS = ("blockquote", "pre", *_LISTS, *_HEADINGS)
_HIDDEN = ("mx-reply", "title", "template")
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}
_FAR = ("p", "table", "hr", "details")
_NEAR = ("div", "tr", "summary", "dt", "dd")
_LAID = "•|"  # written here to lay out lists and tables, not by the sender


def clean(text: str) -> str:
    """A text that can be stored and shown: without control characters, bidirectional overrides, half surrogates."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def formatted(html: str, body: str) -> tuple[Block, ...]:
    """The blocks of a `formatted_body`; empty when it adds nothing to `body`, is a bomb, or says something else."""
    reader = _Reader(html)
    if len(html) > MOST_CHARACTERS or not reader.read():
        return ()
    found = tuple(reader.blocks)
    return found if says_more(found) and _says_the_same(plain(found), body) else ()


def _says_the_same(shown: str, body: str) -> bool:
    """Whether all that is shown stands in the body in this order, which may have marks (as Markdown) between it."""
    rest = iter(body)
    return all(char in rest for char in shown if not char.isspace() and char not in _LAID)


@dataclass(slots=True)
class _Open:
    """An element that is open and means something. `next` numbers the items of a list."""

    name: str
    url: str = ""
    next: int = 1


@dataclass(slots=True)
class _Reader:
    """One pass over the markup. `gap`: line breaks that the next text of the line will be preceded by."""

    html: str
    blocks: list[Block] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    root: _Open | None = None
    pieces: list[_Piece] = field(default_factory=list)
    items: list[Line] = field(default_factory=list)
    gap: int = 0

    def read(self) -> bool:
        """False when there is too much of it."""
        position = 0
        for _ in range(MOST_NODES):
            if position >= len(self.html):
                self._finish()
                return True
            position = self._node(position)
            if len(self.open) > MOST_DEPTH:
                return False
        return False

    def _node(self, position: int) -> int:
        """Takes in what stands at the position; where the next one begins."""
        if self.html[position] != "<":
            end = self.html.find("<", position)
            end = len(self.html) if end < 0 else end
            self._text(_unescaped(self.html[position:end]))
            return end
        if tag := _TAG.match(self.html, position):
            slash, name, attributes = tag.groups()
            if slash:
                self._close(name.lower())
                return tag.end()
            return self._start(name.lower(), attributes, tag.end())
        if self.html.startswith(("<!", "<?", "</"), position):
            closing = "-->" if self.html.startswith("<!--", position) else ">"
            end = self.html.find(closing, position)
            return len(self.html) if end < 0 else end + len(closing)
        self._text("<")
        return position + 1

    def _start(self, name: str, attributes: str, end: int) -> int:
        if raw := _RAW.get(name):
            close = raw.search(self.html, end)
            return close.start() if close else len(self.html)
        if name in _ROOTS:
            self._start_block(name, attributes)
        elif name in _MARKS or name in _HIDDEN:
            self.open.append(_Open(name, url=_address(attributes) if name == "a" else ""))
        elif name == "li":
            self._item()
        elif name == "br":
            self.gap = min(self.gap + 1, 2)
        elif name == "img":
            self._text(_attribute(attributes, "alt"))
        elif name in ("td", "th") and self.pieces and not self.gap:
            self._text(" | ")
        else:
            self._break(name)
        return end

    def _start_block(self, name: str, attributes: str) -> None:
        start = _attribute(attributes, "start")
        opened = _Open(name, next=int(start) if start.isdecimal() and len(start) < 10 else 1)
        self.open.append(opened)
        # A list that does not begin at 1 is written out, for a list of ours would change its numbers.
        if self.root is None and (name != "ol" or opened.next == 1):
            self._finish()
            self.root = opened
        else:
            self._break(name)

    def _close(self, name: str) -> None:
        names = [element.name for element in self.open]
        if name not in names:
            self._break(name)
            return
        while names.pop() != name:
            self._close_last()
        self._close_last()

    def _close_last(self) -> None:
        element = self.open.pop()
        if element is self.root:
            self._finish()
        else:
            self._break(element.name)

    def _break(self, name: str) -> None:
        """What sets a block off from its neighbours inside a line: an empty line, or within a list the next line."""
        in_list = self.root is not None and self.root.name in _LISTS
        if name in _NEAR or (in_list and (name in _FAR or name in _ROOTS)):
            self.gap = max(self.gap, 1)
        elif name in _FAR or name in _ROOTS:
            self.gap = 2

    def _item(self) -> None:
        around = next((element for element in reversed(self.open) if element.name in _LISTS), None)
        if self.root is not None and self.root.name in _LISTS:
            if line := self._take_line():
                self.items.append(line)
            return
        self.gap = max(self.gap, 1)
        if around is not None:
            self._text(f"{around.next}. " if around.name == "ol" else "• ")
            around.next += 1

    def _text(self, text: str) -> None:
        names = [element.name for element in self.open]
        if any(name in _HIDDEN for name in names):
            return
        if "pre" not in names:
            text = _SPACES.sub(" ", text)
            if not self.pieces or self.gap or self.pieces[-1][2][-1] in " \n":
                text = text.lstrip(" ")
        if not text:
            return
        if self.gap and self.pieces:
            self.pieces.append((None, "", "\n" * self.gap))
        self.gap = 0
        self.pieces.append((*self._mark(names), text))

    def _mark(self, names: list[str]) -> tuple[_Mark | None, str]:
        urls = [element.url for element in self.open if element.url]
        marks = {Code if name == "pre" else _MARKS.get(name) for name in names if name != "a" or urls}
        mark = next((mark for mark in _MARKED if mark in marks), None)
        return mark, urls[-1] if mark is Link else ""

    def _finish(self) -> None:
        """Ends the block that is open, or the paragraph between two of them."""
        root, self.root = self.root, None
        name = "" if root is None else root.name
        text = "".join(piece for _, _, piece in self.pieces)
        line = self._take_line()
        if name in _LISTS:
            items = (*self.items, line) if line else tuple(self.items)
            self.items = []
            if items:
                self.blocks.append(Bullets(items, numbered=name == "ol"))
        elif not line:
            return
        elif name == "pre":
            self.blocks.append(Preformatted(text.strip("\n")))
        elif name in _HEADINGS:
            self.blocks.append(Heading(text.strip()))
        else:
            self.blocks.append(Quote(line) if name == "blockquote" else Paragraph(line))

    def _take_line(self) -> Line:
        line = tuple(_spans(self.pieces))
        self.pieces, self.gap = [], 0
        return line


def _spans(pieces: list[_Piece]) -> Iterator[Span]:
    """The pieces of a line, neighbours of one mark joined, without white space around it and at ends of lines."""
    joined = [
        (mark, url, "".join(text for _, _, text in group))
        for (mark, url), group in groupby(_linked(pieces), key=lambda piece: piece[:2])
    ]
    while joined and not joined[0][2].strip():
        del joined[0]
    while joined and not joined[-1][2].strip():
        del joined[-1]
    for position, (mark, url, text) in enumerate(joined):
        shown = text.lstrip() if position == 0 else text
        shown = shown.rstrip() if position == len(joined) - 1 else shown
        yield _span(mark, url, shown.replace(" \n", "\n"))


def _linked(pieces: list[_Piece]) -> Iterator[_Piece]:
    """The pieces; a link that only repeats its address is text, for messengers find those by themselves."""
    for mark, url, text in pieces:
        own = url and text.strip().rstrip("/") in (url.rstrip("/"), url.rstrip("/").partition("://")[2])
        yield (None, "", text) if own else (mark, url, text)


def _span(mark: _Mark | None, url: str, text: str) -> Span:
    if mark is None:
        return text
    return Link(text, url) if issubclass(mark, Link) else mark(text)


def _address(attributes: str) -> str:
    url = _attribute(attributes, "href")
    return url if len(url) <= 2000 and opens(url) and not _PERSON.match(url) else ""


def _attribute(attributes: str, name: str) -> str:
    found = next((found for found in _ATTRIBUTE.finditer(attributes) if found[1].lower() == name), None)
    return "" if found is None else _unescaped(found[2] or found[3] or found[4] or "").strip()


def _unescaped(text: str) -> str:
    try:
        return clean(unescape(text))
    except ValueError:  # a number of thousands of digits
        return clean(text)
