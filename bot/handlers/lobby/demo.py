"""What everybody in the demo company may say first."""

from __future__ import annotations

from typing import ClassVar

from bot.kit.demo import EVERYBODY, Scene
from core.chat.adapter import Chip
from core.chat.phrases import phrase


class Demo(Scene):
    """The way to all the rest, behind what each role is there for."""

    order = 9
    chips: ClassVar = {EVERYBODY: (Chip("/menu", phrase("See what there is")),)}
