"""Forms in progress."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core.drafts import DraftIn, DraftsOf, FormDraft
from storage.dispatch import answers
from storage.tables.drafts import drafts
from storage.unit_of_work import SqlUnitOfWork

_IN = select(drafts.c.id).where(
    drafts.c.messenger == bindparam("messenger"),
    drafts.c.chat == bindparam("chat"),
    drafts.c.account == bindparam("account"),
)

_OF = select(drafts.c.id).where(drafts.c.person_id == bindparam("person"))
_OF = _OF.order_by(drafts.c.updated_at.desc(), drafts.c.id.desc())


@answers(DraftIn, apart=True)
def draft_in(uow: SqlUnitOfWork, query: DraftIn) -> FormDraft | None:
    """The form that is open in a chat with an account. Asked for every message, and mostly there is none."""
    where = {"messenger": query.messenger, "chat": query.chat, "account": query.account}
    found = uow.connection.execute(_IN, where).scalar_one_or_none()
    return None if found is None else uow.session.get(FormDraft, found)


@answers(DraftsOf, apart=True)
def drafts_of(uow: SqlUnitOfWork, query: DraftsOf) -> tuple[FormDraft, ...]:
    """All open forms of a person, the latest first. Asked for every menu, and mostly there are none."""
    found = uow.connection.execute(_OF, {"person": query.person_id}).scalars().all()
    return tuple(draft for key in found if (draft := uow.session.get(FormDraft, key)) is not None)
