"""What is there twice: numbers that several people share, and departments under several spellings of one name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.chat.phrases import Phrase, phrase
from core.unit_of_work import Query, UnitOfWork


@dataclass(frozen=True, slots=True)
class Doubled:
    """How many phones and extensions more than one active person has; `departments` are spellings of one name each."""

    phones: int
    extensions: int
    departments: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Doubles(Query[Doubled]):
    """What is there twice. It is counted anew only when people or departments have changed."""


def shared_numbers(uow: UnitOfWork) -> Iterator[Phrase]:
    """What there is to say of the numbers: nobody can sign in by such a phone, or be told by such an extension."""
    doubled = uow.ask(Doubles())
    if doubled.phones:
        yield phrase("phones that several people share: {count}", count=doubled.phones)
    if doubled.extensions:
        yield phrase("extensions that several people share: {count}", count=doubled.extensions)


def doubled_departments(uow: UnitOfWork) -> str:
    """The departments that people read as one: “Sales” = “SALES”; empty when there are none."""
    return "; ".join(" = ".join(f"“{name}”" for name in alike) for alike in uow.ask(Doubles()).departments)


def doubles(uow: UnitOfWork) -> list[Phrase]:
    """A sentence for each, for whoever can put it right."""
    found = [phrase("Shared numbers: {what}", what=fault) for fault in shared_numbers(uow)]
    names = doubled_departments(uow)
    return [*found, phrase("One department under several names: {names}", names=names)] if names else found
