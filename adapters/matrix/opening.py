"""Opens encrypted events of rooms, each only as what it was sent as."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from nio.crypto import Olm
from vodozemac import MegolmMessage

from adapters.matrix.keystore import MEGOLM, KeyStore

_SEEN = 50_000
"""Messages of which it is remembered which event they were, so that none can be played again as another."""


class Opening:
    """Reads with the room keys that are in the store."""

    def __init__(self, machine: Olm, store: KeyStore) -> None:
        self._machine, self._store = machine, store
        self._seen: OrderedDict[tuple[str, str, int], str] = OrderedDict()

    def open(self, room: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """The clear event with the same ids; None without a key, and for what is not what it claims to be."""
        content, sender, name = event.get("content"), event.get("sender"), event.get("event_id")
        if not isinstance(content, Mapping) or not isinstance(sender, str) or not isinstance(name, str):
            return None
        session_id, ciphertext = content.get("session_id"), content.get("ciphertext")
        if content.get("algorithm") != MEGOLM or not isinstance(session_id, str) or not isinstance(ciphertext, str):
            return None
        # What the event says of its device is only a word; that this person gave the session was proved.
        session = self._store.room_key(room, session_id, owner=sender)
        if session is None:
            return None
        device = self._machine.device_store.device_from_sender_key(sender, session.sender_key)
        if device is not None and device.ed25519 != session.ed25519:
            return None
        try:
            opened = session._session.decrypt(MegolmMessage.from_base64(ciphertext))
            clear = json.loads(opened.plaintext)
        except (ValueError, RecursionError):
            return None
        if not self._is_first((session.sender_key, session_id, opened.message_index), name):
            return None
        return _merged(room, event, content, clear)

    def _is_first(self, message: tuple[str, str, int], event: str) -> bool:
        """Whether a message was not yet read as another event; the same one may be read again."""
        first = self._seen.setdefault(message, event)
        self._seen.move_to_end(message)
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        return first == event


def _merged(room: str, event: Mapping[str, Any], content: Mapping[str, Any], clear: object) -> dict[str, Any] | None:
    """The clear event out of what was inside and outside; None when they do not fit."""
    if not isinstance(clear, dict) or clear.get("room_id") != room:
        return None
    kind, inner = clear.get("type"), clear.get("content")
    if not isinstance(kind, str) or not isinstance(inner, dict):
        return None
    if "m.relates_to" in content:
        inner.setdefault("m.relates_to", content["m.relates_to"])
    outer = {name: event[name] for name in ("event_id", "sender", "origin_server_ts", "unsigned") if name in event}
    return {**outer, "type": kind, "content": inner, "room_id": room}
