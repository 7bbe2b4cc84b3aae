"""Files that a screen has as data: made for each reader when their copy is rendered, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.kit.charts import Bar, bar_chart
from bot.kit.charts_frame import Frame
from core.chat.codec import record
from core.chat.files import Draft
from core.chat.phrases import Language


@record
@dataclass(frozen=True, slots=True)
class BarPicture:
    """Horizontal bars as a picture; see `bar_chart`."""

    frame: Frame
    bars: tuple[Bar, ...]

    def make(self, language: Language) -> Draft:
        """The picture."""
        return Draft("chart.png", "image/png", bar_chart(language, self.frame, self.bars))
