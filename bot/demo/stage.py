"""What the web chat offers a newcomer, of all rooms: whom to be, and what to let happen at the press of a button."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.demo.filling import scenes
from bot.kit.demo import DemoContext
from core.chat.adapter import Persona, Tool
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
        return tuple([persona for scene in self.scenes for persona in await scene.personas()])

    async def opening(self, networks: Collection[str]) -> Sequence[Text]:
        """What the terminal says once everything runs."""
        return tuple([line for scene in self.scenes for line in await scene.opening(networks)])
