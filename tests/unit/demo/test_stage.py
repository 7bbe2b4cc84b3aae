"""The demo's buttons drive the real pipeline: the manager's chat shows the missed call, and then that it is settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest_asyncio

from adapters.webchat.messenger import WebChat
from bot.app import App
from bot.demo.stage import DemoStage
from bot.handlers.people.demo import PARTS
from bot.rooms import open_house
from bot.send.delivery import Sender
from bot.talk.language import Languages
from bot.talk.request import roles_of
from core.calls.alert import UnresolvedAlerts
from core.calls.handling import do_claim
from core.chat.adapter import Surroundings
from core.chat.layout import plain
from core.inbox import WhoIs
from core.people.choices import PREFERRED
from core.people.import_plan import WholeStaff
from core.people.linking import do_redeem_code
from core.people.person import Account, Person
from core.settings import setting_of
from core.unit_of_work import UnitOfWork
from tests.support.keys import key_for
from tests.unit.demo.conftest import Demo


@dataclass
class Theatre:
    """The stage with the bot behind it, which a test lets work."""

    demo: Demo
    stage: DemoStage
    chat: WebChat
    app: App
    sender: Sender

    async def passes(self, time: timedelta) -> None:
        """Moves the clock, and lets everything happen that is due by then."""
        self.demo.clock.move(time)
        while await self.app.schedule.run_due() + await self.sender.drain():
            pass

    def alerts(self, account: str) -> list[str]:
        """What a persona's chat shows of calls."""
        messages, _ = self.chat.history.latest(account)
        shown = [plain(message.part.blocks) for message in messages if message.part is not None]
        return [text for text in shown if "Missed call" in text or "Called back" in text]


@pytest_asyncio.fixture
async def theatre(demo: Demo) -> AsyncIterator[Theatre]:
    languages = Languages("en")
    stage = DemoStage(demo.context)
    around = Surroundings(
        files=demo.files, data_dir=demo.folder, clock=demo.clock, languages=languages, key_for=key_for, stage=stage
    )
    chat, house = WebChat(around), open_house(languages)
    app = App(store=demo.store, house=house, messengers={chat.name: chat}, clock=demo.clock)
    ticks = iter(range(0, 10**6, 100))
    sender = Sender(demo.store, house, chat, demo.clock, steady=lambda: float(next(ticks)))
    yield Theatre(demo, stage, chat, app, sender)
    await chat.close()


async def press(theatre: Theatre, code: str) -> str:
    """Presses one of the stage's buttons; what it says, in English."""
    (tool,) = (tool for tool in theatre.stage.tools if tool.code == code)
    return theatre.chat.around.languages("en").say(await tool.run())


async def test_a_missed_call_reaches_the_manager_and_turns_green(theatre: Theatre) -> None:
    said = await press(theatre, "miss")
    assert "Ромашка" in said
    await theatre.passes(timedelta(seconds=1))
    assert theatre.alerts("lebedeva") == []
    await theatre.passes(timedelta(seconds=2))
    for account in ("lebedeva", "vorobyov"):
        (alert,) = theatre.alerts(account)
        assert "🔴" in alert
        assert "+7 975 100-42-17" in alert
    assert theatre.alerts("sorokina") == []
    await theatre.passes(timedelta(minutes=2))
    assert "Ромашка" in await press(theatre, "call-back")
    await theatre.passes(timedelta(seconds=3))
    (alert,) = theatre.alerts("lebedeva")
    assert "🟢" in alert
    assert "Антон Воробьёв" in alert


async def test_a_newcomer_is_led_from_a_missed_call_to_a_green_alert(theatre: Theatre) -> None:
    async def done() -> list[bool]:
        return [step.done for step in await theatre.stage.guide()]

    assert await done() == [False, False, False, False]
    await press(theatre, "miss")
    assert await done() == [True, False, False, False]
    await theatre.passes(timedelta(seconds=3))

    def take(uow: UnitOfWork) -> None:
        (alert,), person = uow.ask(UnresolvedAlerts(("+79751004217",))), known_as("lebedeva", uow)
        assert person is not None
        do_claim(uow, person, alert)

    await theatre.demo.store.transact(take)
    assert await done() == [True, True, False, False]
    await theatre.passes(timedelta(minutes=2))
    await press(theatre, "call-back")
    assert await done() == [True, True, True, False]
    await theatre.passes(timedelta(seconds=3))
    assert await done() == [True, True, True, True]
    await press(theatre, "miss")
    assert await done() == [True, False, False, False], "again, with another client"


def known_as(account: str, uow: UnitOfWork) -> Person | None:
    return uow.ask(WhoIs("web", account)).person


async def test_what_personas_may_say_first_is_understood(theatre: Theatre) -> None:
    """By their roles: each command is one that the persona may use."""
    commands = theatre.app.house.commands
    for persona in await theatre.stage.personas():
        known = await theatre.demo.store.transact(partial(known_as, persona.account))
        roles = roles_of(known)
        assert persona.chips
        for chip in persona.chips:
            assert known is None or commands[chip.text.removeprefix("/")].right.held_by(roles), (persona.name, chip)


async def test_each_missed_call_is_of_another_client(theatre: Theatre) -> None:
    for _ in range(3):
        await press(theatre, "miss")
        await theatre.passes(timedelta(seconds=5))
    alerts = theatre.alerts("lebedeva")
    assert len(alerts) == 3
    assert len(set(alerts)) == 3


async def test_nobody_is_called_back_before_somebody_was_missed(theatre: Theatre) -> None:
    assert "Simulate" in await press(theatre, "call-back")


async def test_personas_have_the_names_that_the_company_knows(theatre: Theatre) -> None:
    personas = {one.account: one.name for one in await theatre.stage.personas()}
    assert list(personas) == list(PARTS)
    assert personas["lebedeva"] == "Ирина Лебедева"
    assert personas["novikov"] == "Алексей Новиков"

    def admit(uow: UnitOfWork) -> None:
        person = Person(last_name="Новикова", first_name="Алиса")
        uow.add(person)
        uow.flush()
        uow.add(Account(messenger="web", address="novikov", person_id=person.id))

    await theatre.demo.store.transact(admit)
    assert "Алиса Новикова" in {one.name for one in await theatre.stage.personas()}


async def invitations(theatre: Theatre, *networks: str) -> dict[str, str]:
    """The codes that the terminal shows, by the names of whom they are for."""
    lines = [str(line).split(maxsplit=2) for line in await theatre.stage.opening(networks)]
    return {words[2]: words[1] for words in lines if words[:1] == ["/start"]}


async def test_with_telegram_the_first_personas_are_invited_there(theatre: Theatre) -> None:
    invited = await invitations(theatre, "telegram")
    assert list(invited) == ["Ирина Лебедева", "Лидия Сорокина", "Антон Воробьёв"]

    def join(uow: UnitOfWork) -> str | None:
        account = Account(messenger="telegram", address="4242", chat="4242")
        uow.add(account)
        uow.flush()
        person = do_redeem_code(uow, account, invited["Ирина Лебедева"])
        return setting_of(person, PREFERRED) if isinstance(person, Person) else None

    assert await theatre.demo.store.transact(join) == "telegram"
    assert list(await invitations(theatre, "telegram")) == ["Лидия Сорокина", "Антон Воробьёв"]


async def test_without_telegram_nobody_is_written_to_there(theatre: Theatre) -> None:
    await invitations(theatre, "telegram")
    assert await invitations(theatre) == {}
    people = (await theatre.demo.store.transact(lambda uow: uow.ask(WholeStaff()))).people
    assert {setting_of(person, PREFERRED) for person in people} == {"web"}
