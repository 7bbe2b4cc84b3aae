"""Which department is to be part of which, as the rows of the people file say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from core.alike import as_read
from core.chat.phrases import Listing, phrase
from core.people.person import Department
from core.people.roster import Roster, circles
from core.people.roster_header import RowFault


@dataclass(slots=True)
class Tree:
    """The departments by their keys: what each is to be part of (None for nothing), where a file says it.

    `names` has what new ones are to be called; `faults` what the file says in vain.
    """

    parents: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)


@lru_cache(maxsize=4096)
def department_key(name: str) -> str:
    """What two spellings of one department's name share."""
    return as_read(name)


def plan_tree(roster: Roster, departments: Iterable[Department]) -> Tree:
    """What a file says of the departments: with the column each that it names has the parent of one of its rows."""
    tree = Tree()
    if not {"department", "parent_department"} <= roster.columns:
        return tree
    known = {one.id: department_key(one.name) for one in departments}
    before = {department_key(one.name): known.get(one.parent_id or 0) for one in departments}
    stated: dict[str, int] = {}
    for row in roster.rows:
        key = None if row.department is None else department_key(row.department)
        parent = None if row.parent_department is None else department_key(row.parent_department)
        if key is not None:
            tree.parents.setdefault(key, None)
        if parent is None:
            continue
        if key is None:
            reason = phrase("The row has no department that could be a part of this one")
        elif stated.get(key) is not None and tree.parents[key] != parent:
            reason = phrase("Row {row} makes this department a part of another one", row=str(stated[key]))
        else:
            stated.setdefault(key, row.row)
            tree.parents[key] = parent
            tree.names.setdefault(parent, str(row.parent_department))
            continue
        tree.faults.append(RowFault(row.row, "parent_department", reason))
    _open_circles(tree, before, stated)
    return tree


def _open_circles(tree: Tree, before: Mapping[str, str | None], stated: Mapping[str, int]) -> None:
    """Departments that would contain themselves stay where they were."""
    for circle in circles({**before, **tree.parents}):
        names = Listing(tuple(circle[:5]))
        for key in circle:
            if key in stated:
                reason = phrase(
                    "These departments are parts of each other in a circle: {departments}", departments=names
                )
                tree.faults.append(RowFault(stated[key], "parent_department", reason))
            tree.parents[key] = before.get(key)
