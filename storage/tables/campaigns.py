"""Campaigns: messages to many people, and how far each has come."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Enum, ForeignKey, Index, Integer, Table, false

from core.campaigns.campaign import Campaign, CampaignState
from core.campaigns.standing import Reminder
from storage.persons import personal
from storage.retention import kept
from storage.schema import Id, Moment, Recorded, Words, key, mappings, metadata

_State = Enum(
    CampaignState, native_enum=False, length=16, values_callable=lambda states: [state.value for state in states]
)

campaigns = Table(
    "campaigns",
    metadata,
    key(),
    Column("kind", Words, nullable=False),
    Column("about", Id, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("audience", Recorded, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("stirred_at", Moment, nullable=False),
    Column("stirred_from", Integer, nullable=False, server_default="0"),
    Column("state", _State, nullable=False),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("message_id", Id, unique=True),
    Column("progress_id", Id),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("figures", Words, nullable=False),
    Column("finished_at", Moment),
    Column("ends_at", Moment),
    Column("asks", Integer, nullable=False, server_default="0"),
    Column("asked_at", Moment),
    Column("chasing", Recorded, nullable=False, server_default='{"_":"Chasing"}'),
    Column("reminded", Integer, nullable=False, server_default="0"),
    Column("escalated", Boolean, nullable=False, server_default=false()),
    Column("follow_at", Moment),
    Index(None, "kind", "about"),
    sqlite_autoincrement=True,
    info=kept("who was told what, and how many it reached, is asked for years later") | personal("author_id"),
)

# Who has acknowledged which version. The key counts them, and finds out who is missing, by itself.
acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
    info=kept("whether somebody was told is asked for years later; goes with the person") | personal("person_id"),
)

campaign_reminders = Table(
    "campaign_reminders",
    metadata,
    Column("message_id", Id, primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("sent_at", Moment, nullable=False),
    info=kept("goes with its campaign"),
)

mappings.map_imperatively(Campaign, campaigns)
mappings.map_imperatively(Reminder, campaign_reminders)
