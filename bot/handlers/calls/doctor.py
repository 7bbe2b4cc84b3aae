"""What `kollega doctor` says of the outside lines: whether calls come over them, and whether somebody is told."""

from __future__ import annotations

from bot.handlers.calls.screens_lines import faults_of_lines
from core.calls.lines import Lines
from core.chat.messenger import Health
from core.chat.phrases import phrase
from core.unit_of_work import UnitOfWork


def look(uow: UnitOfWork) -> Health | None:
    """What is wrong with them."""
    count = len(uow.ask(Lines()))
    faults = faults_of_lines(uow)
    if not faults:
        return Health(True, phrase("known: {count}", count=count) if count else phrase("none yet"))
    remedy = phrase("See /lines in the chat, and compare KOLLEGA_ASTERISK__TRUNKS with the names in the exchange.")
    state = faults[0]
    for fault in faults[1:]:
        state = phrase("{state}; {more}", state=state, more=fault)
    return Health(False, state, remedy)


LOOKS = ((phrase("lines"), look),)
