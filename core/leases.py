"""Leases: which process does what only one may do, kept in the database with an epoch that fences a stalled owner."""

from __future__ import annotations

from dataclasses import dataclass

from core.unit_of_work import Change, Query


class Fenced(Exception):
    """Another process has taken over: what this transaction wanted to write down is not this process's any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do something alone. `epoch` grows with each new owner."""

    name: str
    epoch: int


@dataclass(frozen=True, slots=True)
class TakeLease(Change[Lease | None]):
    """Takes a lease that is free or has run out, for `seconds` of the database's clock; None while another has it."""

    name: str
    owner: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KeepLease(Change[bool]):
    """Holds a lease for `seconds` more, from now; False when it is another's by now."""

    lease: Lease
    seconds: float


@dataclass(frozen=True, slots=True)
class FreeLease(Change[None]):
    """Gives a lease back, so that the next owner need not wait; nothing when it is another's by now."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class Fence(Change[None]):
    """Raises `Fenced` unless the lease is still this one; until the commit nobody can take it over."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class TellFault(Change[None]):
    """Keeps what is wrong with the work of a lease for all processes to see; empty when all is well."""

    lease: Lease
    fault: str


@dataclass(frozen=True, slots=True)
class FreeAll(Change[None]):
    """Frees every lease: for a database that no other process can have open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A lease as it is now. `owner` is empty when it is free; `left` are the seconds to its end, negative when over.

    `fault` is what its owner says is wrong with the work; empty when all is well.
    """

    name: str
    owner: str
    epoch: int
    left: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Standings(Query[tuple[Standing, ...]]):
    """All leases, by name."""
