"""The router of health, apart from its handlers so that each file of the room can add to it."""

from __future__ import annotations

from bot.talk.router import Router

router = Router("health")
