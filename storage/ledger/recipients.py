"""Who is in an audience, how a person is reached, and what the ledger asks of people: nothing else of it knows them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.types import TypeEngine

from core.access import EMPLOYEE
from core.delivery import ToAudience, ToPerson, ToSome
from core.people.audience import Audience, CountAudience
from core.people.choices import PREFERRED
from core.people.person import Account
from storage.dispatch import answers
from storage.queries.grants import branch
from storage.schema import AnyRow, Comparable
from storage.tables.delivery import deliveries
from storage.tables.grants import role_holders
from storage.tables.people import accounts, messengers, people
from storage.unit_of_work import SqlUnitOfWork

S = TypeVar("S", bound=ToSome)

ASKED = "CASE WHEN p.active THEN p.roles END AS roles, a.language AS told, p.settings"
"""What the sender has to know of the recipient of a copy `d`: the roles, the language that the messenger tells, and
what the person has chosen."""
ASKED_OF = (("people", "p", "person_id"), ("accounts", "a", "account_id"))
"""The tables that `ASKED` reads, the names that it gives them, and the column of the copy that leads there."""
ASKED_TYPES: dict[str, type[TypeEngine[Any]] | TypeEngine[Any]] = {"settings": Comparable}

_RANK = literal(2**48, BigInteger)
"""More than there are ids."""


def members(audience: Audience) -> ColumnElement[bool]:
    """The condition on `people` for being in an audience. Each part of it is looked for by an index."""
    if audience.without is not None:
        return members(replace(audience, without=None)) & not_(members(audience.without))
    if audience.everybody or EMPLOYEE.name in audience.roles:
        return people.c.active.is_(true())
    one = people.alias("one")
    parts: list[Select[tuple[int]]] = []
    if audience.departments:
        parts.append(select(one.c.id).where(one.c.department_id.in_(audience.departments)))
    if audience.branches:
        parts.append(select(one.c.id).where(one.c.department_id.in_(branch(audience.branches))))
    if audience.roles:
        parts.append(select(role_holders.c.person_id).where(role_holders.c.role.in_(audience.roles)))
    if audience.people:
        parts.append(select(one.c.id).where(one.c.id.in_(audience.people)))
    if not parts:
        return false()
    return people.c.active.is_(true()) & people.c.id.in_(union(*parts) if len(parts) > 1 else parts[0])


@cache
def best_account() -> ColumnElement[bool]:
    """Joins `accounts` to `people`: the account that a person is written to, the preferred network's or the oldest.

    In a network with several bot accounts it is the one to which the person wrote last. None for a person who is not
    active, or has no account that can be written to.
    """
    theirs = accounts.alias()
    # The rank stands above the id in one number: to look for the least once is cheaper than to compare each with each.
    best = select(func.min(rank_of(theirs) * _RANK + theirs.c.id)).where(usable(theirs)).correlate(people)
    # That it is the person's follows; said all the same, PostgreSQL looks for it by an index.
    return (accounts.c.person_id == people.c.id) & (accounts.c.id == best.scalar_subquery() % _RANK)


def chat_of(account: FromClause) -> ColumnElement[str]:
    """Where an account is written to: its chat, else its address in a messenger where one can write first."""
    first = account.c.messenger.in_(select(messengers.c.name).where(messengers.c.writes_first.is_(true())))
    return case((account.c.chat.is_not(None), account.c.chat), (first, account.c.address))


def usable(account: FromClause) -> ColumnElement[bool]:
    """That it is an account of `people` through which they can be written to."""
    return and_(
        account.c.person_id == people.c.id,
        chat_of(account).is_not(None),
        account.c.unreachable.is_(None),
        account.c.messenger.not_in(select(messengers.c.name).where(messengers.c.present.is_(false()))),
        people.c.active.is_(true()),
    )


def rank_of(account: FromClause) -> ColumnElement[int]:
    """Which of a person's accounts is written to first: the smaller, and of equal ones the older; before all the others
    those that can read it now."""
    preferred = people.c.settings[PREFERRED.name].as_string()
    wanted = or_(account.c.messenger == preferred, account.c.messenger.like(preferred.concat(".%")))
    return case((wanted, 0), else_=2) + case((account.c.superseded, 1), else_=0) + case((account.c.absent, 4), else_=0)


def chooses(kind: type[S]) -> Callable[[Callable[[S], ColumnElement[bool]]], Callable[[S], ColumnElement[bool]]]:
    """Registers the condition on `people` for recipients of a kind: `@chooses(ToPending)` over a function of these."""

    def keep(condition: Callable[[S], ColumnElement[bool]]) -> Callable[[S], ColumnElement[bool]]:
        _conditions[kind] = condition
        return condition

    return keep


def chosen(to: ToPerson | ToAudience | ToSome) -> ColumnElement[bool]:
    """The condition on `people` for being a recipient."""
    match to:
        case ToPerson(person_id):
            return people.c.id == person_id
        case ToAudience(audience):
            return members(audience)
        case _:
            return _conditions[type(to)](to)


_conditions: dict[type[ToSome], Callable[[Any], ColumnElement[bool]]] = {}


def routes(to: ToPerson | ToAudience | ToSome) -> FromClause:
    """Each person that is meant, with the best account at `place` 1, or without one.

    To number all of a person's accounts once is cheaper than to seek the best.
    """
    place = func.row_number().over(partition_by=people.c.id, order_by=(rank_of(accounts), accounts.c.id))
    return (
        select(
            people.c.id.label("person_id"),
            people.c.active,
            accounts.c.id.label("account_id"),
            accounts.c.messenger,
            accounts.c.absent,
            chat_of(accounts).label("chat"),
            place.label("place"),
        )
        .select_from(people.outerjoin(accounts, usable(accounts)))
        .where(chosen(to))
        .subquery()
    )


def other_route(uow: SqlUnitOfWork, message_id: int, person_id: int) -> AnyRow | None:
    """The best account of a person now, unless its chat has the message already."""
    twin = exists().where(
        deliveries.c.message_id == message_id,
        deliveries.c.messenger == accounts.c.messenger,
        deliveries.c.chat == chat_of(accounts),
    )
    return uow.session.execute(
        select(accounts.c.id, accounts.c.messenger, chat_of(accounts).label("chat"))
        .select_from(people.join(accounts, best_account()))
        .where(people.c.id == person_id, ~twin)
    ).first()


def mark_unreachable(uow: SqlUnitOfWork, account_id: int, reason: str) -> None:
    """An account cannot be written to any more."""
    account = uow.session.get(Account, account_id)
    if account is not None:
        account.unreachable = reason


def mark_absent(uow: SqlUnitOfWork, account_ids: Collection[int]) -> None:
    """These accounts have nothing with which they could read."""
    if account_ids:
        uow.session.execute(update(Account).where(accounts.c.id.in_(account_ids)).values(absent=True))


def relocate_accounts(uow: SqlUnitOfWork, messenger: str, old: str, new: str) -> None:
    """A chat has another address."""
    here = (accounts.c.messenger == messenger, accounts.c.chat == old)
    uow.session.execute(update(Account).where(*here).values(chat=new))


@answers(CountAudience)
def count_audience(uow: SqlUnitOfWork, query: CountAudience) -> int:
    """How many people an audience has now."""
    return uow.session.execute(select(func.count()).where(members(query.audience))).scalar_one()
