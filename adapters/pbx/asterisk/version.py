"""Which manager interfaces are understood: version 2 or newer, which Asterisk has since 12.

Older ones tell with other events who speaks with whom, so that every answered call would look missed.
"""

from __future__ import annotations

import re

from adapters.pbx.asterisk.wire import Message
from core.chat.phrases import Told, phrase

BANNER = b"Asterisk Call Manager"
REMEDY = phrase("Asterisk 12 or newer is needed: upgrade the exchange.")
_VERSION = re.compile(rb"Asterisk Call Manager/(\d{1,3})(?:\.(\d{1,3}))?")
_OLDEST = 2
_OLD_EVENTS = {
    "Dial": "SubEvent",
    "Bridge": "Channel1",
    "Link": "Channel1",
    "Unlink": "Channel1",
    "Join": "Queue",
    "Leave": "Queue",
    "Newcallerid": "Uniqueid",
}
"""Events that only old versions send, with a header that each has."""


class TooOld(Told):
    """The exchange speaks a version that is not understood; the text says which."""


def check_banner(line: bytes) -> None:
    """Raises TooOld for the greeting of a version that is not known to be understood."""
    found = _VERSION.match(line)
    if found is None:
        raise TooOld(phrase("the manager interface tells no version. {remedy}", remedy=REMEDY))
    if int(found[1]) < _OLDEST:
        said = found[0].decode("ascii").rpartition("/")[2]
        raise TooOld(
            phrase(
                "the manager interface has version {version}, as Asterisk 11 and older have. {remedy}",
                version=said,
                remedy=REMEDY,
            )
        )


def check_message(message: Message) -> None:
    """Raises TooOld for what only an old version says: a recording, or one behind a proxy that greets differently."""
    if message.raw.startswith(BANNER):
        check_banner(message.raw)
        return
    kind = message.kind()
    if kind in _OLD_EVENTS and _OLD_EVENTS[kind] in message.headers():
        raise TooOld(phrase("the event {kind} is of Asterisk 11 or older. {remedy}", kind=kind, remedy=REMEDY))
