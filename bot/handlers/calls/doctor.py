"""What `kollega doctor` says of the outside lines: whether calls come over them, and whether somebody is told."""

from __future__ import annotations

from bot.handlers.calls.screens_lines import faults_of_lines
from core.calls.lines import Lines
from core.chat.messenger import Health
from core.chat.phrases import Phrase
from core.unit_of_work import UnitOfWork


def look(uow: UnitOfWork) -> Health | None:
    """What is wrong with them."""
    count = len(uow.ask(Lines()))
    faults = faults_of_lines(uow)
    if not faults:
        return Health(True, f"{count} known" if count else "none yet")
    remedy = "See /lines in the chat, and compare KOLLEGA_ASTERISK__TRUNKS with the names in the exchange."
    return Health(False, "; ".join(map(_said, faults)), remedy)


def _said(fault: Phrase) -> str:
    return fault.text.format(**fault.values)


LOOKS = {"lines": look}
