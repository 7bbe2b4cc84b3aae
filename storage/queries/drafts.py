"""Forms in progress."""

from __future__ import annotations

from sqlalchemy import select

from core.drafts import DraftIn, DraftsOf, FormDraft
from storage.dispatch import answers
from storage.tables.drafts import drafts
from storage.unit_of_work import SqlUnitOfWork


@answers(DraftIn)
def draft_in(uow: SqlUnitOfWork, query: DraftIn) -> FormDraft | None:
    """The form that is open in a chat with an account."""
    statement = select(FormDraft).where(
        drafts.c.messenger == query.messenger, drafts.c.chat == query.chat, drafts.c.account == query.account
    )
    return uow.session.execute(statement).scalar_one_or_none()


@answers(DraftsOf)
def drafts_of(uow: SqlUnitOfWork, query: DraftsOf) -> tuple[FormDraft, ...]:
    """All open forms of a person, the latest first."""
    statement = (
        select(FormDraft)
        .where(drafts.c.person_id == query.person_id)
        .order_by(drafts.c.updated_at.desc(), drafts.c.id.desc())
    )
    return tuple(uow.session.execute(statement).scalars())
