"""Lists that are shown a page at a time: which page it is, what stands on it, and the buttons that turn it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.chat.actions import Action
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Button, Row, Sign

T = TypeVar("T")
K = TypeVar("K")


class Counted(Protocol):
    """A part of a list, which knows how long the whole list is."""

    @property
    def total(self) -> int:
        """How many items the whole list has."""


C = TypeVar("C", bound=Counted)


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list of `total` items, `size` to a page. `number` counts from 0, and the page is there."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages the list has, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many items stand on the pages before."""
        return self.number * self.size

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """What stands on this page, of all `items` of the list."""
        return items[self.offset : self.offset + self.size]

    def turns(self, to: Callable[[int], Action], *, newest_first: bool = False) -> tuple[Row, ...]:
        """The row that turns the pages, where there are several; `to` opens the page of a number."""
        row: Row = ()
        if self.number > 0:
            label = phrase("‹ Newer") if newest_first else phrase("‹ Previous")
            row = (Button(label, to(self.number - 1), Sign.EARLIER),)
        if self.number + 1 < self.count:
            label = phrase("Older ›") if newest_first else phrase("Next ›")
            row = (*row, Button(label, to(self.number + 1), Sign.LATER))
        return (row,) if row else ()

    def where(self) -> tuple[Phrase, ...]:
        """The paragraph that says which page this is, where there are several."""
        if self.count == 1:
            return ()
        return (phrase("Page {page} of {pages}", page=self.number + 1, pages=self.count),)


def page_at(asked: int, size: int, total: int) -> ListPage:
    """The page that was asked for; the last one for a page that is not there any more, the first for none at all."""
    last = max(1, -(-total // size)) - 1
    return ListPage(min(max(0, asked), last), size, total)


def page_from(ask: Callable[[int, int], C], asked: int, size: int) -> tuple[C, ListPage]:
    """A page of a list that is too long to read whole: `ask` reads a part by offset and limit.

    It is asked a second time only when the page is not there any more.
    """
    wanted = max(0, asked)
    part = ask(wanted * size, size)
    page = page_at(wanted, size, part.total)
    return (part, page) if page.number == wanted else (ask(page.offset, size), page)


def filter_rows(
    options: Sequence[tuple[K, Text]], current: K, to: Callable[[K], Action], *, in_row: int = 3
) -> tuple[Row, ...]:
    """Buttons that show another part of a list, the `current` one marked; none where there is nothing to choose."""
    if len(options) < 2:
        return ()
    buttons = tuple(
        Button(phrase("{mark} {label}", mark="•", label=label) if value == current else label, to(value))
        for value, label in options
    )
    return tuple(buttons[start : start + in_row] for start in range(0, len(buttons), in_row))
