"""Finds the rooms: every folder under bot/handlers is one, and a broken one stops the start."""

from __future__ import annotations

import importlib
import pkgutil

import bot.handlers
from bot.talk.house import BrokenHouse, House
from bot.talk.language import Languages
from bot.talk.router import Router
from core.chat.actions import known_actions


def open_house(languages: Languages) -> House:
    """The house with every room found under bot/handlers; a broken room stops the start."""
    routers = []
    for found in pkgutil.iter_modules(bot.handlers.__path__):
        room = importlib.import_module(f"bot.handlers.{found.name}.handlers")
        router = getattr(room, "router", None)
        if not isinstance(router, Router):
            raise BrokenHouse(f"bot/handlers/{found.name}/handlers.py has no router")
        routers.append(router)
    house = House(routers, languages)
    for action in known_actions():
        if action.__module__.startswith(f"{bot.handlers.__name__}.") and action not in house.actions:
            raise BrokenHouse(f"nobody handles the action {action.__name__}")
    return house
