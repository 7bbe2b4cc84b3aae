"""Failures of the wire, scripted by a test for the next matching requests."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class FloodWait:
    """A 429. `enforced`: coming back before `retry_after` seconds is refused again and counted."""

    retry_after: int = 1
    enforced: bool = True


@dataclass(frozen=True, slots=True)
class ServerError:
    """A 5xx; `html` answers as a proxy in front of Telegram does, without JSON."""

    code: int = 502
    description: str = "Bad Gateway"
    html: bool = False


@dataclass(frozen=True, slots=True)
class ResetBefore:
    """The connection breaks and nothing was done."""


@dataclass(frozen=True, slots=True)
class ResetAfter:
    """The request was carried out, then the connection broke: sent, but no answer."""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer until the test releases it (then it is carried out) or the client gives up."""


Fault: TypeAlias = FloodWait | ServerError | ResetBefore | ResetAfter | Hang


@dataclass(eq=False, kw_only=True)
class _Planned:
    fault: Fault
    times: int | None
    method: str | None
    chat_id: int | None


class Faults:
    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def add(
        self, fault: Fault, *, times: int | None = 1, method: str | None = None, chat_id: int | None = None
    ) -> None:
        """Without `method` any but getUpdates and getMe; `times` None means until `clear`."""
        self._planned.append(_Planned(fault=fault, times=times, method=method, chat_id=chat_id))

    def clear(self) -> None:
        self._planned.clear()

    @property
    def left(self) -> bool:
        return bool(self._planned)

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        for planned in self._planned:
            wanted = planned.method.lower() if planned.method else None
            if wanted != method.lower() and (wanted or method.lower() in {"getupdates", "getme"}):
                continue
            if planned.chat_id not in {None, chat_id}:
                continue
            if planned.times is not None:
                planned.times -= 1
            if planned.times == 0:
                self._planned.remove(planned)
            return planned.fault
        return None
