"""A kind of message for tests that send without a room."""

from __future__ import annotations

from core.chat.phrases import Phrase
from core.notices import Notice, When

WORD = Notice("tests.word", Phrase("Words"), may=tuple(When))
