"""Files that a screen has as data: made for each reader when their copy is rendered, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.kit.charts import Bar, Whole, bar_chart, share_chart
from bot.kit.charts_frame import Frame
from bot.kit.sheets import Cell, Column, Kind, Table, file_name, write_xlsx
from bot.talk.language import Speech
from core.chat.codec import record
from core.chat.files import Draft
from core.chat.phrases import Language, Text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@record
@dataclass(frozen=True, slots=True)
class BarPicture:
    """Horizontal bars as a picture; see `bar_chart`."""

    frame: Frame
    bars: tuple[Bar, ...]

    def make(self, language: Language) -> Draft:
        """The picture."""
        return Draft("chart.png", "image/png", bar_chart(language, self.frame, self.bars))


@record
@dataclass(frozen=True, slots=True)
class SharePicture:
    """What wholes are made of as a picture; see `share_chart`. Each whole has its label and a count for each part."""

    frame: Frame
    parts: tuple[Text, ...]
    wholes: tuple[tuple[Text, tuple[int, ...]], ...]

    def make(self, language: Language) -> Draft:
        """The picture."""
        wholes = [Whole(label, counts) for label, counts in self.wholes]
        return Draft("chart.png", "image/png", share_chart(language, self.frame, self.parts, wholes))


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFile:
    """A table as a file for Excel; see `write_xlsx`. A column is its title and the name of its `sheets.Kind`."""

    title: Text
    columns: tuple[tuple[Text, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    as_of: datetime
    about: tuple[tuple[Text, Text], ...] = ()

    def make(self, language: Language) -> Draft:
        """The file, called by its title and its day."""
        assert isinstance(language, Speech), "times are those of the reader's zone"
        columns = [Column(title, Kind[kind]) for title, kind in self.columns]
        table = Table(title=self.title, columns=columns, rows=self.rows, as_of=self.as_of, about=self.about)
        return Draft(file_name(language, self.title, self.as_of, "xlsx"), _XLSX, write_xlsx(language, [table]))
