"""Who has opened the news: known only where a messenger tells it, and only of people who allow it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.options import Switch, option_of
from core.people.person import Person
from core.settings import Setting, setting_of
from core.unit_of_work import Change, Query, UnitOfWork

OPENED_WITHIN = timedelta(days=30)
"""What is older is no news: nobody asks any more who has opened it."""

SHOWS_READING = Setting("news.shows_reading", bool, True)
"""Whether others may be told what this person has opened."""

COUNTED = Switch("news.opened_counted", True)
"""Whether editors see how many have opened an item. Where they do not, nothing is kept of it either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkOpened(Change[int]):
    """Marks the news that a person was sent in a chat up to a message as opened; how many were not before.

    A message that the ledger does not know (the person's own) stands for all that was sent until `at`.
    """

    person_id: int
    messenger: str
    chat: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenedBy(Query[int]):
    """How many people are known to have opened an item."""

    news_id: int


def note_reading(uow: UnitOfWork, person: Person, messenger: str, chat: str, message: str, at: datetime) -> int:
    """Keeps what a person has opened, where the company and the person allow it; how many items were new."""
    if not option_of(uow, COUNTED) or not setting_of(person, SHOWS_READING):
        return 0
    return uow.apply(MarkOpened(person_id=person.id, messenger=messenger, chat=chat, message=message, at=at))
