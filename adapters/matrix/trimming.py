"""A line of HTML as its reader sees it: white space at its ends and breaks is none, and a bare address is text."""

from __future__ import annotations

from dataclasses import replace

from core.chat.addresses import shown
from core.chat.spans import Piece


def trimmed(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a line, neighbours of one style joined, without white space around it and at ends of lines."""
    joined: list[Piece] = []
    for piece in map(_linked, pieces):
        if joined and _alike(joined[-1], piece):
            joined[-1] = replace(piece, text=words_of(joined[-1]) + words_of(piece))
        else:
            joined.append(piece)
    while joined and not words_of(joined[0]).strip():
        del joined[0]
    while joined and not words_of(joined[-1]).strip():
        del joined[-1]
    for position, piece in enumerate(joined):
        if isinstance(piece.text, str):
            text = piece.text.lstrip() if position == 0 else piece.text
            text = text.rstrip() if position == len(joined) - 1 else text
            joined[position] = replace(piece, text=text.replace(" \n", "\n"))
    return joined


def _alike(one: Piece, other: Piece) -> bool:
    texts = isinstance(one.text, str) and isinstance(other.text, str)
    return texts and (one.styles, one.url) == (other.styles, other.url)


def _linked(piece: Piece) -> Piece:
    """The piece; a link that only repeats its address is text, for messengers find those by themselves."""
    said, url = words_of(piece).strip().rstrip("/"), piece.url.rstrip("/")
    own = bool(url) and said in (url, url.partition("://")[2], shown(url))
    return replace(piece, url="") if own else piece


def words_of(piece: Piece) -> str:
    """The text of a piece; of a picture what stands for it."""
    return piece.text if isinstance(piece.text, str) else piece.text.text
