"""MarkdownV2, where every reserved character must be escaped or belong to an entity."""

from dataclasses import dataclass, field

from tests.support.botapi.entities import Entity, utf16_length
from tests.support.botapi.parse_html import link_entity
from tests.support.botapi.refusal import RefusedError, bad_request

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_CLOSING = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
_OPENING = (
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("||", "spoiler"),
    ("![", "custom_emoji"),
    ("[", "text_link"),
    ("```", "pre"),
    ("`", "code"),
)


@dataclass(eq=False, kw_only=True)
class _Open:
    type: str
    offset: int
    begin: int
    byte_offset: int
    language: str | None = None


@dataclass(eq=False)
class MarkdownParser:
    """One pass over one text; `parse` gives the plain text and its entities."""

    source: str
    plain: str = ""
    offset: int = 0
    position: int = 0
    quoting: bool = False
    entities: list[Entity] = field(default_factory=list)
    nested: list[_Open] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            escaped = self.source[self.position + 1 : self.position + 2]
            in_code = bool(self.nested) and self.nested[-1].type in {"code", "pre"}
            if character == "\\" and escaped and 0 < ord(escaped) <= 126:
                self._emit(escaped, 2)
            elif character not in (frozenset("`") if in_code else _RESERVED):
                self._emit(character, 1)
            elif not self._close():
                self._open(character)
        if self.quoting and self.nested and self.nested[-1].type == "blockquote":
            self._finish(self.nested.pop(), "blockquote")
        if self.nested:
            raise self._no_end(self.nested[-1])
        return self.plain, self.entities

    def _emit(self, text: str, consumed: int) -> None:
        self.plain += text
        self.offset += utf16_length(text)
        self.position += consumed

    def _here(self, text: str) -> bool:
        return self.source.startswith(text, self.position)

    def _at(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _quote_ends(self) -> bool:
        return self.quoting and self._here("\n") and not self._here("\n>")

    def _close(self) -> bool:
        if not self.nested:
            return False
        top = self.nested[-1]
        if top.type == "blockquote" and self._here("||") and self.source[self.position + 2 :][:1] in "\n":
            self.position += 2
            self._end_quote(self.nested.pop(), "expandable_blockquote")
            return True
        if self._quote_ends():
            if top.type != "blockquote":
                raise self._no_end(top)
            self._end_quote(self.nested.pop(), "blockquote")
            return True
        mark = _CLOSING.get(top.type)
        if not mark or not self._here(mark) or (top.type == "italic" and self._here("__")):
            return False
        self.nested.pop()
        self.position += len(mark)
        if mark == "]":
            self._link(top)
        else:
            self._finish(top, top.type)
        return True

    def _end_quote(self, top: _Open, kind: str) -> None:
        self.quoting = False
        self._finish(top, kind)
        if self._here("\n"):
            self._emit("\n", 1)

    def _open(self, character: str) -> None:
        begin = self.position
        if character == "\n" or (character == ">" and begin == 0):
            self._line(character, begin)
            return
        for mark, kind in _OPENING:
            if self._here(mark):
                self.position += len(mark)
                language = self._language() if kind == "pre" else None
                self._push(kind, begin, language)
                return
        raise _cannot(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _line(self, character: str, begin: int) -> None:
        if character == "\n":
            self._emit("\n", 1)
        if self._here(">"):
            self.position += 1
            if not self.quoting:
                self.quoting = True
                self._push("blockquote", begin, None)

    def _push(self, kind: str, begin: int, language: str | None) -> None:
        opened = _Open(type=kind, offset=self.offset, begin=len(self.plain), byte_offset=self._at(begin))
        opened.language = language
        self.nested.append(opened)

    def _language(self) -> str | None:
        end = self.position
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != "`":
            end += 1
        language = None
        if end != self.position and end < len(self.source) and self.source[end] != "`":
            language, self.position = self.source[self.position : end], end
        if self._here("\n"):
            self.position += 1
        return language

    def _link(self, top: _Open) -> None:
        length = self.offset - top.offset
        if not self._here("("):
            if top.type == "custom_emoji":
                raise _cannot("Custom emoji entity must contain a tg://emoji URL")
            self.entities += link_entity(self.plain[top.begin :], top.offset, length) if length else []
            return
        begin = self.position + 1
        what = "custom emoji URL" if top.type == "custom_emoji" else "URL"
        url, self.position = self._address(begin, what)
        if top.type == "custom_emoji":
            number = url.removeprefix("tg://emoji?id=")
            if number == url or not number.isdigit():
                raise _cannot("Custom emoji URL must have an emoji identifier")
            emoji = Entity(type="custom_emoji", offset=top.offset, length=length, custom_emoji_id=number)
            self.entities.append(emoji)
        elif length:
            self.entities += link_entity(url, top.offset, length)

    def _address(self, position: int, what: str) -> tuple[str, int]:
        begin, url = position, ""
        while position < len(self.source) and self.source[position] != ")":
            if self.source[position] == "\\" and position + 1 < len(self.source):
                position += 1
            url += self.source[position]
            position += 1
        if position >= len(self.source):
            raise _cannot(f"Can't find end of a {what} at byte offset {self._at(begin)}")
        return url, position + 1

    def _finish(self, top: _Open, kind: str) -> None:
        if length := self.offset - top.offset:
            self.entities.append(
                Entity(type=kind, offset=top.offset, length=length, language=top.language),
            )

    def _no_end(self, opened: _Open) -> RefusedError:
        name = "PreCode" if opened.language else _NAMES[opened.type]
        return _cannot(f"Can't find end of {name} entity at byte offset {opened.byte_offset}")


def _cannot(reason: str) -> RefusedError:
    return bad_request(f"can't parse entities: {reason}")
