"""The list of what was held."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.quiet.actions import ShowAllHeld, ShowHeld
from bot.talk.menu import TO_MENU
from core.chat.blocks import Block, Bullets, Facts, Heading, Line, Paragraph, Phone, Preformatted, Quote
from core.chat.phrases import Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, screen
from core.chat.spans import Leaf, texts_of
from core.copies import Held

SHOWN = 10
"""Messages named in one list; the later ones move up when these were shown."""
_IN_LIST, _ON_BUTTON = 100, 32


def held_screen(held: Sequence[Held]) -> Screen:
    """What is held, each with a button that shows it."""
    if not held:
        return screen(phrase("🌙 Quiet hours"), phrase("Nothing is held for you."), rows=(TO_MENU,))
    named = [(one.delivery_id, title_of(one.content)) for one in held[:SHOWN]]
    rows: list[Row] = [
        (Button(phrase("Show: {title}", title=_shortened(title, _ON_BUTTON)), ShowHeld(delivery)),)
        for delivery, title in named
    ]
    if len(held) > 1:
        rows.append((Button(phrase("Show all"), ShowAllHeld()),))
    count = _count(len(held), {(one.gathered, one.away) for one in held})
    titles = Bullets(tuple((_shortened(title, _IN_LIST),) for _, title in named))
    rest = len(held) - len(named)
    more = (plural("And {n} more.", "And {n} more.", n=rest),) if rest else ()
    return screen(count, titles, *more, rows=(*rows, TO_MENU))


def _count(n: int, why: set[tuple[bool, bool]]) -> Phrase:
    """How many there are, and why they are held: gathered, or since one was away."""
    if why == {(False, True)}:
        return plural("👋 While you were away: {n} message", "👋 While you were away: {n} messages", n=n)
    if why == {(True, False)}:
        return plural("🗞 Gathered for you: {n} message", "🗞 Gathered for you: {n} messages", n=n)
    if why == {(False, False)}:
        return plural("🌙 While it was quiet: {n} message", "🌙 While it was quiet: {n} messages", n=n)
    return plural("🌙 Held for you: {n} message", "🌙 Held for you: {n} messages", n=n)


def title_of(content: Screen) -> Text:
    """What a message is about: its heading, else its first words."""
    for block in content.blocks:
        if isinstance(block, Heading):
            return block.text
    for block in content.blocks:
        for text in _texts(block):
            if not isinstance(text, str) or any(char.isalnum() for char in text):
                return text
    return content.attachments[0].name if content.attachments else phrase("A message without text")


def _texts(block: Block) -> list[Text]:
    match block:
        case Paragraph(line) | Quote(line):
            return _said(line)
        case Bullets(items):
            return [text for item in items for text in _said(item)]
        case Facts(rows):
            return [text for _, line in rows for text in _said(line)]
        case Preformatted(text):
            return [text]
    return []


def _said(line: Line) -> list[Text]:
    return [_words(span) for span in texts_of(line)]


def _words(leaf: Leaf) -> Text:
    if isinstance(leaf, str | Phrase):
        return leaf
    return leaf.shown if isinstance(leaf, Phone) else leaf.text


def _shortened(title: Text, limit: int) -> Text:
    """The first line, not longer than that. A phrase is short by itself, and its length is not known here."""
    if not isinstance(title, str):
        return title
    line = title.strip().partition("\n")[0].rstrip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
