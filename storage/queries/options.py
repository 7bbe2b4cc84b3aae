"""What the company has chosen: a few rows, read again when one of them was changed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from core.chat.codec import Json
from core.options import OPTIONS, Chosen, Given, KeepOption
from storage.dispatch import answers, carries_out
from storage.tables.options import company_options
from storage.unit_of_work import SqlUnitOfWork


@answers(Chosen, apart=True)
def chosen(uow: SqlUnitOfWork, query: Chosen) -> Mapping[str, Json]:
    """All of it, remembered."""
    return uow.remembered(OPTIONS, lambda: _read(uow))


@answers(Given, apart=True)
def given(uow: SqlUnitOfWork, query: Given) -> Mapping[str, str]:
    """What the process was started with."""
    return uow.given


@carries_out(KeepOption)
def keep_option(uow: SqlUnitOfWork, change: KeepOption) -> None:
    """The row of a choice that is no default."""
    if change.value is None:
        uow.connection.execute(delete(company_options).where(company_options.c.name == change.name))
        return
    insert = uow.insert(company_options).values(name=change.name, value=change.value)
    kept = insert.on_conflict_do_update(index_elements=["name"], set_={"value": insert.excluded.value})
    uow.connection.execute(kept)


def _read(uow: SqlUnitOfWork) -> Mapping[str, Json]:
    return {row.name: row.value for row in uow.connection.execute(select(*company_options.c["name", "value"]))}
