"""Bars, and shares of a whole, as pictures for a telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.kit.canvas import INNER, MARGIN, NORMAL, WIDTH, Canvas, measured, wrapped
from bot.kit.charts_frame import (
    MOST_COLOURS,
    NO_VALUE,
    Frame,
    closed,
    finite,
    in_figures,
    label_of,
    left_out,
    legend,
    nothing,
    opened,
    said,
    seen,
)
from bot.kit.progress import share
from core.chat.codec import record
from core.chat.phrases import Language, Text, phrase

MOST_BARS = 12
"""More would be too small to read where a messenger scales a high picture down."""

_BAR = 30
_RADIUS = 8


@record
@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its label; None where there is no value, which is not 0.

    `shown` is what stands at its end instead of the number. `strong` bars stand out from the others.
    """

    label: Text
    value: float | None
    shown: Text | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """How much of a whole belongs to each of the parts."""

    label: Text
    counts: Sequence[int]


def bar_chart(language: Language, frame: Frame, bars: Sequence[Bar]) -> bytes:
    """Horizontal bars under their labels, as a PNG; those beyond `MOST_BARS` are counted, not drawn.

    Raises ValueError for a value that is no finite number.
    """
    shown = bars[:MOST_BARS]
    values = finite(bar.value for bar in bars)
    least, most = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    ends = [said(language, _end(bar)) for bar in shown]
    width = INNER - max((measured(end, NORMAL, bold=True) for end in ends), default=0) - 24
    scale = width / (most - least) if most > least else 0
    with_strong = any(bar.strong for bar in shown)
    canvas = opened(language, frame)
    ink, accent, calm = canvas.palette.ink, canvas.palette.accent, canvas.palette.calm
    if not bars:
        nothing(canvas, language)
    for number, (bar, end) in enumerate(zip(shown, ends, strict=True), 1):
        canvas.lines(label_of(language, bar.label, number), NORMAL, most=2, color=ink, bold=bar.strong)
        canvas.y += 4
        canvas.box(MARGIN, canvas.y, width, _BAR, canvas.palette.track, radius=_RADIUS)
        value = bar.value or 0
        start = MARGIN + (min(value, 0) - least) * scale
        color = accent if bar.strong or not with_strong else calm
        canvas.box(start, canvas.y, seen(abs(value) * scale, value), _BAR, color, radius=_RADIUS)
        canvas.text(WIDTH - MARGIN, canvas.y - 3, end, NORMAL, color=ink, bold=True, align="right")
        canvas.y += _BAR + 22
    left_out(canvas, language, len(bars) - len(shown))
    return closed(canvas, language, frame)


def share_chart(language: Language, frame: Frame, parts: Sequence[Text], wholes: Sequence[Whole]) -> bytes:
    """What each whole is made of, as a PNG: one bar in colours for each, and what the colours mean.

    With a single whole each part is told with its count. Raises ValueError for counts that are negative or not as many
    as parts, and for too many parts.
    """
    if len(parts) > MOST_COLOURS or any(len(one.counts) != len(parts) or min(one.counts) < 0 for one in wholes):
        raise ValueError("each whole has a count for each part, and there are not too many parts")
    canvas = opened(language, frame)
    names = [label_of(language, name, number) for number, name in enumerate(parts, 1)]
    if not wholes:
        nothing(canvas, language)
    elif len(wholes) > 1:
        legend(canvas, names)
    for one in wholes[:MOST_BARS]:
        total = said(language, phrase("{n}", n=sum(one.counts)))
        room = INNER - measured(total, NORMAL, bold=True) - 24
        lines = wrapped(language.say(one.label), NORMAL, room, 2)
        if lines or len(wholes) > 1:
            canvas.text(WIDTH - MARGIN, canvas.y, total, NORMAL, color=canvas.palette.ink, bold=True, align="right")
            canvas.lines(" ".join(lines) or NO_VALUE, NORMAL, most=2, color=canvas.palette.ink, width=room)
            canvas.y += 4
        _stack(canvas, one.counts)
        canvas.y += _BAR + 24
    if len(wholes) == 1:
        _counted(canvas, language, names, wholes[0].counts)
    left_out(canvas, language, len(wholes) - MOST_BARS)
    return closed(canvas, language, frame)


def _stack(canvas: Canvas, counts: Sequence[int]) -> None:
    """A whole in its parts, each of which can be seen."""
    total = sum(counts)
    canvas.box(MARGIN, canvas.y, INNER, _BAR, canvas.palette.track, radius=_RADIUS)
    least = 6.0
    spare = INNER - least * sum(count > 0 for count in counts)
    x = float(MARGIN)
    for count, color in zip(counts, canvas.palette.series, strict=False):
        if count:
            width = least + spare * count / total
            canvas.box(x, canvas.y, width - 2 if x + width < WIDTH - MARGIN - 1 else width, _BAR, color, radius=4)
            x += width


def _counted(canvas: Canvas, language: Language, names: Sequence[str], counts: Sequence[int]) -> None:
    """What the colours mean, each with its count and share."""
    for name, count, color in zip(names, counts, canvas.palette.series, strict=False):
        told = said(language, phrase("{n} · {share}", n=count, share=share(count, sum(counts))))
        room = INNER - 48 - measured(told, NORMAL, bold=True) - 24
        canvas.box(MARGIN, canvas.y + 6, 26, 26, color, radius=6)
        canvas.text(WIDTH - MARGIN, canvas.y, told, NORMAL, color=canvas.palette.ink, bold=True, align="right")
        for line in wrapped(name, NORMAL, room, 2):
            canvas.text(MARGIN + 42, canvas.y, line, NORMAL, color=canvas.palette.ink)
            canvas.y += NORMAL * 1.28
        canvas.y += 10


def _end(bar: Bar) -> Text:
    if bar.value is None:
        return NO_VALUE
    return in_figures(bar.value) if bar.shown is None else bar.shown
