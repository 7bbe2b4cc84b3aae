"""A picture that is laid out from the top down in pixels, with texts that are measured, wrapped and cut.

It is the one module that knows matplotlib, which is imported with the first picture (half a second) and never at
start-up. No pyplot and no settings of the process are used, so that pictures may be drawn in several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Literal

from bot.kit.fonts import drawable, font_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font

WIDTH = 960
MARGIN = 40
INNER = WIDTH - 2 * MARGIN
TITLE, NORMAL, SMALL = 38, 29, 24
"""Sizes of the letters in pixels: a telephone shows the picture at less than half its width."""

_DPI = 72
"""At it a point is a pixel."""
_LINE = 1.28
_ASCENT = 0.93
_LONGEST_TEXT = 400
_measuring = Lock()

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a picture. `series` can also be told apart by who does not see red or green."""

    ground: str
    ink: str
    faint: str
    track: str
    accent: str
    calm: str
    series: tuple[str, ...]


LIGHT = Palette(
    ground="#ffffff",
    ink="#1c2733",
    faint="#5c6b7a",
    track="#e9edf2",
    accent="#2f6fde",
    calm="#a9c4f2",
    series=("#2f6fde", "#e08a1e", "#2b9a77", "#8a55c7", "#c94f4f", "#7d8b99"),
)
DARK = Palette(
    ground="#17212b",
    ink="#f2f5f8",
    faint="#a3b2c0",
    track="#2a3847",
    accent="#5b9cf5",
    calm="#3c6394",
    series=("#5b9cf5", "#f0a848", "#4cc29a", "#b48be6", "#ec7c7c", "#93a3b3"),
)


class Canvas:
    """Collects what is to be drawn; `y` is how far down it has come."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.y: float = MARGIN
        self._parts: list[Callable[[Figure, float], None]] = []

    def lines(self, text: str, size: int, *, most: int, color: str, bold: bool = False, width: float = INNER) -> None:
        """A text at the left, in at most so many lines, and goes on below it."""
        for line in wrapped(text, size, width, most, bold=bold):
            self.text(MARGIN, self.y, line, size, color=color, bold=bold)
            self.y += size * _LINE

    def text(
        self, x: float, y: float, text: str, size: int, *, color: str, bold: bool = False, align: Align = "left"
    ) -> None:
        """One line, whose top is at `y`."""

        def draw(figure: Figure, height: float) -> None:
            from matplotlib.text import Text
            from matplotlib.transforms import IdentityTransform

            placed = Text(
                x,
                height - y - size * _ASCENT,
                text,
                color=color,
                fontproperties=_properties(size, bold),
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,
            )
            placed.set_transform(IdentityTransform())
            figure.add_artist(placed)

        self._parts.append(draw)

    def box(self, x: float, y: float, width: float, height: float, color: str, *, radius: float = 0) -> None:
        """A filled rectangle, whose top left corner is at `x` and `y`."""

        def draw(figure: Figure, whole: float) -> None:
            from matplotlib.patches import BoxStyle, FancyBboxPatch
            from matplotlib.transforms import IdentityTransform

            round_by = min(radius, width / 2, height / 2)
            style = BoxStyle.Round(pad=0, rounding_size=round_by) if round_by > 0 else BoxStyle.Square(pad=0)
            patch = FancyBboxPatch((x, whole - y - height), width, height, boxstyle=style, facecolor=color, linewidth=0)
            patch.set_transform(IdentityTransform())
            figure.add_artist(patch)

        self._parts.append(draw)

    def png(self) -> bytes:
        """The picture, as high as what it shows."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        height = round(self.y + MARGIN)
        figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=self.palette.ground)
        for draw in self._parts:
            draw(figure, height)
        buffer = BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="png", dpi=_DPI)
        return buffer.getvalue()


def wrapped(text: str, size: int, width: float, most: int, *, bold: bool = False) -> list[str]:
    """A text in at most `most` lines that are not wider than `width`; what does not fit is replaced by dots."""
    words = drawable(text[:_LONGEST_TEXT]).split()
    lines: list[str] = []
    while words and len(lines) < most:
        line = words.pop(0)
        while words and measured(f"{line} {words[0]}", size, bold=bold) <= width:
            line = f"{line} {words.pop(0)}"
        if measured(line, size, bold=bold) > width:  # one word
            fits = next(end for end in range(len(line), 0, -1) if end == 1 or _width(line[:end], size, bold) <= width)
            words.insert(0, line[fits:]) if fits < len(line) else None
            line = line[:fits]
        lines.append(line)
    if words or len(text) > _LONGEST_TEXT:
        last = lines[-1]
        while last and measured(f"{last}…", size, bold=bold) > width:
            last = last[:-1]
        lines[-1] = f"{last.rstrip()}…"
    return lines


def measured(text: str, size: int, *, bold: bool = False) -> float:
    """How wide a drawable text is, in pixels."""
    return _width(text, size, bold)


@lru_cache(maxsize=4096)
def _width(text: str, size: int, bold: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    font = _font(bold)
    with _measuring:
        font.set_size(size, _DPI)
        font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
        return float(font.get_width_height()[0]) / 64


@cache
def _font(bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    return FT2Font(str(font_file(bold=bold)))


@lru_cache(maxsize=32)
def _properties(size: int, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=font_file(bold=bold), size=size)
