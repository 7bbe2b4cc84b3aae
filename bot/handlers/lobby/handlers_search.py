"""/search, and any text that no room took: what all rooms find by it, as one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_found import all_found_row, found_screen, nothing_screen, talked_screen
from bot.talk.finding import ON_A_BUTTON, Hit, OpenFound, Source, find, find_by_source, in_order, sources
from bot.talk.request import Reply, Request, Toast
from bot.talk.sections import Section
from bot.talk.smalltalk import Kind, kind_of
from core.access import COLLEAGUE
from core.chat.events import Said
from core.chat.phrases import Command, phrase
from core.chat.screens import Screen, screen

_LIKELY = 0.6
"""Below it only a part of the text fits: good enough for who asked for a search, not for just any text."""
_SURE = 0.75
"""What a whole question finds must be more than a likeness of one of its words; people are asked for in sentences."""
_LETTER = 500
"""Characters of a text that nobody would look for. A client cuts a long one into many, which get one answer."""


@router.command(
    "search",
    right=COLLEAGUE,
    follows=True,
    section=Section.QUESTIONS,
    describe=phrase("Find anything: {search} words", search=Command("search")),
)
def search(request: Request, words: str) -> Reply:
    """`/search WORDS`."""
    if not words:
        return screen(None, phrase("Write what to look for, for example: {search} parking", search=Command("search")))
    return _answer(request, words, find_by_source(request, words))


def _has_words(request: Request, event: Said) -> bool:
    return any(map(str.isalnum, event.text))  # a sticker or a sign is no search


@router.hears(Said, right=COLLEAGUE, order=90, when=_has_words)
def free_text(request: Request, event: Said) -> Reply:
    """A text that nobody else took is a search, unless it is small talk, a question, or a whole letter."""
    kind = kind_of(event.text)
    if kind is not None and kind is not Kind.QUESTION:
        return talked_screen(kind)
    if len(event.text) > _LETTER:
        return Toast(
            phrase("This is too long to look for. Write a name or a few words."),
            once=f"letter:{event.messenger}:{event.chat}:{request.now:%Y%m%d%H%M}",
        )
    found = find_by_source(request, event.text, _LIKELY if kind is None else _SURE)
    return _answer(request, event.text, found) if found or kind is None else talked_screen(kind)


@router.action(OpenFound, right=COLLEAGUE)
def open_found(request: Request, action: OpenFound) -> Reply:
    """A page of what is found now."""
    hits = find(request, action.text)
    return found_screen(action.text, hits, action.page, more=True) if hits else _nothing(request, action.text)


def _answer(request: Request, text: str, found: Sequence[tuple[Source, Sequence[Hit]]]) -> Reply:
    if not found:
        return _nothing(request, text)
    hits = in_order(hits for _, hits in found)
    fits = len(text.encode()) <= ON_A_BUTTON
    meant = [hit for hit in hits if hit.meant]
    if len(meant) != 1:
        (source, _), *others = found
        return source.lists(request, text) if source.lists and not others else found_screen(text, hits, 0, more=fits)
    action = meant[0].alone if len(hits) == 1 and meant[0].alone else meant[0].action
    opened = request.house.actions[type(action)].handler(request, action)
    if fits and len(hits) > 1 and isinstance(opened, Screen):
        return replace(opened, rows=(*opened.rows, all_found_row(text, len(hits))))
    return opened


def _nothing(request: Request, text: str) -> Screen:
    return nothing_screen(text, [source.title for source in sources(request)])
