"""What the bot asked for and what it was refused, so that a test can assert it made no mistakes."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.support.botapi.model import Json


@dataclass(eq=False, kw_only=True)
class Call:
    """One request. `code` is the HTTP status, 0 for a broken connection, None while it is handled.

    `scripted`: the answer was a fault that the test asked for.
    """

    method: str
    chat_id: int | None
    at: datetime
    params: Json = field(default_factory=dict)
    code: int | None = None
    description: str = ""
    scripted: bool = False

    @property
    def refused(self) -> bool:
        return not self.scripted and self.code is not None and self.code >= 400

    @property
    def mistaken(self) -> bool:
        """A refusal that a correct client never meets: not an unreachable person, not a group that moved,
        not an edit that changes nothing."""
        innocent = ("group chat was upgraded", "message is not modified")
        return self.refused and self.code != 403 and not any(words in self.description for words in innocent)


class Journal:
    def __init__(self) -> None:
        self.calls: list[Call] = []

    def of(self, method: str, chat_id: int | None = None) -> list[Call]:
        return [
            call for call in self.calls if call.method.lower() == method.lower() and chat_id in {None, call.chat_id}
        ]

    @property
    def refusals(self) -> list[Call]:
        return [call for call in self.calls if call.refused]

    @property
    def mistakes(self) -> list[Call]:
        return [call for call in self.calls if call.mistaken]

    def counted(self) -> Counter[str]:
        """Refusals by description."""
        return Counter(call.description for call in self.refusals)
