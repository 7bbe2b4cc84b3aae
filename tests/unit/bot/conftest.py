"""A small house of its own, to test the engine without any feature."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.kit.steps import ChoiceStep, SeveralStep, TextStep
from bot.kit.steps_files import FilesStep
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.menu import back
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request, Start, Toast, Where
from bot.talk.router import Router
from bot.talk.sections import Section
from core.access import ANYBODY, COLLEAGUE, Right
from core.chat.actions import Action
from core.chat.codec import record
from core.chat.events import Event
from core.chat.files import Attachment
from core.chat.phrases import Phrase
from core.chat.screens import Button, Screen, paragraph, screen
from core.delivery import Priority, Send, ToAudience, ToPerson
from core.people.audience import Audience
from core.people.person import Department
from core.people.roles import ADMIN
from core.timers import SetTimer
from core.unit_of_work import DomainEvent, Refused, UnitOfWork
from storage.database import Database
from storage.files import FileStore
from tests.support.clock import MovableClock
from tests.support.notices import WORD
from tests.support.plain_wire import PlainWire
from tests.support.world import World, a_world
from tests.unit.bot.post import Post

BOSS = Right("test.boss", (ADMIN,))


@dataclass(frozen=True)
class Count(Action, code="t-count"):
    to: int


@dataclass(frozen=True)
class Explode(Action, code="t-explode"):
    pass


@dataclass(frozen=True)
class Secret(Action, code="t-secret"):
    pass


@dataclass(frozen=True)
class Burn(Action, code="t-burn", once=True):
    letter: int
    sure: bool = False


@record
@dataclass(frozen=True)
class Rang(DomainEvent):
    person_id: int


class Order(Form):
    """A form with every kind of step."""

    code = "t-order"
    title = Phrase("Order")
    right = COLLEAGUE
    steps = (
        TextStep("what", Phrase("What?"), limit=20),
        ChoiceStep("size", Phrase("Which size?"), lambda request, answers: (("s", "Small"), ("l", "Large"))),
        SeveralStep("extras", Phrase("Extras?"), lambda request, answers: (("x", "Salt"), ("y", "Oil")), optional=True),
        FilesStep("files", Phrase("Pictures?"), limit=2),
        TextStep("note", Phrase("A note?"), limit=50, optional=True),
    )
    corrected = True

    def finish(self, request: Request, answers: Answers) -> Reply:
        if answers.get("note", str) == "free of charge":
            raise Refused(Phrase("It has its price."))
        files = len(answers.all("files", Attachment))
        what, size, extras, note = map(answers.value, ("what", "size", "extras", "note"))
        return screen("Ordered", f"{what} {size} {extras} {files} {note}")


class Remark(Form):
    """A form of one step."""

    code = "t-remark"
    title = Phrase("Remark")
    right = COLLEAGUE
    steps = (TextStep("note", Phrase("What is to be noted?"), limit=20),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        note = answers.the("note", str)
        request.uow.add(Department(name=note))
        request.uow.flush()
        if note == "rude":
            raise Refused(Phrase("Not in this tone."))
        return screen(None, note)


def small_house() -> House:
    router = Router("test")
    router.role(ADMIN)
    router.form(Order)
    router.form(Remark)

    router.entry(Section.NEWS, Phrase("📰 News"), Count(7), right=COLLEAGUE, weight=1)
    router.entry(Section.NEWS, Phrase("Vault"), Secret(), right=BOSS, weight=2)

    @router.command("remark", right=COLLEAGUE)
    def remark(request: Request, words: str) -> Reply:
        return Start(Remark)

    @router.command("menu", right=ANYBODY, where=Where.BOTH)
    def menu(request: Request, words: str) -> Reply:
        return screen("Menu", rows=((Button("Count", Count(1)),),))

    @router.command("order", right=COLLEAGUE, follows=True)
    def order(request: Request, words: str) -> Reply:
        return Start(Order, (("what", words),) if words else ())

    @router.command("count", right=COLLEAGUE)
    def count(request: Request, words: str) -> Reply:
        return screen("Count", "0", rows=((Button("More", Count(1)), Button("Secret", Secret())),))

    @router.action(Count, right=COLLEAGUE, where=Where.BOTH)
    def more(request: Request, action: Count) -> Reply:
        return screen("Count", str(action.to), rows=((Button("More", Count(action.to + 1)),),))

    @router.command("letter", right=COLLEAGUE)
    def letter(request: Request, words: str) -> Reply:
        return screen("Letter", rows=((Button("Burn", Burn(1)), Button("Count", Count(1))),))

    @router.action(Burn, right=COLLEAGUE)
    def burn(request: Request, action: Burn) -> Reply:
        if not action.sure:
            return screen("Burn it?", rows=((Button("Yes", Burn(action.letter, sure=True)), back(Count(0))),))
        request.uow.add(Department(name=f"ashes of {request.event.id}"))
        return screen("Burnt", rows=((Button("More", Count(1)),),))

    @router.action(Secret, right=BOSS)
    def secret(request: Request, action: Secret) -> Reply:
        return Toast("the secret")

    @router.command("explode", right=COLLEAGUE)
    def explode(request: Request, words: str) -> Reply:
        request.uow.add(Department(name="half done"))
        request.uow.flush()
        raise ZeroDivisionError("private words")

    @router.action(Explode, right=COLLEAGUE)
    def explode_by_button(request: Request, action: Explode) -> Reply:
        raise ZeroDivisionError

    @router.command("refuse", right=COLLEAGUE)
    def refuse(request: Request, words: str) -> Reply:
        request.uow.add(Department(name="half done"))
        raise Refused(Phrase("Not today."))

    @router.command("later", right=COLLEAGUE)
    def later(request: Request, words: str) -> Reply:
        request.uow.apply(SetTimer("bell", request.now + timedelta(minutes=10), Rang(request.me.id)))
        return Toast("I will ring.")

    @router.on(Rang)
    def ring(uow: UnitOfWork, event: Rang) -> None:
        content = Screen(blocks=(paragraph("Ring!"),))
        uow.apply(Send(kind=WORD, content=content, to=ToPerson(event.person_id), priority=Priority.NOTICE))

    @router.command("alarm", right=BOSS, follows=True)
    def alarm(request: Request, words: str) -> Reply:
        rows = tuple((Button(label, Count(number)),) for number, label in enumerate(words.split(), 50))
        to = ToAudience(Audience(everybody=True))
        request.uow.apply(Send(kind=WORD, content=screen("Alarm", rows=rows), to=to, priority=Priority.ALERT))
        return None

    @router.hears(Event, right=ANYBODY, order=1)
    def anything(request: Request, event: Event) -> Reply:
        return screen(None, f"heard {type(event).__name__}")

    return House([router], Languages("en"))


@pytest.fixture
async def world(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> AsyncIterator[World]:
    """The cast on the plain messenger in the small house."""
    file, wire = tmp_path / "kollega.db", PlainWire(FileStore(tmp_path))
    async with a_world(file, sqlite_template, wire, clock, small_house()) as opened:
        await opened.gathers()
        yield opened


@pytest.fixture
async def store(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> AsyncIterator[Database]:
    """An empty database."""
    path = tmp_path / "post.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}", clock, patience=0.2)
    yield database
    await database.close()


@pytest.fixture
async def post(store: Database, clock: MovableClock) -> Post:
    """A post office over that database, in the small house."""
    return Post(store, small_house(), clock)
