"""A list shows each of its items on one page, and a page that is gone leads to the last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.kit.lists import ListPage, filter_rows, page_at, page_from
from core.chat.actions import Action
from core.chat.phrases import Text, phrase
from core.chat.screens import Row, Sign

TOTALS = st.integers(0, 60)
SIZES = st.integers(1, 9)


@dataclass(frozen=True, slots=True)
class Turn(Action, code="test.turn"):
    """A page."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What a query answers."""

    items: range
    total: int


def query(total: int, asked: list[tuple[int, int]]) -> Callable[[int, int], Part]:
    def ask(offset: int, limit: int) -> Part:
        asked.append((offset, limit))
        return Part(range(total)[offset : offset + limit], total)

    return ask


def leads_to(rows: tuple[Row, ...]) -> dict[Sign | None, Action]:
    return {button.sign: button.does for row in rows for button in row if isinstance(button.does, Action)}


@given(TOTALS, SIZES)
def test_each_item_stands_on_one_page(total: int, size: int) -> None:
    items = range(total)
    first = page_at(0, size, total)
    pages = [page_at(number, size, total) for number in range(first.count)]
    assert [item for page in pages for item in page.of(items)] == list(items)
    assert all(page.of(items) for page in pages) or not total


@given(st.integers(-5, 100), TOTALS, SIZES)
def test_a_page_is_always_there(asked: int, total: int, size: int) -> None:
    page = page_at(asked, size, total)
    assert 0 <= page.number < page.count
    assert page.number == asked or not 0 <= asked < page.count


@given(TOTALS, SIZES)
def test_turning_comes_by_every_page_and_back(total: int, size: int) -> None:
    page = page_at(0, size, total)
    seen = [page.number]
    while isinstance(later := leads_to(page.turns(Turn)).get(Sign.LATER), Turn):
        page = page_at(later.page, size, total)
        assert leads_to(page.turns(Turn))[Sign.EARLIER] == Turn(seen[-1])
        seen.append(page.number)
    assert seen == list(range(page.count))


@given(st.integers(-5, 100), TOTALS, SIZES)
def test_a_query_is_asked_twice_only_for_a_page_that_is_gone(asked: int, total: int, size: int) -> None:
    calls: list[tuple[int, int]] = []
    part, page = page_from(query(total, calls), asked, size)
    assert page == page_at(asked, size, total)
    assert part.items == page.of(range(total))
    assert len(calls) == (1 if page.number == max(0, asked) else 2)


def test_a_short_list_says_nothing_of_pages() -> None:
    page = page_at(0, 5, 5)
    assert (page.turns(Turn), page.where()) == ((), ())


def test_a_list_says_which_page_it_shows() -> None:
    page = ListPage(1, 5, 11)
    assert page.where() == (phrase("Page {page} of {pages}", page=2, pages=3),)
    labels = [button.label for row in page.turns(Turn, newest_first=True) for button in row]
    assert labels == [phrase("‹ Newer"), phrase("Older ›")]


def test_a_filter_marks_what_is_shown() -> None:
    options: list[tuple[int, Text]] = [(0, phrase("All news")), (1, "Б"), (2, "В"), (3, "Г")]
    rows = filter_rows(options, 1, Turn)
    assert [len(row) for row in rows] == [3, 1]
    labels = [button.label for row in rows for button in row]
    assert labels == [phrase("All news"), phrase("{mark} {label}", mark="•", label="Б"), "В", "Г"]
    assert [button.does for row in rows for button in row] == [Turn(0), Turn(1), Turn(2), Turn(3)]
    assert filter_rows(options[:1], 0, Turn) == ()
