"""Forms in progress."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Executable, bindparam, select

from core.drafts import DraftIn, DraftsOf, FormDraft
from storage.batches import among, packed_ids
from storage.dispatch import answers
from storage.tables.drafts import drafts
from storage.unit_of_work import SqlUnitOfWork

_IN = select(drafts.c.id).where(
    drafts.c.messenger == bindparam("messenger"),
    drafts.c.chat == bindparam("chat"),
    drafts.c.account == bindparam("account"),
)


@answers(DraftIn, apart=True)
def draft_in(uow: SqlUnitOfWork, query: DraftIn) -> FormDraft | None:
    """The form that is open in a chat with an account. Asked for every message, and mostly there is none."""
    where = {"messenger": query.messenger, "chat": query.chat, "account": query.account}
    found = uow.connection.execute(_IN, where).scalar_one_or_none()
    return None if found is None else uow.session.get(FormDraft, found)


@answers(DraftsOf, apart=True)
def drafts_of(uow: SqlUnitOfWork, query: DraftsOf) -> tuple[FormDraft, ...]:
    """All open forms of a person, the latest first. Asked for every menu, and mostly there are none."""
    found = uow.of_each(_of, query.person_id) or ()
    return tuple(draft for key in found if (draft := uow.session.get(FormDraft, key)) is not None)


def _of(uow: SqlUnitOfWork, people: Sequence[int]) -> dict[int, list[int]]:
    """The ids of the forms of each person, the latest first."""
    found: dict[int, list[int]] = {}
    for person, draft in uow.connection.execute(_drafts(uow.dialect), {"ids": packed_ids(uow.dialect, people)}):
        found.setdefault(person, []).append(draft)
    return found


@lru_cache
def _drafts(dialect: str) -> Executable:
    statement = select(drafts.c.person_id, drafts.c.id).where(among(dialect, drafts.c.person_id))
    return statement.order_by(drafts.c.updated_at.desc(), drafts.c.id.desc())
