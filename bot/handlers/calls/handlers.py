"""The room of the calls: all of its routes."""

from __future__ import annotations

from bot.handlers.calls import alerts, forms, lines, missed, telling
from bot.handlers.calls.room import router

__all__ = ["alerts", "forms", "lines", "missed", "router", "telling"]
