"""What all charts have in common: the frame around them, their texts, and numbers that can be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.kit.canvas import DARK, INNER, LIGHT, MARGIN, NORMAL, SMALL, TITLE, WIDTH, Canvas, measured, wrapped
from bot.kit.fonts import drawable
from core.chat.codec import record
from core.chat.phrases import Language, Text, phrase, plural

MOST_COLOURS = 6
NO_VALUE = "—"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a chart: `about` under the title, `note` at the end, such as the time of the figures."""

    title: Text
    about: Text | None = None
    note: Text | None = None
    dark: bool = False


def opened(language: Language, frame: Frame) -> Canvas:
    """A canvas under its title."""
    canvas = Canvas(DARK if frame.dark else LIGHT)
    canvas.lines(language.say(frame.title), TITLE, most=3, color=canvas.palette.ink, bold=True)
    if frame.about is not None:
        canvas.lines(language.say(frame.about), SMALL, most=3, color=canvas.palette.faint)
    canvas.y += 20
    return canvas


def closed(canvas: Canvas, language: Language, frame: Frame) -> bytes:
    """The picture, with the note at its end."""
    if frame.note is not None:
        canvas.y += 6
        canvas.lines(language.say(frame.note), SMALL, most=3, color=canvas.palette.faint)
    return canvas.png()


def nothing(canvas: Canvas, language: Language) -> None:
    """Says that there is nothing to draw."""
    canvas.lines(language.say(phrase("There is nothing to show yet.")), NORMAL, most=1, color=canvas.palette.faint)


def left_out(canvas: Canvas, language: Language, count: int) -> None:
    """Says how many there are beyond those that are drawn."""
    if count > 0:
        told = plural("… and {n} more, not shown here", "… and {n} more, not shown here", n=count)
        canvas.lines(language.say(told), SMALL, most=1, color=canvas.palette.faint)


def legend(canvas: Canvas, names: Sequence[str]) -> None:
    """What the colours mean, side by side."""
    x = float(MARGIN)
    for name, color in zip(names, canvas.palette.series, strict=False):
        text = next(iter(wrapped(name, SMALL, INNER - 36, 1)), "")
        width = 36 + measured(text, SMALL)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, canvas.y = float(MARGIN), canvas.y + SMALL * 1.5
        canvas.box(x, canvas.y + 4, 22, 22, color, radius=5)
        canvas.text(x + 34, canvas.y, text, SMALL, color=canvas.palette.ink)
        x += width + 30
    canvas.y += SMALL * 2


def seen(length: float, value: float) -> float:
    """A length that can be seen, unless it is that of nothing."""
    return max(length, 4.0) if value else 0.0


def finite(values: Iterable[float | None]) -> list[float]:
    """The values that there are. Raises ValueError for one that is infinite or no number."""
    known = [float(value) for value in values if value is not None]
    if not all(map(math.isfinite, known)):
        raise ValueError("a chart shows finite numbers")
    return known


def in_figures(value: float) -> Text:
    """A number with at most two digits after the point."""
    rounded = round(value, 2)
    return phrase("{n}", n=int(rounded) if float(rounded).is_integer() else rounded)


def said(language: Language, text: Text) -> str:
    """A text as the font can show it."""
    return drawable(language.say(text))


def label_of(language: Language, text: Text, number: int) -> str:
    """A label; its number where the font can show nothing of it, such as one of an emoji alone."""
    return said(language, text) or f"№ {number}"
