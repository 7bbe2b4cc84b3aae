"""The messenger that needs nothing but a browser, so that a newcomer can meet the bot in a minute."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from adapters.webchat.settings import SECTION, Settings
from core.chat.adapter import Surroundings
from core.chat.phrases import Malformed, phrase

if TYPE_CHECKING:
    from adapters.webchat.messenger import WebChat


def create(settings: Settings, around: Surroundings, name: str = SECTION) -> WebChat | None:
    """The web chat, or None when it is off. ValueError for an address that other machines can reach."""
    assert name == SECTION, "there is one web chat"
    if not settings.chat:
        return None
    if not _is_loopback(settings.host):
        raise Malformed(
            phrase(
                "web.chat cannot be on at web.host {host}: there is no sign-in, so anybody who reaches this address "
                "could speak for anybody. Use 127.0.0.1, or turn web.chat off.",
                host=settings.host,
            )
        )
    from adapters.webchat.messenger import WebChat

    return WebChat(around)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
