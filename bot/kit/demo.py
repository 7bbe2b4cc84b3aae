"""The demo company: what each room brings to it in its `demo.py`, and what they need for that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from core.chat.adapter import Chip, Persona, Step, Tool
from core.chat.clock import Clock
from core.chat.files import Files
from core.chat.phrases import Text
from core.parts import Adapter
from core.people.import_plan import WholeStaff
from core.unit_of_work import Store, UnitOfWork

EVERYBODY = "*"
"""In `Scene.chips`: each persona."""
WEB = "web"
"""The web chat, where everybody in the company can be played from the start."""


class BrokenData(Exception):
    """A data file of the demo says something that cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoContext:
    """What scenes are made of. `adapters` gives those in a folder; see `core.parts.PartContext`.

    `language` is the code of the language in which the company speaks and in which its people are named.
    """

    store: Store
    files: Files
    clock: Clock
    zone: ZoneInfo
    language: str
    adapters: Callable[[str], Sequence[Adapter]]


class Scene:
    """What one room brings: the class `Demo` in its `demo.py`. Set up by their `order`, then by their rooms."""

    order: ClassVar[int] = 1
    chips: ClassVar[Mapping[str, tuple[Chip, ...]]] = {}
    """What personas may say first, by their accounts."""

    def __init__(self, context: DemoContext) -> None:
        self.context = context

    async def fill(self) -> None:
        """Puts the room's part of the company into the database; doing it again adds nothing."""

    @property
    def tools(self) -> Sequence[Tool]:
        """Buttons beside the chats."""
        return ()

    async def personas(self) -> Sequence[Persona]:
        """Who can be played."""
        return ()

    async def guide(self) -> Sequence[Step]:
        """Steps of the newcomer's minute."""
        return ()

    async def opening(self, networks: Collection[str]) -> Sequence[Text]:
        """Lines for the terminal once everything runs; `networks` are those that are on."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The people by external id and the departments by name, each with the id in the database."""

    people: Mapping[str, int]
    departments: Mapping[str, int]


def company(uow: UnitOfWork) -> Company:
    """Who works there by now."""
    staff = uow.ask(WholeStaff())
    return Company(
        people={person.external_id: person.id for person in staff.people if person.external_id is not None},
        departments={department.name: department.id for department in staff.departments},
    )


def rows(path: Path) -> list[list[str]]:
    """The cells of a data file; its lines that begin with # say what they are."""
    lines = path.read_text("utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    if len({len(row) for row in cells}) != 1:
        raise BrokenData(f"{path.name}: its rows are not equally long")
    return cells
