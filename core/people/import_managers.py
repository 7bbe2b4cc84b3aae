"""Managers whom the people file names instead of giving their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from core.alike import as_read


class Managers:
    """Finds ids by names. `people` are last name, first name, patronymic and id; the index is made when first asked."""

    def __init__(self, people: Iterable[tuple[str, str, str, str]]) -> None:
        self._people = people
        self._ids: defaultdict[str, set[str]] = defaultdict(set)

    def called(self, name: str) -> frozenset[str]:
        """The ids of all who are called so: with or without the patronymic, in either order, or with initials."""
        if not self._ids:
            for last, first, patronymic, id in self._people:
                for form in _forms(last, first, patronymic):
                    self._ids[_key(form)].add(id)
        return frozenset(self._ids.get(_key(name), ()))


def _key(name: str) -> str:
    return as_read(name.replace(".", " ").replace(",", " "))


def _forms(last: str, first: str, patronymic: str) -> set[str]:
    forms = {f"{last} {first}", f"{first} {last}", f"{last} {first[:1]}", f"{first[:1]} {last}"}
    if patronymic:
        initials = f"{first[:1]} {patronymic[:1]}"
        forms |= {f"{last} {first} {patronymic}", f"{first} {patronymic} {last}"}
        forms |= {f"{last} {initials}", f"{initials} {last}"}
    return forms
