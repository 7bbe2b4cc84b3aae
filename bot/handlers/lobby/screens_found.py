"""What a search found, and what it says when it found nothing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.kit.lists import page_at
from bot.talk.finding import Hit, OpenFound
from bot.talk.menu import TO_MENU, OpenMenu, back_row
from bot.talk.smalltalk import Kind
from core.chat.blocks import Block, Bold, Bullets, Line
from core.chat.phrases import Command, Listing, Phrase, phrase, plural
from core.chat.screens import Button, Row, Screen, screen

PAGE = 8
_ECHOED = 60


def found_screen(text: str, hits: Sequence[Hit], page: int, *, more: bool) -> Screen:
    """A page of what was found; without `more` pages cannot be turned, because the text fits on no button."""
    here = page_at(page, PAGE, len(hits))
    shown = here.of(hits)
    rows = tuple((Button(hit.title, hit.action),) for hit in shown)
    turn = here.turns(lambda number: OpenFound(number, text)) if more else ()
    blocks: list[Block | Phrase] = [plural("{n} match", "{n} matches", n=len(hits))]
    lines: tuple[Line, ...] = tuple((Bold(hit.title), f" — {hit.snippet}") for hit in shown if hit.snippet)
    if lines:
        blocks.append(Bullets(lines))
    blocks += here.where() if more else ()
    if not more and len(hits) > PAGE:
        blocks.append(phrase("These are the likeliest. Write fewer words to see all of them."))
    title = phrase("Found: {text}", text=_shortened(text))
    return screen(title, *blocks, rows=(*rows, *turn, back_row(OpenMenu())))


def all_found_row(text: str, count: int) -> Row:
    """The way from what was meant to all that was found."""
    return (Button(phrase("🔎 All that was found · {n}", n=count), OpenFound(0, text)),)


def nothing_screen(text: str, places: Sequence[Phrase]) -> Screen:
    """A search found nothing: where it looked, and what else one can do."""
    return screen(
        None,
        phrase(
            "I looked for “{text}” and found nothing. Where I looked: {places}.",
            text=_shortened(text),
            places=Listing(tuple(places)),
        ),
        phrase("Write it another way, or a surname alone. What else I can do is in {help}.", help=Command("help")),
        rows=(TO_MENU,),
    )


def talked_screen(kind: Kind) -> Screen:
    """The answer to what is nothing to look for."""
    match kind:
        case Kind.GREETING:
            words = phrase("Hello! Write a name or a word to look for, or choose from the menu.")
        case Kind.THANKS:
            words = phrase("👌 If you need anything else, it is in the menu.")
        case Kind.ABOUT_ME:
            words = phrase(
                "I am the company’s bot: I find colleagues, show the news, tell you what concerns you. More: {help}.",
                help=Command("help"),
            )
        case Kind.QUESTION:
            words = phrase(
                "I do not understand whole questions. Write a name, or a word of what you look for. More: {help}.",
                help=Command("help"),
            )
    return screen(None, words, rows=(TO_MENU,))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _ECHOED else f"{line[: _ECHOED - 1]}…"
