"""Telegram's own small HTML, with every refusal of the real parser in its words."""

import re
from dataclasses import dataclass, field

from tests.support.botapi.entities import Entity, utf16_length
from tests.support.botapi.links import LinkError, checked_link, mentioned_user
from tests.support.botapi.refusal import RefusedError, bad_request

_STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
}
_TAGS = frozenset(_STYLES) | {"a", "pre", "code", "blockquote", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_SPACES = re.compile(r"\s*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_START_TAG = re.compile(r"<([^\s>]*)")
_END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")
_ATTRIBUTE = re.compile(r"[^\s=>/\"']*")


@dataclass(eq=False, kw_only=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int


@dataclass(eq=False)
class HtmlParser:
    """One pass over one text; `parse` gives the plain text and its entities."""

    source: str
    plain: str = ""
    offset: int = 0
    position: int = 0
    entities: list[Entity] = field(default_factory=list)
    nested: list[_Open] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Entity]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                if self.source.startswith("</", self.position):
                    self._close()
                else:
                    self._open()
            elif character == "&":
                self._emit(*_reference(self.source, self.position))
            else:
                self._emit(character, 1)
        if self.nested:
            raise _cannot(f'Can\'t find end tag corresponding to start tag "{self.nested[-1].tag}"')
        return self.plain, self.entities

    def _emit(self, text: str, consumed: int) -> None:
        self.plain += text
        self.offset += utf16_length(text)
        self.position += consumed

    def _at(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _spaces(self, position: int) -> int:
        found = _SPACES.match(self.source, position)
        return found.end() if found else position

    def _open(self) -> None:
        begin = self.position
        found = _START_TAG.match(self.source, begin)
        assert found
        if found.end() == len(self.source):
            raise _cannot(f"Unclosed start tag at byte offset {self._at(begin)}")
        tag = found.group(1).lower()
        if tag not in _TAGS:
            raise _cannot(f'Unsupported start tag "{tag}" at byte offset {self._at(begin)}')
        argument, position = "", self._spaces(found.end())
        while position < len(self.source) and self.source[position] != ">":
            name, value, position = self._attribute(tag, begin, position)
            argument = _argument(tag, name, value) or argument
            position = self._spaces(position)
        if position >= len(self.source):
            raise _cannot(f"Unclosed start tag at byte offset {self._at(begin)}")
        if tag == "span" and argument != "spoiler":
            raise _cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {self._at(begin)}')
        self.nested.append(_Open(tag=tag, argument=argument, offset=self.offset, begin=len(self.plain)))
        self.position = position + 1

    def _attribute(self, tag: str, begin: int, position: int) -> tuple[str, str, int]:
        found = _ATTRIBUTE.match(self.source, position)
        assert found
        name = found.group()
        if not name:
            raise _cannot(f'Empty attribute name in the tag "{tag}" at byte offset {self._at(begin)}')
        position = self._spaces(found.end())
        if not self.source.startswith("=", position):
            if (tag, name) == ("blockquote", "expandable"):
                return name, "1", position
            raise _cannot(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {self._at(begin)}"
            )
        position = self._spaces(position + 1)
        if position >= len(self.source):
            raise _cannot(f'Unclosed start tag "{tag}" at byte offset {self._at(begin)}')
        quote = self.source[position]
        if quote in "'\"":
            value, position = self._quoted(quote, position + 1)
            return name, value, position
        token = _NAME_TOKEN.match(self.source, position)
        assert token
        after = self.source[token.end() : token.end() + 1]
        if not after.isspace() and after != ">":
            raise _cannot(f"Unexpected end of name token at byte offset {self._at(position)}")
        return name, token.group().lower(), token.end()

    def _quoted(self, quote: str, position: int) -> tuple[str, int]:
        value = ""
        while position < len(self.source) and self.source[position] != quote:
            text, consumed = self.source[position], 1
            if text == "&":
                text, consumed = _reference(self.source, position)
            value += text
            position += consumed
        return value, position + 1

    def _close(self) -> None:
        begin = self.position
        if not self.nested:
            raise _cannot(f"Unexpected end tag at byte offset {self._at(begin)}")
        found = _END_TAG.match(self.source, begin)
        assert found
        if not found.group(2):
            raise _cannot(f"Unclosed end tag at byte offset {self._at(begin)}")
        name, top = found.group(1).lower(), self.nested.pop()
        if name and name != top.tag:
            raise _cannot(
                f'Unmatched end tag at byte offset {self._at(begin)}, expected "</{top.tag}>", found "</{name}>"'
            )
        self.position = found.end()
        if self.offset > top.offset:
            self._finish(top)

    def _finish(self, top: _Open) -> None:
        offset, length = top.offset, self.offset - top.offset
        if top.tag in _STYLES:
            self.entities.append(Entity(type=_STYLES[top.tag], offset=offset, length=length))
        elif top.tag == "a":
            self.entities += link_entity(top.argument or self.plain[top.begin :], offset, length)
        elif top.tag == "blockquote":
            kind = "expandable_blockquote" if top.argument else "blockquote"
            self.entities.append(Entity(type=kind, offset=offset, length=length))
        elif top.tag == "tg-emoji":
            if not top.argument.isdigit() or int(top.argument) == 0:
                raise _cannot("Invalid custom emoji identifier specified")
            emoji = Entity(type="custom_emoji", offset=offset, length=length, custom_emoji_id=top.argument)
            self.entities.append(emoji)
        else:
            self._code(top, offset, length)

    def _code(self, top: _Open, offset: int, length: int) -> None:
        last = self.entities[-1] if self.entities else None
        language = top.argument or None
        inner = last and last.type in {"code", "pre"} and (last.offset, last.length) == (offset, length)
        if last and inner and last.type != top.tag:
            self.entities.pop()
            language = language or last.language
            self.entities.append(Entity(type="pre", offset=offset, length=length, language=language))
        else:
            self.entities.append(Entity(type=top.tag, offset=offset, length=length, language=language))


def link_entity(url: str, offset: int, length: int) -> list[Entity]:
    """No entity at all for an address that is no link: the real server drops it without a word."""
    user_id = mentioned_user(url)
    if user_id is not None:
        return [Entity(type="text_mention", offset=offset, length=length, user_id=user_id)]
    try:
        return [Entity(type="text_link", offset=offset, length=length, url=checked_link(url).url)]
    except LinkError:
        return []


def _argument(tag: str, name: str, value: str) -> str:
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value.removeprefix("language-")
    if tag == "span" and name == "class" and value.startswith("tg-"):
        return value.removeprefix("tg-")
    wanted = {"a": "href", "tg-emoji": "emoji-id", "blockquote": "expandable"}
    return value if wanted.get(tag) == name else ""


def _reference(text: str, position: int) -> tuple[str, int]:
    found = _REFERENCE.match(text, position)
    if not found:
        return "&", 1
    hexadecimal, decimal, name = found.groups()
    if name:
        return (_NAMED[name], len(found.group())) if name in _NAMED else ("&", 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF or len(found.group().rstrip(";")) >= 10:
        return "&", 1
    if 0xD800 <= code <= 0xDFFF:
        raise _cannot(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), len(found.group())


def _cannot(reason: str) -> RefusedError:
    return bad_request(f"can't parse entities: {reason}")
