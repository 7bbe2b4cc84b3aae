"""Pictures are measured: how long the bars are, that nothing runs over an edge, and what becomes of hostile texts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.kit.canvas import DARK, LIGHT, NORMAL, WIDTH, Palette, measured, wrapped
from bot.kit.charts import MOST_BARS, Bar, Whole, bar_chart, share_chart
from bot.kit.charts_columns import Series, column_chart
from bot.kit.charts_frame import Frame
from bot.kit.fonts import drawable
from bot.talk.language import Languages

RU, EN = Languages("ru")("ru"), Languages("en")("en")
HIGHEST = 1700
"""A messenger shows at most 1280 pixels: two thirds of this width can still be read."""
TEXTS = st.text(max_size=80) | st.sampled_from(
    ["🎉", "日本語", "W" * 300, "$x^2$ \\frac{1}{2}", "a\nb", "\u202eevil", ""]
)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def runs(picture: Image.Image, color: str, *, upright: bool = False) -> list[int]:
    """How wide each area of a colour is, from the top down; with `upright` how high, from left to right."""
    spots = np.all(np.asarray(picture) == ImageColor.getrgb(color), axis=2).sum(axis=0 if upright else 1)
    widths: list[int] = []
    for before, now in pairwise((0, *map(int, spots))):
        if now and not before:
            widths.append(0)
        if now:
            widths[-1] = max(widths[-1], now)
    return widths


def stands_within(picture: Image.Image, palette: Palette, edge: int = 24) -> None:
    """AssertionError when something is drawn near an edge."""
    ground = ImageColor.getrgb(palette.ground)
    assert picture.width == WIDTH
    for box in ((0, 0, edge, picture.height), (WIDTH - edge, 0, WIDTH, picture.height), (0, 0, WIDTH, edge)):
        assert picture.crop(box).getcolors() == [((box[2] - box[0]) * (box[3] - box[1]), ground)]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_bars_are_as_long_as_their_values(palette: Palette) -> None:
    frame = Frame(title="Обед", dark=palette is DARK)
    picture = opened(bar_chart(RU, frame, [Bar("Плов", 40), Bar("Суши", 20), Bar("Салат", 0), Bar("Суп", None)]))
    long, half = runs(picture, palette.accent)
    assert long / half == pytest.approx(2, abs=0.02)
    assert len(runs(picture, palette.track)) == 3, "those that are not full show how much is missing"
    stands_within(picture, palette)


def test_the_first_of_a_poll_stands_out() -> None:
    picture = opened(bar_chart(RU, Frame(title="x"), [Bar("a", 2, strong=True), Bar("b", 1), Bar("c", 1)]))
    assert len(runs(picture, LIGHT.accent)) == 1
    assert len(runs(picture, LIGHT.calm)) == 2


def test_what_is_below_zero_goes_the_other_way() -> None:
    picture = opened(bar_chart(EN, Frame(title="eNPS"), [Bar("Sales", 30), Bar("Support", -60)]))
    up, down = runs(picture, LIGHT.accent)
    assert down / up == pytest.approx(2, abs=0.02)


def test_more_bars_than_can_be_read_are_counted() -> None:
    few = opened(bar_chart(EN, Frame(title="x"), [Bar(f"Line {n}", n) for n in range(MOST_BARS)]))
    many = opened(bar_chart(EN, Frame(title="x"), [Bar(f"Line {n}", n) for n in range(400)]))
    assert few.height < many.height < few.height + 60


def test_columns_are_as_high_as_their_values() -> None:
    picture = opened(column_chart(RU, Frame(title="Calls"), ["9", "10", "11"], [Series("", [20, 10, None])]))
    high, low = runs(picture, LIGHT.series[0], upright=True)
    assert high / low == pytest.approx(2, abs=0.05)
    stands_within(picture, LIGHT)


def test_a_stack_is_as_high_as_all_of_it() -> None:
    series = [Series("Answered", [0, 20, 10]), Series("Missed", [0, 10, 20])]
    picture = opened(column_chart(EN, Frame(title="Calls"), ["9", "10", "11"], series, stacked=True))
    answered, missed = (runs(picture, color, upright=True)[1:] for color in LIGHT.series[:2])  # the first is the legend
    assert answered[0] / answered[1] == pytest.approx(2, abs=0.05)
    assert sum(answered) == pytest.approx(sum(missed), abs=8)
    stands_within(picture, LIGHT)


def test_numbers_that_are_none_are_refused() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            bar_chart(EN, Frame(title="x"), [Bar("a", value)])
        with pytest.raises(ValueError, match="finite"):
            column_chart(EN, Frame(title="x"), ["a"], [Series("s", [value])])
    with pytest.raises(ValueError, match="value of each series"):
        column_chart(EN, Frame(title="x"), ["a"], [Series("s", [1, 2])])
    with pytest.raises(ValueError, match="not negative"):
        column_chart(EN, Frame(title="x"), ["a"], [Series("s", [-1]), Series("t", [1])], stacked=True)
    with pytest.raises(ValueError, match="count for each part"):
        share_chart(EN, Frame(title="x"), ["a"], [Whole("w", [1, 2])])


def test_every_part_of_a_whole_can_be_seen() -> None:
    picture = opened(share_chart(RU, Frame(title="x"), ["a", "b", "c"], [Whole("", [1_000_000, 1, 0])]))
    first, second, third = LIGHT.series[:3]
    assert runs(picture, first)[0] > 800
    assert runs(picture, second)[0] >= 4
    assert len(runs(picture, third)) == 1, "only what the colour means"


DRAW: list[Callable[[str, str], bytes]] = [
    lambda title, label: bar_chart(RU, Frame(title=title, about=label, note=title), [Bar(label, 1, shown=title[:9])]),
    lambda title, label: column_chart(EN, Frame(title=title), [label, title], [Series(label, [1, 0])] * 3),
    lambda title, label: share_chart(RU, Frame(title=title, dark=True), [label] * 4, [Whole(label, [1, 2, 3, 0])] * 3),
    lambda title, label: share_chart(RU, Frame(title=title), [label] * 4, [Whole(label, [0, 0, 0, 0])]),
    lambda title, label: bar_chart(EN, Frame(title=title), []),
    lambda title, label: column_chart(EN, Frame(title=title, about=label), [], []),
]


@settings(max_examples=15)
@given(TEXTS, TEXTS, st.sampled_from(DRAW))
def test_no_text_breaks_a_picture(title: str, label: str, draw: Callable[[str, str], bytes]) -> None:
    picture = opened(draw(title, label))
    assert picture.height <= HIGHEST
    palette = DARK if picture.getpixel((0, 0)) == ImageColor.getrgb(DARK.ground) else LIGHT
    stands_within(picture, palette)


@settings(max_examples=50)
@given(st.text(max_size=200), st.integers(1, 4), st.booleans())
def test_lines_fit_and_say_when_something_is_missing(text: str, most: int, bold: bool) -> None:
    lines = wrapped(text, NORMAL, 300, most, bold=bold)
    assert len(lines) <= most
    assert all(measured(line, NORMAL, bold=bold) <= 300 for line in lines)
    if not (lines and lines[-1].endswith("…")):
        assert "".join("".join(lines).split()) == "".join(drawable(text).split())


def test_what_the_font_does_not_have() -> None:
    assert drawable("🍕 Пицца 👨‍👩‍👧 «ё» №1 — ₽") == "Пицца «ё» №1 — ₽"
    assert drawable("日本 語!") == "□□ □!", "a word without its letters would be another one"
    assert drawable("a\x00b\u202ec\u200d") == "abc"
    assert drawable(" a\n\tb ") == "a b"


def test_start_up_imports_nothing_of_pictures_and_files() -> None:
    code = (
        "import bot.app, bot.rooms, bot.kit.charts, bot.kit.charts_columns, bot.kit.documents, bot.kit.sheets, sys\n"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'matplotlib', 'numpy', 'xlsxwriter', 'fpdf'})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_pictures_are_drawn_in_several_threads_at_once() -> None:
    def drawn(number: int) -> bytes:
        return bar_chart(RU, Frame(title=f"Опрос {number}"), [Bar(f"Ответ {n}" * (n + 1), n) for n in range(number)])

    alone = [drawn(number) for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(drawn, range(6))) == alone
