"""Forms in progress."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core.drafts import DraftIn, DraftsOf, FormDraft
from storage.dispatch import answers
from storage.tables.drafts import drafts
from storage.unit_of_work import SqlUnitOfWork

_OPEN = select(drafts.c.id).where(
    drafts.c.messenger == bindparam("messenger"),
    drafts.c.chat == bindparam("chat"),
    drafts.c.account == bindparam("account"),
)


@answers(DraftIn)
def draft_in(uow: SqlUnitOfWork, query: DraftIn) -> FormDraft | None:
    """The form that is open in a chat with an account. Asked for every message, and mostly there is none."""
    where = {"messenger": query.messenger, "chat": query.chat, "account": query.account}
    found = uow.connection.execute(_OPEN, where).scalar_one_or_none()
    return None if found is None else uow.session.get(FormDraft, found)


@answers(DraftsOf)
def drafts_of(uow: SqlUnitOfWork, query: DraftsOf) -> tuple[FormDraft, ...]:
    """All open forms of a person, the latest first."""
    statement = (
        select(FormDraft)
        .where(drafts.c.person_id == query.person_id)
        .order_by(drafts.c.updated_at.desc(), drafts.c.id.desc())
    )
    return tuple(uow.session.execute(statement).scalars())
