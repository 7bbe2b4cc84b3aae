"""Which chats list other commands than those of their person: kept, because a role may end while no bot runs."""

from __future__ import annotations

from dataclasses import dataclass

from core.access import Roles
from core.unit_of_work import Change, Query

HOLDERS = "roles"
"""What is woken when somebody's roles have changed (see `core.unit_of_work.Store.woken`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChat:
    """A private chat. `told` is to be kept as soon as it lists the commands of these roles."""

    account_id: int
    chat: str
    roles: Roles
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted(Query[tuple[ListedChat, ...]]):
    """The chats of a bot account whose list is out of date, in order of their accounts: the next `limit` after one.

    Only who has or had a role has a list of their own. `edition` names the commands that there are now.
    """

    messenger: str
    edition: str
    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class Listed(Change[None]):
    """A chat lists the commands that it was told."""

    account_id: int
    told: str
