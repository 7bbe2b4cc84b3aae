"""What a command of a room may use: light, because every command line begins with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from core.chat.phrases import Told, phrase

if TYPE_CHECKING:
    from bot.run.settings import Settings
    from bot.talk.house import House
    from core.parts import Adapter
    from core.unit_of_work import Store, UnitOfWork

T = TypeVar("T")


def help_text(words: str) -> str:
    """Marks the help of a command or an option for the catalogues; it is translated when it is shown."""
    return words


class CommandError(Told):
    """A command cannot be carried out; the text says why and what to do."""


class Shell(Protocol):
    """What `cli.py` of a room is given; each thing is made when it is asked for.

    Such a file has `add_to(app: typer.Typer, shell: Shell)` and imports at its top only what is light: the rest when a
    command runs, from files called `cli_….py` beside it.
    """

    @property
    def settings(self) -> Settings:
        """The settings of this process. Raises `SettingsError`."""

    @property
    def house(self) -> House:
        """All rooms."""

    def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """The result of `work` in the one transaction of a command, with what the rooms do about its events.

        Beside a running bot or without one. Raises `Busy` or `Full` like `Store.transact`.
        """

    def store(self) -> AbstractAsyncContextManager[Store]:
        """The database, for commands of many transactions."""

    def adapters(self, kind: str) -> Sequence[Adapter]:
        """The adapters in a folder; see `core.parts.PartContext`."""


def only_json(format: str) -> None:
    """Refuses any other `--format`."""
    if format != "json":
        raise CommandError(phrase("--format {format}: only json is there.", format=format))
