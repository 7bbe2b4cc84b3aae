"""Who has not signed in yet: nothing is said that nobody has a key for, and all of it once it can be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.chat.events import Said
from core.chat.screens import Screen, paragraph
from core.delivery import Priority, Progress, Send, Tally, ToAudience, ToPerson
from core.people.audience import AnybodyHears, Audience, Reach, ReachOf
from tests.scenarios.faults.installation import Installation, installed
from tests.scenarios.news.writing import publishes
from tests.support.matrix_people import MatrixPerson
from tests.support.notices import WORD
from tests.support.synapse import Homeserver


@pytest.fixture
async def world(homeserver: Homeserver, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(homeserver, sqlite_template, tmp_path, reaction_keys=0, encrypted=True) as opened:
        yield opened


async def tells(world: Installation, text: str, priority: Priority, *keys: str) -> int:
    """Something to some of the cast, at once; its message."""
    people = Audience(people=tuple(world.ids[key] for key in keys))
    to = ToAudience(people) if priority is Priority.BROADCAST else ToPerson(world.ids[keys[0]])
    send = Send(kind=WORD, content=Screen(blocks=(paragraph(text),)), to=to, priority=priority)
    message = await world.store.transact(lambda uow: uow.apply(send))
    await world.settle()
    return message


async def tally(world: Installation, message: int) -> Tally:
    return await world.store.transact(lambda uow: uow.ask(Progress(message)))


async def reach(world: Installation, key: str) -> tuple[Reach, bool]:
    one = Audience(people=(world.ids[key],))
    return await world.store.transact(lambda uow: (uow.ask(ReachOf(one)), uow.ask(AnybodyHears(one))))


async def signs_in(world: Installation, key: str) -> MatrixPerson:
    """One of the cast signs in for the first time, takes the bot's invite, and is greeted."""
    who, account = world.with_client(key), (await world.matrix.credentials(key)).user_id
    await who.client()
    await world.hears(lambda event: isinstance(event, Said) and event.account == account and event.text == "/start")
    return who


def texts(who: MatrixPerson) -> list[str]:
    return [message.text.partition("\n")[0] for message in who.view.messages()]


async def test_who_signs_in_later_is_greeted_and_reads_what_waited(world: Installation) -> None:
    hr = world.with_client("hr")
    await hr.opens_dm()
    await world.settle()
    await publishes(hr, "Picnic", "On Friday")
    await tells(world, "A client waits", Priority.ALERT, "employee")
    third = await tells(world, "Second news", Priority.BROADCAST, "employee", "colleague", "hr")
    assert await tally(world, third) == Tally(
        total=3, waiting=0, held=0, sent=1, stale=0, unreachable=0, uncertain=0, failed=0, absent=2
    )
    assert await reach(world, "employee") == (Reach(total=1, unreachable=0, absent=1), False)
    await world.passes(timedelta(seconds=3))
    hr.sees("Sent: 1\nWaiting: 0\nUnreachable: 0\nUntil they sign in: 4")
    who = await signs_in(world, "employee")
    assert len(texts(who)) == 1
    assert "Anna" in texts(who)[0]
    await world.passes(timedelta(seconds=3))
    assert texts(who)[1:] == ["📰 Picnic", "A client waits", "Second news"]
    assert await reach(world, "employee") == (Reach(total=1, unreachable=0), True)
    assert (await tally(world, third)).absent == 1
    await tells(world, "And now at once", Priority.NOTICE, "employee")
    assert texts(who)[-1] == "And now at once"
