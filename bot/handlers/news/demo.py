"""What the demo company has told its people, read from the data files beside."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from bot.handlers.news.demo_writing import blocks
from bot.kit.demo import BrokenData, Company, Scene, company
from core.chat.adapter import Chip
from core.chat.files import Attachment, Files, Media
from core.chat.phrases import phrase
from core.news.item import AllNews, Content, IndexAudience, Kind, News, NewsVersion, State
from core.news.publishing import byline_of, check_content, index_words
from core.people.audience import Audience
from core.people.person import Person
from core.unit_of_work import UnitOfWork

DATA = Path(__file__).parent / "data"
_PICTURE = (960, 540)


class Demo(Scene):
    """The news of the last weeks, on the shelf."""

    chips: ClassVar = {
        "sorokina": (Chip("/publish", phrase("Publish news")), Chip("/news", phrase("See the news"))),
        "ivolgina": (Chip("/news", phrase("See the news")),),
        "skvortsov": (Chip("/news", phrase("See the news")),),
    }

    async def fill(self) -> None:
        """Publishes what is not there yet."""
        kept, zone = await pictures(self.context.files), self.context.zone
        written = (DATA / self.context.language / "news.toml").read_text("utf-8")
        items = tomllib.loads(written)["news"]
        await self.context.store.transact(lambda uow: publish(uow, company(uow), items, kept, zone))


async def pictures(files: Files) -> dict[str, Attachment]:
    """The pictures of the news, kept among the company's files, by name."""
    drawn = {path.name: path.read_bytes() for path in sorted((DATA / "pictures").glob("*.png"))}
    return {name: await _kept(name, content, files) for name, content in drawn.items()}


async def _kept(name: str, drawn: bytes, files: Files) -> Attachment:
    async def chunks() -> AsyncIterator[bytes]:
        yield drawn

    content, size = await files.save(chunks(), 2**20)
    width, height = _PICTURE
    return Attachment(
        media=Media.PHOTO, name=name, mime="image/png", size=size, content=content, width=width, height=height
    )


def publish(
    uow: UnitOfWork, staff: Company, items: Sequence[Mapping[str, Any]], kept: Mapping[str, Attachment], zone: ZoneInfo
) -> None:
    """Puts the news of the last weeks on the shelf: to be read, without a message to anybody."""
    every = tuple(State)
    known = {news.title for news in uow.ask(AllNews(states=every, offset=0, limit=1000)).items}
    today = uow.now.astimezone(zone).date()
    for item in reversed(items):
        if item["title"] not in known:
            at = _moment(today, -item["days_ago"], item["at"], zone)
            _shelve(uow, staff, _content(item, kept, today, zone), item, at)


def _content(item: Mapping[str, Any], kept: Mapping[str, Attachment], today: date, zone: ZoneInfo) -> Content:
    content = Content(
        kind=Kind(item["kind"]),
        title=item["title"],
        body=blocks(item["body"]),
        files=(kept[item["picture"]],) if "picture" in item else (),
        happens_at=_moment(today, item["in_days"], item["happens_at"], zone) if "in_days" in item else None,
        place=item.get("place"),
    )
    check_content(content)
    return content


def _shelve(uow: UnitOfWork, staff: Company, content: Content, item: Mapping[str, Any], at: datetime) -> None:
    author = uow.get(Person, staff.people[item["author"]])
    if author is None:
        raise BrokenData(f"news.toml: nobody is {item['author']}")
    departments = tuple(staff.departments[name] for name in item.get("departments", ()))
    news = News(
        content=content,
        audience=Audience(everybody=not departments, departments=departments),
        author_id=author.id,
        byline=byline_of(uow, author),
        publish_at=at,
        state=State.PUBLISHED,
    )
    uow.add(news)
    uow.flush()
    uow.apply(IndexAudience(news.id, news.audience))
    index_words(uow, news)
    uow.add(NewsVersion(news_id=news.id, number=1, content=content, author_id=author.id, made_at=at))


def _moment(today: date, days: int, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(today + timedelta(days), clock, zone)
