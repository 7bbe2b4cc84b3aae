"""Which bot accounts there are, and how people who never wrote are spread over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, FromClause, case, exists, false, func, or_, select, true, update

from core.chat.networks import network_of
from core.people.bots import AddressOf, Entrance, Entrances, Introduce, Locate, Networks, SpreadAccounts
from storage.dispatch import answers, carries_out
from storage.ledger.recipients import best_account, chat_of
from storage.tables.delivery import deliveries, is_absent, is_held, pending
from storage.tables.people import accounts, messengers, people
from storage.unit_of_work import SqlUnitOfWork


@carries_out(Introduce)
def introduce(uow: SqlUnitOfWork, change: Introduce) -> None:
    """Keeps the names where every plan looks; those that are gone too, because accounts may still have them."""
    rows = [{"name": bot.messenger, "writes_first": bot.writes_first, "present": True} for bot in change.bots]
    uow.session.execute(update(messengers).where(messengers.c.present).values(present=False, writes_first=False))
    if rows:
        insert = uow.insert(messengers)
        new = {"writes_first": insert.excluded.writes_first, "present": true()}
        uow.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=new), rows)
    spread_accounts(uow, SpreadAccounts())
    _move_on(uow)


@carries_out(SpreadAccounts)
def spread_accounts(uow: SqlUnitOfWork, change: SpreadAccounts) -> None:
    """By the id of the account, in one statement for each network where there is anything to do."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    present: defaultdict[str, list[str]] = defaultdict(list)
    for row in uow.session.execute(select(messengers).order_by(messengers.c.name)):
        network = network_of(row.name)
        known[network] |= {network, row.name}
        if row.present and row.writes_first:
            present[network].append(row.name)
    for network, names in present.items():
        if known[network] != {network} or names != [network]:
            _spread(uow, sorted(known[network]), names)


@carries_out(Locate)
def locate(uow: SqlUnitOfWork, change: Locate) -> None:
    """Keeps the address of a bot account that was introduced."""
    this = (messengers.c.name == change.messenger) & messengers.c.address.is_distinct_from(change.address)
    uow.session.execute(update(messengers).where(this).values(address=change.address))


@answers(AddressOf)
def address_of(uow: SqlUnitOfWork, query: AddressOf) -> str | None:
    """As it was located."""
    return uow.session.execute(select(messengers.c.address).where(messengers.c.name == query.messenger)).scalar()


@answers(Networks)
def networks(uow: SqlUnitOfWork, query: Networks) -> frozenset[str]:
    """Of those that are present."""
    present = uow.session.execute(select(messengers.c.name).where(messengers.c.present.is_(true()))).scalars()
    return frozenset(map(network_of, present))


@answers(Entrances)
def entrances(uow: SqlUnitOfWork, query: Entrances) -> tuple[Entrance, ...]:
    """People are counted only where there is a choice."""
    present: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
    statement = select(messengers).where(messengers.c.present.is_(true())).order_by(messengers.c.name)
    for row in uow.session.execute(statement):
        present[network_of(row.name)][row.name] = row.address
    found = []
    for addresses in present.values():
        people = _people(uow, list(addresses)) if len(addresses) > 1 else {}
        name = min(addresses, key=lambda name: (people.get(name, 0), name))
        if len(addresses) > 1 or addresses[name] is not None:
            found.append(Entrance(name, addresses[name]))
    return tuple(found)


def _people(uow: SqlUnitOfWork, names: Sequence[str]) -> dict[str, int]:
    statement = (
        select(accounts.c.messenger, func.count())
        .where(accounts.c.messenger.in_(names), accounts.c.person_id.is_not(None), accounts.c.superseded.is_(False))
        .group_by(accounts.c.messenger)
    )
    return {name: count for name, count in uow.session.execute(statement)}  # noqa: C416


def _spread(uow: SqlUnitOfWork, known: Sequence[str], names: Sequence[str]) -> None:
    place = accounts.c.id % len(names)
    target = case(*((place == number, name) for number, name in enumerate(names)), else_=names[0])
    gone = accounts.c.messenger.not_in(names)
    other = accounts.alias()
    uow.session.execute(
        update(accounts)
        .where(
            accounts.c.messenger.in_(known),
            accounts.c.messenger != target,
            accounts.c.person_id.is_not(None),
            accounts.c.chat.is_(None),
            accounts.c.superseded.is_(False),
            or_(gone, ~_written_to(accounts)),
            ~exists().where(other.c.messenger == target, other.c.address == accounts.c.address),
        )
        .values(messenger=target, unreachable=case((gone, None), else_=accounts.c.unreachable))
    )
    uow.session.expire_all()


def _written_to(account: FromClause) -> ColumnElement[bool]:
    return exists().where(
        deliveries.c.messenger == account.c.messenger,
        deliveries.c.chat == account.c.address,
        deliveries.c.sent_at.is_not(None),
    )


def _move_on(uow: SqlUnitOfWork) -> None:
    """What waits for a bot account that is gone takes another way to its recipient, where there is one."""
    gone = select(messengers.c.name).where(messengers.c.present.is_(false()))
    twin = deliveries.alias()
    there = exists().where(
        twin.c.message_id == deliveries.c.message_id,
        twin.c.messenger == accounts.c.messenger,
        twin.c.chat == chat_of(accounts),
    )
    moved = (
        update(deliveries)
        .where(
            deliveries.c.messenger.in_(gone),
            or_(pending(deliveries), is_held(deliveries), is_absent(deliveries) & accounts.c.absent),
            deliveries.c.shown == 0,
            people.c.id == deliveries.c.person_id,
            best_account(),
            ~there,
        )
        .values(account_id=accounts.c.id, messenger=accounts.c.messenger, chat=chat_of(accounts))
    )
    if uow.change(moved):
        uow.wake("deliveries")
