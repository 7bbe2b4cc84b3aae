"""Who works in the demo company and what it has told its people: read from the data files beside, put into a database.

Everything can be filled in twice without becoming more.
"""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.writing import blocks
from core.chat.files import Attachment, Files, Media
from core.news.item import AllNews, Content, IndexAudience, Kind, News, NewsVersion, State
from core.news.publishing import byline_of, check_content, index_words
from core.people.audience import Audience
from core.people.import_plan import WholeStaff
from core.people.importing import import_people
from core.people.person import Account, Person
from core.people.roster import read_roster
from core.unit_of_work import UnitOfWork

DATA = Path(__file__).parent / "data"
WEB = "web"
"""The web chat, where everybody in the company can be played from the start."""

_PICTURE = (960, 540)


class BrokenData(Exception):
    """A data file of the demo says something that cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The people by external id and the departments by name, each with the id in the database."""

    people: Mapping[str, int]
    departments: Mapping[str, int]


def employ(uow: UnitOfWork) -> Company:
    """Engages everybody, each with an account in the web chat."""
    roster = read_roster((DATA / "people.csv").read_bytes())
    report = import_people(uow, roster, dry_run=False)
    if report.faults:
        raise BrokenData(f"people.csv, row {report.faults[0].row}: {report.faults[0].reason.text}")
    staff = uow.ask(WholeStaff())
    ids = {person.external_id: person for person in staff.people}
    reached = {account.person_id for account in staff.accounts if account.messenger == WEB}
    people = {row.external_id: ids[row.external_id] for row in roster.rows}
    for external_id, person in people.items():
        if person.id not in reached:
            _open_chat(uow, person, external_id)
    uow.flush()
    return Company(
        people={external_id: person.id for external_id, person in people.items()},
        departments={department.name: department.id for department in staff.departments},
    )


def _open_chat(uow: UnitOfWork, person: Person, address: str) -> None:
    account = Account(messenger=WEB, address=address, person_id=person.id, chat=address, name=person.name)
    account.linked_at = uow.now
    uow.add(account)
    person.preferred = WEB


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


def publish(uow: UnitOfWork, company: Company, kept: Mapping[str, Attachment], zone: ZoneInfo) -> None:
    """Puts the news of the last weeks on the shelf: to be read, without a message to anybody."""
    every = tuple(State)
    known = {news.title for news in uow.ask(AllNews(states=every, offset=0, limit=1000)).items}
    today = uow.now.astimezone(zone).date()
    for item in reversed(tomllib.loads((DATA / "news.toml").read_text("utf-8"))["news"]):
        if item["title"] not in known:
            at = _moment(today, -item["days_ago"], item["at"], zone)
            _shelve(uow, company, _content(item, kept, today, zone), item, at)


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


def _shelve(uow: UnitOfWork, company: Company, content: Content, item: Mapping[str, Any], at: datetime) -> None:
    author = uow.get(Person, company.people[item["author"]])
    if author is None:
        raise BrokenData(f"news.toml: nobody is {item['author']}")
    departments = tuple(company.departments[name] for name in item.get("departments", ()))
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


def rows(name: str) -> list[list[str]]:
    """The cells of a data file; its lines that begin with # say what they are."""
    lines = (DATA / name).read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    if len({len(row) for row in cells}) != 1:
        raise BrokenData(f"{name}: its rows are not equally long")
    return cells
