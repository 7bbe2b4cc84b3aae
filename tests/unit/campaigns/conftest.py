"""Campaigns run on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.support.databases import *  # noqa: F403
