"""What messengers and the accounts in them are called, and how a choice among several is marked."""

from __future__ import annotations

from core.chat.blocks import Code, Line, Link, Span
from core.chat.networks import network_of, number_of
from core.chat.phrases import Phrase, Text, phrase
from core.people.person import Account

_LINKS = {"telegram": "tg://user?id={}", "matrix": "https://matrix.to/#/{}"}
_TITLES = {"telegram": "Telegram", "matrix": "Matrix"}


def messenger_title(name: str) -> Text:
    """A messenger's name as people know it."""
    network = network_of(name)
    title = _TITLES.get(network, network.capitalize())
    return phrase("Web chat") if name == "web" else f"{title} {number_of(name)}".rstrip()


def account_name(account: Account) -> str:
    """What the account calls itself."""
    return account.name or account.address


def account_link(account: Account) -> Span:
    """The account's own id, which leads to it where its messenger has such links."""
    link = _LINKS.get(account.network)
    return Code(account.address) if link is None else Link(account.address, link.format(account.address))


def account_line(account: Account) -> Line:
    """An account in words."""
    named: Text = phrase(
        "{messenger}: {name}", messenger=messenger_title(account.messenger), name=account_name(account)
    )
    if account.unreachable is not None:
        return (named, " — ", phrase("cannot be written to"))
    if account.absent:
        return (named, " — ", phrase("has not signed in yet"))
    return (named,) if account.chat is not None else (named, " — ", phrase("has not written yet"))


def marked(label: Text, chosen: bool) -> Phrase:
    """One of several choices, of which one holds."""
    return phrase("{mark} {label}", mark="🔘" if chosen else "⚪", label=label)
