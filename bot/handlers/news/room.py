"""The router of the news, apart from its handlers so that each of their files can add to it."""

from __future__ import annotations

from bot.talk.router import Router

router = Router("news")
