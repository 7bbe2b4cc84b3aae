"""What the web chat offers a newcomer, of all rooms: whom to be, and what to let happen at the press of a button."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.demo.filling import scenes
from bot.kit.demo import EVERYBODY, DemoContext
from core.chat.adapter import Chip, Persona, Step, Tool
from core.chat.phrases import Text


class DemoStage:
    """The demo company on the pages of the web chat; see `core.chat.adapter.Stage`."""

    def __init__(self, context: DemoContext) -> None:
        self.scenes = scenes(context)

    @property
    def tools(self) -> Sequence[Tool]:
        """The buttons of all rooms."""
        return tuple(tool for scene in self.scenes for tool in scene.tools)

    async def personas(self) -> Sequence[Persona]:
        """Who can be played."""
        known = [persona for scene in self.scenes for persona in await scene.personas()]
        return tuple(replace(persona, chips=self._chips(persona.account)) for persona in known)

    def _chips(self, account: str) -> tuple[Chip, ...]:
        return tuple(chip for scene in self.scenes for one in (account, EVERYBODY) for chip in scene.chips.get(one, ()))

    async def guide(self) -> Sequence[Step]:
        """What a newcomer is led through."""
        return tuple([step for scene in self.scenes for step in await scene.guide()])

    async def opening(self, networks: Collection[str]) -> Sequence[Text]:
        """What the terminal says once everything runs."""
        return tuple([line for scene in self.scenes for line in await scene.opening(networks)])
