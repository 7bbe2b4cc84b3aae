"""Whoever wants to compare emoji with the bot gets a cancel: nobody is there who could look at them.

How to make sure of the bot all the same, its answer in the chat says, in the language of the reader. Requests come in
rooms, between people, or to the device, between the devices of one account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.matrix.encoding import mapping
from adapters.matrix.sync import words

REQUEST, CANCEL = "m.key.verification.request", "m.key.verification.cancel"
_MOST = 100
"""Requests that are answered at a time: more is no person."""
_BEGINNINGS = (REQUEST, "m.key.verification.start")
_WHY = {"code": "m.user", "reason": "A bot cannot compare emoji: compare its key with the one that its admin sees."}


def cancelled(request: str) -> dict[str, Any]:
    """The content that ends a request in a room, by its event id."""
    return {**_WHY, "m.relates_to": {"rel_type": "m.reference", "event_id": request}}


class Refusals:
    """The requests that came to the device and are still to be cancelled."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str, str], None] = {}

    def take(self, event: object) -> None:
        """Looks at an event to the device."""
        found = mapping(event)
        content, sender = mapping(found.get("content")), words(found.get("sender"))
        device, transaction = words(content.get("from_device")), words(content.get("transaction_id"))
        if found.get("type") in _BEGINNINGS and sender and device and transaction and len(self._waiting) < _MOST:
            self._waiting[sender, device, transaction] = None

    def messages(self) -> list[Mapping[str, Any]]:
        """The cancels by person and device, each list entry for one request; they are done with."""
        waiting, self._waiting = self._waiting, {}
        return [{sender: {device: {**_WHY, "transaction_id": transaction}}} for sender, device, transaction in waiting]
