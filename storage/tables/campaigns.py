"""Campaigns: messages to many people, and how far each has come."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Enum, Index, Integer, Table, false

from core.campaigns.campaign import Campaign, CampaignState
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
    Index(None, "kind", "about"),
    sqlite_autoincrement=True,
    info=kept("who was told what, and how many it reached, is asked for years later"),
)

mappings.map_imperatively(Campaign, campaigns)
