"""The company's bot accounts: which there are, how people find them, and how people are spread over them."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.networks import network_of
from core.people.directory import AccountsOf
from core.people.person import Person
from core.unit_of_work import Change, Query, UnitOfWork


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot account. `writes_first`: people can be written to at their addresses before they ever wrote."""

    messenger: str
    writes_first: bool


@dataclass(frozen=True, slots=True)
class Introduce(Change[None]):
    """These bot accounts are there now and no others: nobody is written to through one that is not; spreads accounts.

    A bot account that was never introduced may be written through, but not first.
    """

    bots: tuple[Bot, ...]


@dataclass(frozen=True, slots=True)
class SpreadAccounts(Change[None]):
    """Spreads the people who never wrote evenly over the bot accounts of a network that can write first.

    Whom such a bot account has written to stays with it for as long as it is there.
    """


@dataclass(frozen=True, slots=True)
class Locate(Change[None]):
    """Keeps how people find a bot account: a link, or an address that they can look for."""

    messenger: str
    address: str


@dataclass(frozen=True, slots=True)
class AddressOf(Query[str | None]):
    """How people find a bot account; None while that is not known."""

    messenger: str


@dataclass(frozen=True, slots=True)
class Networks(Query[frozenset[str]]):
    """The networks in which the company has a bot account now; none before the bot has ever run."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """A bot account that newcomers are sent to. `address` is None where it is not known yet."""

    messenger: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Entrances(Query[tuple[Entrance, ...]]):
    """Of each network the bot account with the fewest people; of several the first by name.

    Where a network has one bot account whose address is not known there is nothing to say.
    """


def entrances_for(uow: UnitOfWork, person: Person) -> tuple[Entrance, ...]:
    """Where somebody can link an account: in the networks where this person has none."""
    known = {account.network for account in uow.ask(AccountsOf(person.id))}
    return tuple(one for one in uow.ask(Entrances()) if network_of(one.messenger) not in known)
