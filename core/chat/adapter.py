"""What the house gives to an adapter, and what a folder under `adapters/` must offer.

An adapter folder has `settings.py` (light: a pydantic model `Settings` and the name of its section, `SECTION`) and, in
its `__init__.py`, `create(settings, around, name) -> Messenger | None`, which imports the messenger's library only when
it is called; None when the settings leave the messenger off. Where a messenger can have several bot accounts, its
settings have `more`, which gives the settings of each further one by its name; `create` is then called for each, with
the `name` that its messenger is to have: see `core.chat.networks`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.chat.clock import Clock
from core.chat.files import Files
from core.chat.phrases import Language, Phrase, Text


@dataclass(frozen=True, slots=True)
class Chip:
    """Something to say first: `text` is sent as if it had been typed, `label` says what comes of it."""

    text: str
    label: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody whom a newcomer can be in the demo: an account, a name, what this person is and may say first."""

    account: str
    name: str
    about: Text
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A button of the demo, outside any chat; `run` gives a sentence about what it did.

    `account` is the persona whose chat shows it; empty for none.
    """

    code: str
    label: Phrase
    run: Callable[[], Awaitable[Phrase]]
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the minute in which a newcomer sees what the product is for.

    It is done with the button `tool`, or in the chat of the persona `account`.
    """

    text: Phrase
    done: bool
    tool: str = ""
    account: str = ""


class Stage(Protocol):
    """The demo company as the web chat shows it."""

    @property
    def tools(self) -> Sequence[Tool]:
        """The demo's buttons."""

    async def personas(self) -> Sequence[Persona]:
        """Who can be played, the most interesting first."""

    async def guide(self) -> Sequence[Step]:
        """The steps of the newcomer's minute, as far as they have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an adapter may use. `languages` gives the language of a code, or the company's for None.

    `key_for` gives 32 bytes for a purpose, derived from the application's key, for what must be sealed on the disk.
    """

    files: Files
    data_dir: Path
    clock: Clock
    languages: Callable[[str | None], Language]
    key_for: Callable[[str], bytes]
    stage: Stage | None = None
