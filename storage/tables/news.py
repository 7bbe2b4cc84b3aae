"""News, their versions, and for whom each item can be found."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Enum, ForeignKey, Index, Integer, Table, UniqueConstraint, false

from core.news.item import News, NewsVersion, State
from storage.persons import impersonal, personal
from storage.retention import kept
from storage.schema import Id, Moment, Recorded, Words, key, mappings, metadata

_State = Enum(State, native_enum=False, length=16, values_callable=lambda states: [state.value for state in states])

news = Table(
    "news",
    metadata,
    key(),
    Column("content", Recorded, nullable=False),
    Column("audience", Recorded, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("byline", Words, nullable=False),
    Column("publish_at", Moment, nullable=False),
    Column("state", _State, nullable=False),
    Column("version", Integer, nullable=False),
    Column("edited_at", Moment),
    Column("withdrawn_at", Moment),
    Column("campaign_id", Id, index=True),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("ends_at", Moment),
    Index("ix_news_state", "state", "publish_at", "id"),
    sqlite_autoincrement=True,
    info=kept("the company's archive; an item is withdrawn by its author")
    | personal("author_id", blank={"byline": ""}),
)

news_versions = Table(
    "news_versions",
    metadata,
    key(),
    Column("news_id", Id, ForeignKey("news.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", Recorded, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("news_id", "number"),
    sqlite_autoincrement=True,
    info=kept("goes with its item") | impersonal("who wrote a version is a number once the person is erased"),
)

# An audience taken apart: "all" 0, "department" and its id, "branch" and the id of its root, "role:" and its name 0,
# "person" and the id; with "-" before it what is left out.
news_audiences = Table(
    "news_audiences",
    metadata,
    Column("news_id", Id, ForeignKey("news.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Words, primary_key=True),
    Column("value", Id, primary_key=True, autoincrement=False),
    info=kept("goes with its item"),
)

# Who has opened an item, as far as messengers tell.
news_openings = Table(
    "news_openings",
    metadata,
    Column("news_id", Id, ForeignKey("news.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
    info=kept("goes with its item") | personal("person_id", go=True),
)

mappings.map_imperatively(News, news)
mappings.map_imperatively(NewsVersion, news_versions)
