"""What many recipients get alike is made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_KEPT = 256


class Repeated(Generic[K, V]):
    """Makes something of an object, and gives the same again for the very same object while it is remembered."""

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make
        self._made: OrderedDict[int, tuple[K, V]] = OrderedDict()

    def __call__(self, of: K) -> V:
        known = self._made.get(id(of))
        if known is not None:
            return known[1]
        made = self._make(of)
        self._made[id(of)] = (of, made)  # the object is kept too, so that no other can have its id
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made
