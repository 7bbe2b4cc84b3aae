"""What the demo company has asked its people, read from the data file beside."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from bot.handlers.polls.handlers_running import send_poll, show_result
from bot.kit.demo import BrokenData, Company, Scene, company
from core.chat.adapter import Chip
from core.chat.phrases import phrase
from core.people.audience import Audience
from core.people.person import Person
from core.polls.poll import Poll, PollsFor
from core.polls.voting import Asked, do_answer, do_ask, do_close
from core.unit_of_work import UnitOfWork

_DATA = Path(__file__).parent / "data"


class Demo(Scene):
    """Two polls: one is open, of the other everybody sees what came of it."""

    chips: ClassVar = {"sorokina": (Chip("/poll", phrase("Ask in a poll")),)}

    async def fill(self) -> None:
        """Asks what has not been asked yet."""
        polls = tomllib.loads((_DATA / self.context.language / "polls.toml").read_text("utf-8"))["polls"]
        await self.context.store.transact(lambda uow: _fill(uow, company(uow), polls))


def _fill(uow: UnitOfWork, staff: Company, polls: list[Mapping[str, Any]]) -> None:
    for item in polls:
        author = _person(uow, staff, item["author"])
        known = {poll.question for poll in uow.ask(PollsFor(author.id, 0, 100)).items}
        if item["question"] not in known:
            _ask(uow, staff, author, item)


def _ask(uow: UnitOfWork, staff: Company, author: Person, item: Mapping[str, Any]) -> None:
    asked = Asked(
        question=item["question"],
        options=tuple(item["options"]),
        several=item["several"],
        named=item["named"],
        live=item["live"],
    )
    poll: Poll = do_ask(uow, author, asked, Audience(everybody=True))
    poll.opened_at = uow.now - timedelta(days=item["days_ago"])
    send_poll(uow, poll)
    for name, options in item["votes"].items():
        for option in options:
            do_answer(uow, _person(uow, staff, name), poll, option)
    if item["closed"]:
        do_close(uow, poll)
        show_result(uow, poll)


def _person(uow: UnitOfWork, staff: Company, name: str) -> Person:
    person = uow.get(Person, staff.people.get(name, 0))
    if person is None:
        raise BrokenData(f"polls.toml: nobody is {name}")
    return person
