"""What messages say, for those who look into what was not delivered."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from core.chat.codec import load
from core.chat.screens import Screen
from core.health import Contents
from storage.dispatch import answers
from storage.tables.delivery import messages
from storage.unit_of_work import SqlUnitOfWork


@answers(Contents)
def contents(uow: SqlUnitOfWork, query: Contents) -> Mapping[int, Screen]:
    """The wanted content of messages; one that another version wrote is left out."""
    rows = uow.session.execute(select(messages.c.id, messages.c.content).where(messages.c.id.in_(query.message_ids)))
    found: dict[int, Screen] = {}
    for row in rows:
        try:
            content = load(row.content)
        except ValueError:
            continue
        if isinstance(content, Screen):
            found[row.id] = content
    return found
