"""A network such as Telegram may have several bot accounts: how they are called, and what their settings share.

The main account has the network's own name, "telegram"; further ones add theirs: "telegram.2".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from core.chat.messenger import Health
from core.chat.phrases import Malformed, Phrase, Text, Value, phrase

_NAME = re.compile(r"[a-z0-9]{1,16}")


def network_of(messenger: str) -> str:
    """The network that a bot account is in."""
    return messenger.partition(".")[0]


def number_of(messenger: str) -> str:
    """What tells a further account from the others of its network; empty for the main one."""
    return messenger.partition(".")[2]


def account_in(network: str, name: str) -> str:
    """The bot account that the settings call `name`."""
    return f"{network}.{name}"


def checked_name(name: str) -> str:
    """The name of a further account. ValueError when it is none."""
    if not _NAME.fullmatch(name):
        raise Malformed(phrase("is no name of an account: 1 to 16 characters out of a-z and 0-9"))
    return name


def filled_in(section: Mapping[str, object], own: Collection[str]) -> dict[str, object]:
    """A section of the settings in which each account of `more` has what it does not say from the main account.

    What identifies an account, `own`, is not taken over. An account of which nothing is said is left out.
    """
    more = section.get("more")
    if not isinstance(more, Mapping):
        return dict(section)
    main = {name: value for name, value in section.items() if name != "more" and name not in own}
    accounts: dict[object, object] = {}
    for name, said in more.items():
        if not isinstance(said, Mapping):
            accounts[name] = said
        elif given := {key: value for key, value in said.items() if not _blank(value)}:
            accounts[name] = _over(main, given)
    return {**section, "more": accounts}


def prefix_of(messenger: str) -> str:
    """How the names of a bot account's settings begin in the environment."""
    network, _, name = messenger.upper().partition(".")
    return f"KOLLEGA_{network}__MORE__{name}__" if name else f"KOLLEGA_{network}__"


def link_to(address: str, code: str) -> str:
    """The link by which a newcomer opens a bot account; with the code in it where the messenger hands it over."""
    if address.startswith("https://t.me/"):
        return f"{address}?start={code}"
    return f"https://matrix.to/#/{address}" if address.startswith("@") else address


def about(messenger: str, health: Health) -> Health:
    """The same with the settings named that are this account's own."""
    section, own = prefix_of(network_of(messenger)), prefix_of(messenger)

    def said(text: Text) -> Text:
        return text.replace(section, own) if isinstance(text, str) else replace(text, values=_each(text.values))

    def _each(values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: said(value) if isinstance(value, str | Phrase) else value for name, value in values.items()}

    return replace(health, state=said(health.state), remedy=said(health.remedy))


def _over(main: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    whole = dict(main)
    for key, value in given.items():
        below = whole.get(key)
        whole[key] = _over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return whole


def _blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()
