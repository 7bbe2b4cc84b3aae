"""What is there twice, counted again only when people or departments have changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select, true

from core.alike import as_read
from core.people.doubles import Doubled, Doubles
from core.people.endpoints import endpoints_of
from storage.dispatch import answers
from storage.tables.directory import directory_marks
from storage.tables.people import departments, people
from storage.unit_of_work import SqlUnitOfWork

_known: WeakKeyDictionary[Engine | Connection, tuple[str, Doubled]] = WeakKeyDictionary()
"""Of each database the latest answer, with the mark of the people that it was counted for."""


@answers(Doubles)
def doubles(uow: SqlUnitOfWork, query: Doubles) -> Doubled:
    """The answer of before while the mark is the same."""
    mark = uow.session.scalar(select(directory_marks.c.mark)) or ""
    database = uow.session.get_bind()
    known = _known.get(database)
    if known is None or known[0] != mark:
        known = _known[database] = mark, _count(uow)
    return known[1]


def _count(uow: SqlUnitOfWork) -> Doubled:
    active = people.c.active.is_(true())
    phones = select(people.c.phone).where(people.c.phone.is_not(None), active)
    shared = phones.group_by(people.c.phone).having(func.count() > 1).subquery()
    kept = uow.session.scalars(select(people.c.extension).where(people.c.extension.is_not(None), active))
    # An extension may be a list of endpoints.
    extensions = Counter(one for text in kept for one in {one.casefold() for one in endpoints_of(text)})
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name in uow.session.scalars(select(departments.c.name).order_by(departments.c.id)):
        names[as_read(name)].append(name)
    return Doubled(
        phones=uow.session.scalar(select(func.count()).select_from(shared)) or 0,
        extensions=sum(owners > 1 for owners in extensions.values()),
        departments=tuple(tuple(alike) for alike in names.values() if len(alike) > 1),
    )
