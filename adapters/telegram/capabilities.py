"""What Telegram can do, in the core's levels and limits."""

from __future__ import annotations

from datetime import timedelta

from adapters.telegram.write import leads
from core.chat.capabilities import Capabilities, Level, utf16

DELETED_WITHIN = timedelta(hours=48)
"""After which Telegram deletes a message of a bot no more."""


def _is_group(chat: str) -> bool:
    return chat.startswith("-")


TELEGRAM = Capabilities(
    buttons=Level.FULL,
    edits=Level.FULL,
    deletes=Level.FULL,
    toasts=Level.FULL,
    copying=Level.FULL,
    contact=Level.FULL,
    delete_within=DELETED_WITHIN,
    measure=utf16,
    text_limit=4096,
    cut_at=4096,
    caption_limit=1024,
    marks_limit=100,
    start_link="?start={}",
    opens=leads,
    group=_is_group,
)
