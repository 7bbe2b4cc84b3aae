"""Files that a screen has as data are made when its copies are rendered: once for all readers of a language."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from bot.kit.charts import Bar
from bot.kit.charts_frame import Frame
from bot.kit.made import BarPicture
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.render import Renderer
from core.chat.codec import dump, load
from core.chat.files import Draft
from core.chat.pages import Page
from core.chat.phrases import Language, phrase
from core.chat.screens import Screen, paragraph
from core.copies import Wanted
from core.delivery import Priority
from tests.support.clock import START
from tests.support.plain import CAPABILITIES

COPY = Wanted(
    delivery_id=1,
    message_id=1,
    planned_at=START,
    revision=1,
    content=Screen(blocks=()),
    withdrawn=False,
    priority=Priority.REPLY,
    messenger="plain",
    chat="anna",
    attempts=0,
    shown=0,
    receipt=None,
    sent_at=None,
    person_id=None,
    account_id=None,
    roles="",
    language="en",
    timezone=None,
)


@dataclass(frozen=True)
class Letter:
    """A text in the reader's language."""

    written: list[str]

    def make(self, language: Language) -> Draft:
        self.written.append(language.code)
        return Draft("letter.txt", "text/plain", language.code.encode())


def files(page: Page) -> list[Draft]:
    return [file for part in page.parts for file in part.attachments if isinstance(file, Draft)]


async def test_a_file_is_made_once_for_all_readers_of_a_language() -> None:
    letter = Letter([])
    renderer = Renderer(House([], Languages("en")), CAPABILITIES)
    copy = replace(COPY, content=Screen(blocks=(paragraph("Hello"),), made=(letter,)))
    one, two = await asyncio.gather(renderer.page(copy), renderer.page(replace(copy, delivery_id=2)))
    other = await renderer.page(replace(copy, language="ru"))
    assert one is two
    assert letter.written == ["en", "ru"]
    assert [file.content for page in (one, other) for file in files(page)] == [b"en", b"ru"]


async def test_a_file_that_cannot_be_made_is_tried_again() -> None:
    class Broken:
        def make(self, language: Language) -> Draft:
            raise ValueError("no ink")

    renderer = Renderer(House([], Languages("en")), CAPABILITIES)
    copy = replace(COPY, content=Screen(blocks=(), made=(Broken(),)))
    for _ in range(2):
        with pytest.raises(ValueError, match="no ink"):
            await renderer.page(copy)


async def test_a_chart_is_a_picture_and_survives_the_database() -> None:
    chart = BarPicture(Frame(title=phrase("Open")), (Bar("Yes", 3), Bar("No", 1)))
    kept = load(dump(Screen(blocks=(paragraph("Result"),), made=(chart,))))
    (file,) = files(await Renderer(House([], Languages("en")), CAPABILITIES).page(replace(COPY, content=kept)))
    assert file.content.startswith(b"\x89PNG")
    assert file.media.value == "photo"
