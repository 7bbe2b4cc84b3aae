"""Which rooms are off: a few rows, read again when something was switched."""

from __future__ import annotations

from sqlalchemy import delete, select

from core.switches import KeepSwitch, SwitchedOff
from storage.dispatch import answers, carries_out
from storage.tables.switches import switched_off
from storage.unit_of_work import SqlUnitOfWork


@answers(SwitchedOff, apart=True)
def rooms_off(uow: SqlUnitOfWork, query: SwitchedOff) -> frozenset[str]:
    """All of them."""
    return frozenset(uow.session.execute(select(switched_off.c.room)).scalars())


@carries_out(KeepSwitch)
def keep_switch(uow: SqlUnitOfWork, change: KeepSwitch) -> bool:
    """Adds or removes the row of a room."""
    if change.on:
        return bool(uow.change(delete(switched_off).where(switched_off.c.room == change.room)))
    added = uow.insert(switched_off).values(room=change.room, at=uow.now, person_id=change.person_id)
    return bool(uow.change(added.on_conflict_do_nothing()))
