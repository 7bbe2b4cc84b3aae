"""The lists of commands that chats show."""

from __future__ import annotations

from sqlalchemy import Text, case, literal, or_, select, type_coerce, update

from core.access import read_roles
from core.people.listing import Listed, ListedChat, Unlisted
from storage.dispatch import answers, carries_out
from storage.tables.people import accounts, people
from storage.unit_of_work import SqlUnitOfWork

_NO_ACCESS = "-"


@answers(Unlisted)
def unlisted(uow: SqlUnitOfWork, query: Unlisted) -> tuple[ListedChat, ...]:
    """Looks through the accounts of the messenger: asked at the start and when roles change, not for events."""
    roles = case((people.c.active.is_(True), type_coerce(people.c.roles, Text)), else_=literal(_NO_ACCESS))
    wanted = (roles + literal(f"|{query.edition}")).label("wanted")
    statement = (
        select(accounts.c.id, accounts.c.chat, roles.label("roles"), wanted)
        .outerjoin(people, people.c.id == accounts.c.person_id)
        .where(
            accounts.c.messenger == query.messenger,
            accounts.c.chat.is_not(None),
            accounts.c.unreachable.is_(None),
            accounts.c.id > query.after,
            or_(accounts.c.listed.is_not(None), roles.not_in(("", _NO_ACCESS))),
            accounts.c.listed.is_distinct_from(wanted),
        )
        .order_by(accounts.c.id)
        .limit(query.limit)
    )
    return tuple(
        ListedChat(
            account_id=row.id,
            chat=row.chat,
            roles=read_roles(None if row.roles == _NO_ACCESS else row.roles),
            told=row.wanted,
        )
        for row in uow.connection.execute(statement)
    )


@carries_out(Listed)
def listed(uow: SqlUnitOfWork, change: Listed) -> None:
    """Keeps it beside the account."""
    uow.connection.execute(update(accounts).where(accounts.c.id == change.account_id).values(listed=change.told))
