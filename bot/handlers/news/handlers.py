"""The room of the news: all of its routes."""

from __future__ import annotations

from bot.handlers.news import broadcast, editing, forms, reading
from bot.handlers.news.room import router

__all__ = ["broadcast", "editing", "forms", "reading", "router"]
