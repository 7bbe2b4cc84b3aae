"""Columns from left to right, such as days or hours, as a picture for a telephone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.kit.canvas import MARGIN, SMALL, WIDTH, Canvas, measured, wrapped
from bot.kit.charts_frame import (
    MOST_COLOURS,
    NO_VALUE,
    Frame,
    closed,
    finite,
    in_figures,
    label_of,
    legend,
    nothing,
    opened,
    said,
    seen,
)
from core.chat.phrases import Language, Text

MOST_COLUMNS = 400

_PLOT = 440
_TICKS = 5
_WIDEST = 120.0
_TINY = 19
_APART = 16


@dataclass(frozen=True, slots=True)
class Series:
    """A value for each column; None where there is none."""

    name: Text
    values: Sequence[float | None]


def column_chart(
    language: Language, frame: Frame, labels: Sequence[Text], series: Sequence[Series], *, stacked: bool = False
) -> bytes:
    """Columns from left to right, such as days or hours, as a PNG; several series beside or upon each other.

    Raises ValueError for values that are no finite numbers or not as many as labels, for too many columns or series,
    and for something negative in a stack.
    """
    values = finite(value for one in series for value in one.values)
    if (
        any(len(one.values) != len(labels) for one in series)
        or len(labels) > MOST_COLUMNS
        or len(series) > MOST_COLOURS
    ):
        raise ValueError("a chart has a value of each series for each label, and not too many of both")
    heights = _heights(series, len(labels)) if stacked else values
    if stacked and min(values, default=0) < 0:
        raise ValueError("a stack is made of what is not negative")
    ticks = _ticks(min(heights, default=0.0), max(heights, default=0.0), whole=all(map(float.is_integer, values)))
    canvas = opened(language, frame)
    if len(series) > 1:
        legend(canvas, [label_of(language, one.name, number) for number, one in enumerate(series, 1)])
    if not labels or not series:
        nothing(canvas, language)
        return closed(canvas, language, frame)
    plot = _Plot(canvas, language, ticks, len(labels))
    plot.grid()
    plot.columns(series, stacked=stacked)
    plot.labels([said(language, label) for label in labels])
    return closed(canvas, language, frame)


class _Plot:
    """The field of a column chart: where a value and a column lie."""

    def __init__(self, canvas: Canvas, language: Language, ticks: Sequence[float], count: int) -> None:
        self._canvas, self._language, self._ticks = canvas, language, ticks
        self._named = [said(language, in_figures(tick)) for tick in ticks]
        self._left = MARGIN + max(measured(name, SMALL) for name in self._named) + 14
        self._top = canvas.y + SMALL
        self._slot = (WIDTH - MARGIN - self._left) / count
        canvas.y = self._top + _PLOT + 12

    def _at(self, value: float) -> float:
        least, most = self._ticks[0], self._ticks[-1]
        return self._top + _PLOT * (most - value) / (most - least)

    def grid(self) -> None:
        """The lines of the ticks with their numbers."""
        for tick, name in zip(self._ticks, self._named, strict=True):
            y, base = self._at(tick), tick == 0
            color = self._canvas.palette.faint if base else self._canvas.palette.track
            self._canvas.box(self._left, y - 1, WIDTH - MARGIN - self._left, 2, color)
            faint = self._canvas.palette.faint
            self._canvas.text(self._left - 14, y - SMALL * 0.64, name, SMALL, color=faint, align="right")

    def columns(self, series: Sequence[Series], *, stacked: bool) -> None:
        """The columns; with their numbers where there is room for them."""
        side = 1 if stacked else len(series)
        group = min(self._slot - min(14.0, self._slot * 0.2), side * _WIDEST)
        gap = min(3.0, group / side * 0.1) if side > 1 else 0.0
        for number, one in enumerate(series):
            for place, value in enumerate(one.values):
                below = sum(before.values[place] or 0 for before in series[:number]) if stacked else 0
                left = self._middle(place) - group / 2 + (0 if stacked else number * group / side)
                self._column(left, group / side - gap, below, value, self._canvas.palette.series[number])
        if side == 1:
            self._numbers([_total(series, place) for place in range(len(series[0].values))])

    def _middle(self, place: int) -> float:
        return self._left + (place + 0.5) * self._slot

    def _column(self, left: float, width: float, below: float, value: float | None, color: str) -> None:
        if not value:
            return
        top, bottom = sorted((self._at(below), self._at(below + value)))
        self._canvas.box(left, top, width, seen(bottom - top, value), color, radius=min(4, width / 6))

    def _numbers(self, values: Sequence[float | None]) -> None:
        texts = [NO_VALUE if value is None else said(self._language, in_figures(value)) for value in values]
        if any(measured(text, SMALL) > self._slot - 4 for text in texts):
            return
        for place, (text, value) in enumerate(zip(texts, values, strict=True)):
            y = self._at(value or 0) + (6 if (value or 0) < 0 else -SMALL * 1.3)
            self._canvas.text(self._middle(place), y, text, SMALL, color=self._canvas.palette.ink, align="center")

    def labels(self, texts: Sequence[str]) -> None:
        """What the columns are: all of them where smaller letters make room, otherwise as many as stand apart."""
        cut = [next(iter(wrapped(text, SMALL, 240, 1)), "") for text in texts]
        size = next((size for size in (SMALL, _TINY) if self._step(cut, size) == 1), SMALL)
        passed = 0.0
        for place in range(0, len(cut), self._step(cut, size)):
            half = measured(cut[place], size) / 2
            middle = min(max(self._middle(place), MARGIN + half), WIDTH - MARGIN - half)
            if middle - half >= passed:
                faint = self._canvas.palette.faint
                self._canvas.text(middle, self._canvas.y, cut[place], size, color=faint, align="center")
                passed = middle + half + _APART / 2
        self._canvas.y += SMALL * 1.28

    def _step(self, texts: Sequence[str], size: int) -> int:
        """Each how many of them have room side by side."""
        widest = max((measured(text, size) for text in texts), default=0)
        return max(1, math.ceil((widest + _APART) / self._slot))


def _heights(series: Sequence[Series], count: int) -> list[float]:
    return [sum(one.values[place] or 0.0 for one in series) for place in range(count)]


def _total(series: Sequence[Series], place: int) -> float | None:
    values = [value for one in series if (value := one.values[place]) is not None]
    return sum(values) if values else None


def _ticks(least: float, most: float, *, whole: bool) -> list[float]:
    """Round numbers from below the least to above the most value, with 0 among them."""
    span = max(most, 0.0) - min(least, 0.0) or 1.0
    power = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next(power * factor for factor in (1, 2, 5, 10) if span <= power * factor * _TICKS)
    if whole:
        step = max(1.0, step)
    first, last = math.floor(min(least, 0.0) / step), math.ceil(max(most, 0.0) / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]
