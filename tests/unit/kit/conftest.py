"""A small house with one form, which is made of all the kit's own questions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bot.kit.steps import ConfirmStep, LineStep
from bot.kit.steps_amounts import AmountStep
from bot.kit.steps_people import DepartmentStep, PersonStep
from bot.kit.steps_texts import RichTextStep, Written
from bot.kit.steps_times import MomentStep
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request, Start
from bot.talk.router import Router
from core.access import COLLEAGUE
from core.chat.blocks import Block
from core.chat.layout import plain
from core.chat.phrases import Phrase
from core.chat.screens import paragraph, screen
from storage.files import FileStore
from tests.support.clock import MovableClock
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainWire
from tests.support.world import World, a_world


def _summary(request: Request, answers: Answers) -> Sequence[Block]:
    return (paragraph(f"Order {answers.the('price', int)} for {answers.the('who', int)}?"),)


class Errand(Form):
    """Somebody is to fetch something."""

    code = "t-errand"
    title = Phrase("Errand")
    right = COLLEAGUE
    steps = (
        LineStep("what", Phrase("What is to be fetched?"), limit=40),
        PersonStep("who", Phrase("Who goes?")),
        DepartmentStep("where", Phrase("To which department?"), optional=True),
        MomentStep("at", Phrase("When?"), without=Phrase("Whenever"), quick=True),
        AmountStep("price", Phrase("What may it cost?"), least=100, most=100_000, digits=2, offers=(5000, 10000)),
        RichTextStep("about", Phrase("What else?"), limit=60),
        ConfirmStep("sure", _summary, Phrase("Order")),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        at, about = answers.get("at", datetime), answers.the("about", Written)
        what, who, where, price = map(answers.value, ("what", "who", "where", "price"))
        told = [what, who, where, at and f"{at:%d.%m %H:%M}", price]
        return screen("Ordered", " | ".join(map(str, told)), plain(about.blocks))


class Letter(Form):
    """A text that may come in many messages."""

    code = "t-letter"
    title = Phrase("Letter")
    right = COLLEAGUE
    steps = (
        RichTextStep("about", Phrase("What about?"), limit=6000),
        ConfirmStep("sure", lambda request, answers: (paragraph("Sure?"),), Phrase("Send")),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        return screen("Sent", *answers.the("about", Written).blocks)


def _errands() -> House:
    router = Router("test")
    router.form(Letter)
    router.form(Errand)

    @router.command("letter", right=COLLEAGUE)
    def letter(request: Request, words: str) -> Reply:
        return Start(Letter)

    @router.command("errand", right=COLLEAGUE)
    def errand(request: Request, words: str) -> Reply:
        return Start(Errand)

    return House([router], Languages("en", "Europe/Moscow"))


@pytest.fixture
async def world(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> AsyncIterator[World]:
    """The cast on the plain messenger in a house with one form."""
    file, wire = tmp_path / "kollega.db", PlainWire(FileStore(tmp_path))
    async with a_world(file, sqlite_template, wire, clock, _errands()) as opened:
        await opened.gathers()
        yield opened


@pytest.fixture
async def anna(world: World) -> TestPerson:
    return await world.joins("employee")
