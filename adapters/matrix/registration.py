"""The registration of an application service: with it a homeserver's admin lifts the limits of the bot."""

from __future__ import annotations

import json
import re
import secrets

_LINE = "{name}: {value}\n"


def registration(*users: str) -> str:
    """The file for the homeserver, YAML. `users` are the bots' Matrix ids; the tokens in it are new and secret."""
    name, _, _ = users[0].removeprefix("@").partition(":")
    own = [{"exclusive": False, "regex": f"^{re.escape(user)}$"} for user in users]
    namespaces = {"users": own, "aliases": [], "rooms": []}
    fields = {
        "id": f"kollega-{name}",
        "url": None,
        "as_token": secrets.token_urlsafe(32),
        "hs_token": secrets.token_urlsafe(32),
        # Synapse does not let a service's own sender read what is new.
        "sender_localpart": f"{name}-service",
        "rate_limited": False,
        "namespaces": namespaces,
    }
    return "".join(_LINE.format(name=field, value=json.dumps(value)) for field, value in fields.items())
