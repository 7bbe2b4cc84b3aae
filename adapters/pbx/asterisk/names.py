"""What the names of channels and the strings that are dialled say: endpoints, numbers, and what is no telephone.

A dial string may hold the secret of an account. Only what is known to be a number is ever taken from one.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_MACHINES = frozenset(
    {
        # the exchange's own ends
        *("local", "surrogate", "asyncgoto", "bridge", "message"),
        # its own voice and ears, and loudspeakers
        *("announcer", "recorder", "cbann", "cbrec", "snoop", "console", "alsa", "oss", "multicastrtp"),
        # media sockets: robots, speech recognition
        *("unicastrtp", "audiosocket", "websocket", "externalmedia", "nbs"),
    }
)
_OWN_ENDS = frozenset({"dahdi/pseudo", "zap/pseudo"})
_TECHNOLOGIES = re.compile(
    r"(?:PJSIP|SIP|IAX2?|DAHDI|ZAP|H323|OOH323|MGCP|SCCP|Skinny|Motif|Jingle|Gtalk|Mobile|Dongle|Quectel|Khomp)/", re.I
)
_SCHEME = re.compile(r"(?:sips?|tel):", re.I)
_NUMBER = re.compile(r"[wW]*((?:[*#]\d{1,4}[*#]?)?\+?\d{1,20})")
"""With the pauses before it left out; a prefix such as `*67` or `#31#` belongs to it."""


def technology(channel: str) -> str:
    """`pjsip`, `local` …, in lower case."""
    return channel.partition("/")[0].casefold()


def is_machine(channel: str) -> bool:
    """Whether nobody can be at the end of a channel of this name: what joins others, plays, records or talks for the
    exchange."""
    return technology(channel) in _MACHINES or endpoint(channel.casefold(), whole=True) in _OWN_ENDS


def endpoint(channel: str, *, whole: bool = False) -> str:
    """`PJSIP/line-msk-0000009f` is line-msk, `DAHDI/i1/89161234567-1` is i1, `SIP/ivan:secret@host-0001` is host.

    `whole`: with the technology.
    """
    kind, _, rest = channel.partition("/")
    name = rest.partition("<")[0]
    name = name.rpartition("-")[0] or name
    if kind.casefold() in ("dahdi", "zap"):
        name = name.partition("/")[0]
    if ":" in name.partition("@")[0] and "@" in name:
        name = name.rpartition("@")[2]
    return f"{kind}/{name}" if whole else name


def dialled_number(dial_string: str) -> str:
    """`89161234567@line-msk`, `line-msk/89161234567`, `line-msk/sip:89161234567@host` and
    `user:secret@host/89161234567` name one number; empty where none can be told for sure.

    It is cut where the exchange itself cuts it, so nothing of an account's name or secret is taken for a number.
    """
    found = {_one_number(part) for part in dial_string.split("&")}
    return found.pop() if len(found) == 1 else ""


def told_number(caller_id: str) -> str:
    """A caller id without the account that an address may hold."""
    account, at, _ = caller_id.partition("@")
    return _SCHEME.sub("", account, count=1).partition(":")[0] if at else caller_id


def _one_number(dial_string: str) -> str:
    text = re.split(r"[,;?!]", dial_string.strip(), maxsplit=1)[0]
    first, *others = _TECHNOLOGIES.sub("", text, count=1).split("/")
    if "@" not in text:
        return _number(_SCHEME.sub("", (others or [first])[-1], count=1))
    if "@" in first:
        behind = _number(others[0].partition("@")[0]) if others else ""
        return behind or _user(first)
    return "" if not others or ":" in first else _user(others[0])


def _user(address: str) -> str:
    """The number called in `number@host`; in an address without a scheme, what a colon follows is an account."""
    user = _SCHEME.sub("", address, count=1).partition("@")[0]
    if user != address.partition("@")[0]:
        user = user.partition(":")[0]
    return _number(user)


def _number(text: str) -> str:
    found = _NUMBER.fullmatch(unquote(text))
    return found[1] if found else ""
