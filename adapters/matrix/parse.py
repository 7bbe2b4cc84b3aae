"""The HTML of strangers as rich blocks: an allowlist, in one pass that no input can make long.

The markup is cut by an expression of our own because the standard library's parser takes quadratic time on unclosed
markup, and raises on a numeric entity of thousands of digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from adapters.matrix.html import PICTURE, says_more
from adapters.matrix.trimming import trimmed, words_of
from core.chat.addresses import kept
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Code,
    Emoji,
    Heading,
    Italic,
    Line,
    Paragraph,
    Preformatted,
    Quote,
    Spoiler,
    Strike,
    Underline,
)
from core.chat.cleaning import clean
from core.chat.layout import plain
from core.chat.spans import Piece, Style, nested

MOST_CHARACTERS = 100_000  # an event holds 65,536 bytes; what is longer did not come in one
MOST_NODES = 4_000  # tags and pieces of text
MOST_DEPTH = 32

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]{0,31})((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.IGNORECASE | re.ASCII)
_ATTRIBUTE = re.compile(
    r"(?<![a-z-])(href|alt|start|src|class)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", re.IGNORECASE | re.ASCII
)
_PERSON = re.compile(r"https?://matrix\.to/?#/(?:@|%40)|matrix:u/", re.IGNORECASE)  # the name is text
_HIDING = re.compile(r"(?<![a-z-])data-mx-spoiler(?![a-z-])", re.IGNORECASE | re.ASCII)
_CODE = re.compile(r"(?:^|\s)language-([A-Za-z0-9+#._-]{1,40})(?:\s|$)", re.ASCII)
_SPACES = re.compile(r"[ \t\n\f\r]+")

_MARKED: dict[Style, tuple[str, ...]] = {
    Code: ("code", "tt", "pre"),
    Bold: ("b", "strong"),
    Italic: ("i", "em"),
    Underline: ("u", "ins"),
    Strike: ("s", "del", "strike"),
}
_STYLES = {tag: style for style, tags in _MARKED.items() for tag in tags}
_SPANS = (*_STYLES, "a", "span")
_LISTS = ("ul", "ol")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROOTS = ("blockquote", "pre", *_LISTS, *_HEADINGS)
_HIDDEN = ("mx-reply", "title", "template")
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}
_FAR = ("p", "table", "hr", "details")
_NEAR = ("div", "tr", "summary", "dt", "dd")
_LAID = "•|"  # written here to lay out lists and tables, not by the sender


def formatted(html: str, body: str) -> tuple[Block, ...]:
    """The blocks of a `formatted_body`; empty when it adds nothing to `body`, is a bomb, or says something else.

    It adds something also when it has no formatting that is kept, but the body is the source of it (as Markdown).
    """
    reader = _Reader(html)
    if len(html) > MOST_CHARACTERS or not reader.read():
        return ()
    found = tuple(reader.blocks)
    shown = plain(found)
    if not _says_the_same(shown, body):
        return ()
    return found if says_more(found) or _letters(shown) != _letters(body) else ()


def _letters(text: str) -> str:
    return "".join(text.split())


def _says_the_same(shown: str, body: str) -> bool:
    """Whether all that is shown stands in the body in this order, which may have marks (as Markdown) between it."""
    rest = iter(body)
    return all(char in rest for char in _letters(shown) if char not in _LAID)


@dataclass(slots=True)
class _Open:
    """An element that is open and means something. `next` numbers the items of a list, `language` is that of code."""

    name: str
    url: str = ""
    next: int = 1
    style: Style | None = None
    language: str = ""


@dataclass(slots=True)
class _Reader:
    """One pass over the markup. `gap`: line breaks that the next text of the line will be preceded by."""

    html: str
    blocks: list[Block] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    root: _Open | None = None
    pieces: list[Piece] = field(default_factory=list)
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
        elif name in _SPANS or name in _HIDDEN:
            self._start_span(name, attributes)
        elif name == "li":
            self._item()
        elif name == "br":
            self.gap = min(self.gap + 1, 2)
        elif name == "img":
            self._picture(attributes)
        elif name in ("td", "th") and self.pieces and not self.gap:
            self._text(" | ")
        else:
            self._break(name)
        return end

    def _start_span(self, name: str, attributes: str) -> None:
        style = Spoiler if name == "span" and _HIDING.search(attributes) else _STYLES.get(name)
        if name == "code" and self.root is not None and self.root.name == "pre":
            named = _CODE.search(_attribute(attributes, "class"))
            self.root.language = named[1] if named else ""
        self.open.append(_Open(name, url=_address(attributes) if name == "a" else "", style=style))

    def _picture(self, attributes: str) -> None:
        """A picture of a pack stands for its words, any other is none."""
        words, address = " ".join(_attribute(attributes, "alt").split()), _attribute(attributes, "src")
        if "data-mx-emoticon" in attributes and words and PICTURE.fullmatch(address):
            self._text(words, Emoji(words, address))
        else:
            self._text(words)

    def _start_block(self, name: str, attributes: str) -> None:
        start = _attribute(attributes, "start")
        first = int(start) if start.isdecimal() and len(start) < 10 else 1
        opened = _Open(name, next=first, style=_STYLES.get(name))
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

    def _text(self, text: str, emoji: Emoji | None = None) -> None:
        names = [element.name for element in self.open]
        if any(name in _HIDDEN for name in names):
            return
        if "pre" not in names:
            text = _SPACES.sub(" ", text)
            if not self.pieces or self.gap or words_of(self.pieces[-1])[-1] in " \n":
                text = text.lstrip(" ")
        if not text:
            return
        styles = frozenset(element.style for element in self.open if element.style is not None)
        url = next((element.url for element in reversed(self.open) if element.url), "")
        if self.gap and self.pieces:
            before = self.pieces[-1]
            self.pieces.append(Piece("\n" * self.gap, before.styles & styles, url if url == before.url else ""))
        self.gap = 0
        self.pieces.append(Piece(emoji or text, styles, url))

    def _finish(self) -> None:
        """Ends the block that is open, or the paragraph between two of them."""
        root, self.root = self.root, None
        name = "" if root is None else root.name
        text = "".join(map(words_of, self.pieces))
        line = self._take_line()
        if name in _LISTS:
            items = (*self.items, line) if line else tuple(self.items)
            self.items = []
            if items:
                self.blocks.append(Bullets(items, numbered=name == "ol"))
        elif not line:
            return
        elif name == "pre":
            self.blocks.append(Preformatted(text.strip("\n"), root.language if root else ""))
        elif name in _HEADINGS:
            plain = all(isinstance(span, str) for span in line)
            self.blocks.append(Heading(text.strip()) if plain else Paragraph((Bold(line),)))
        else:
            self.blocks.append(Quote(line) if name == "blockquote" else Paragraph(line))

    def _take_line(self) -> Line:
        line = nested(trimmed(self.pieces))
        self.pieces, self.gap = [], 0
        return line


def _address(attributes: str) -> str:
    url = kept(_attribute(attributes, "href"))
    return "" if _PERSON.match(url) else url


def _attribute(attributes: str, name: str) -> str:
    found = next((found for found in _ATTRIBUTE.finditer(attributes) if found[1].lower() == name), None)
    return "" if found is None else _unescaped(found[2] or found[3] or found[4] or "").strip()


def _unescaped(text: str) -> str:
    try:
        return clean(unescape(text))
    except ValueError:  # a number of thousands of digits
        return clean(text)
