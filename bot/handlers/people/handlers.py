"""The room's router with all its routes: importing the files registers them."""

from __future__ import annotations

from bot.handlers.people import door, menu, own, own_quiet, requests, search, staff
from bot.handlers.people.routes import router

__all__ = ["door", "menu", "own", "own_quiet", "requests", "router", "search", "staff"]
