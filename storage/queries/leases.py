"""Leases: taken, kept and freed by the database's own clock, so that no two machines must agree on the time.

Who takes a lease over locks its row against everybody (FOR UPDATE, because ON CONFLICT sets a key column), and a fence
locks it against that alone (FOR KEY SHARE): a takeover waits for the commits of the fenced, while fences and the
renewals of the same owner pass each other. A renewal that commits in the instant between the snapshot and the lock of a
fence makes that transaction be run again, which finds the lease kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, String, and_, bindparam, func, literal, or_, select, update

from core.leases import Fence, Fenced, FreeAll, FreeLease, KeepLease, Lease, Standing, Standings, TakeLease, TellFault
from storage.dispatch import answers, carries_out
from storage.schema import Moment
from storage.tables.leases import leases
from storage.unit_of_work import SqlUnitOfWork

STALL = 5000
"""Milliseconds a fenced transaction may stand still before the server ends it: a stopped process bars no takeover."""

_THIS = and_(leases.c.name == bindparam("this"), leases.c.epoch == bindparam("this_epoch"), leases.c.owner != "")
_CHECK = select(leases.c.epoch).where(_THIS)
# Set here, for this transaction, because what is set for a connection may not reach the server through a pooler.
_STALL = func.set_config("idle_in_transaction_session_timeout", str(STALL), True, type_=String)
_FENCE = {
    "sqlite": _CHECK,
    "postgresql": _CHECK.add_columns(_STALL).with_for_update(read=True, key_share=True),
}


def _now(uow: SqlUnitOfWork) -> ColumnElement[datetime]:
    """The database's clock. SQLite has none of its own that a test could move, and only one process."""
    if uow.dialect == "sqlite":
        return literal(uow.now, Moment())
    return func.clock_timestamp(type_=Moment())


def _after(uow: SqlUnitOfWork, seconds: float) -> ColumnElement[datetime]:
    if uow.dialect == "sqlite":
        return literal(uow.now + timedelta(seconds=seconds), Moment())
    return func.clock_timestamp(type_=Moment()).op("+", return_type=Moment())(
        literal(timedelta(seconds=seconds), Interval())
    )


@carries_out(TakeLease)
def take_lease(uow: SqlUnitOfWork, change: TakeLease) -> Lease | None:
    """Takes what is free, has run out or never was. What is another's is not even locked."""
    over = or_(leases.c.owner == "", leases.c.until <= _now(uow))
    held = select(leases.c.name).where(leases.c.name == change.name, ~over).exists()
    first = select(literal(change.name), literal(change.owner), literal(1), _after(uow, change.seconds)).where(~held)
    insert = uow.insert(leases).from_select(["name", "owner", "epoch", "until"], first)
    new = insert.excluded
    taken = insert.on_conflict_do_update(
        index_elements=["name"],
        # The name stays what it is; that it is set makes PostgreSQL lock the row against fences too.
        set_={"name": new.name, "owner": new.owner, "epoch": leases.c.epoch + 1, "until": new.until, "fault": ""},
        where=over,
    ).returning(leases.c.epoch)
    epoch = uow.connection.execute(taken).scalar()
    return None if epoch is None else Lease(change.name, epoch)


@carries_out(KeepLease)
def keep_lease(uow: SqlUnitOfWork, change: KeepLease) -> bool:
    """Holds a lease longer, also one that has run out when nobody took it."""
    kept = update(leases).where(_THIS).values(until=_after(uow, change.seconds))
    return uow.connection.execute(kept, _of(change.lease)).rowcount == 1


@carries_out(FreeLease)
def free_lease(uow: SqlUnitOfWork, change: FreeLease) -> None:
    """Empties the owner; the epoch stays, to be counted on."""
    uow.connection.execute(update(leases).where(_THIS).values(owner="", fault=""), _of(change.lease))


@carries_out(TellFault)
def tell_fault(uow: SqlUnitOfWork, change: TellFault) -> None:
    """Keeps a fault with the lease, unless it is another's by now."""
    uow.connection.execute(update(leases).where(_THIS).values(fault=change.fault), _of(change.lease))


@carries_out(FreeAll)
def free_all(uow: SqlUnitOfWork, change: FreeAll) -> None:
    """Empties every owner."""
    uow.connection.execute(update(leases).values(owner="", fault=""))


@carries_out(Fence)
def fence(uow: SqlUnitOfWork, change: Fence) -> None:
    """Raises `Fenced`, or holds the lease until the commit."""
    if uow.connection.execute(_FENCE[uow.dialect], _of(change.lease)).first() is None:
        raise Fenced(change.lease.name)


@answers(Standings)
def standings(uow: SqlUnitOfWork, query: Standings) -> tuple[Standing, ...]:
    """All leases, by name."""
    rows = uow.connection.execute(select(leases, _now(uow).label("now")).order_by(leases.c.name))
    return tuple(
        Standing(
            name=row.name,
            owner=row.owner,
            epoch=row.epoch,
            left=(row.until - row.now).total_seconds(),
            fault=row.fault,
        )
        for row in rows
    )


def _of(lease: Lease) -> dict[str, object]:
    return {"this": lease.name, "this_epoch": lease.epoch}
