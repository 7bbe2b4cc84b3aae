"""People of a scenario: they say, press, send, and look at what they see."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.line import Line


def as_seen(text: str) -> str:
    """A text as a person reads it, to whom a no-break space is a space."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@dataclass(frozen=True, slots=True)
class Seen:
    """One message from the bot as a person sees it now."""

    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", as_seen(self.text))
        object.__setattr__(self, "buttons", tuple(map(as_seen, self.buttons)))


class TestPerson(abc.ABC):
    """Somebody with one account. Actions are awaited; looking is not: it shows what was there after the last action."""

    __test__ = False

    def __init__(self, key: str, line: Line) -> None:
        self.key, self.line = key, line

    @abc.abstractmethod
    async def says(self, text: str) -> None:
        """Sends a text."""

    async def replies(self, text: str, *, to: str) -> None:
        """Sends a text as a native reply to the latest message that shows the text `to`; skips where there is none."""
        pytest.skip("this messenger has no replies")

    @abc.abstractmethod
    async def presses(self, label: str, *, of: str | None = None) -> None:
        """Presses the latest button whose label contains `label`; `of` names a text of its message."""

    @abc.abstractmethod
    async def attaches(self, name: str, content: bytes, mime: str, caption: str = "") -> None:
        """Sends a file, or a picture when `mime` says so."""

    @abc.abstractmethod
    async def shares_phone(self, phone: str) -> None:
        """Shares the own telephone number."""

    @abc.abstractmethod
    def messages(self) -> Sequence[Seen]:
        """What the chat shows of the bot, the oldest first."""

    def toasts(self) -> Sequence[str]:
        """Short answers to presses, the oldest first."""
        return ()

    async def arrives(self) -> None:  # noqa: B027  # only who reads what is encrypted has to be there before
        """Is there before the first message."""

    async def refresh(self) -> None:  # noqa: B027  # only a browser has to look again
        """Looks at the chat again."""

    def sees(self, text: str, *, button: str | None = None, file: str | None = None) -> Seen:
        """The latest message that shows a text (and a button, and a file); AssertionError with the chat otherwise."""
        for seen in reversed(self.messages()):
            if _shows(seen, text, button, file):
                return seen
        if button is None and file is None and any(text in as_seen(toast) for toast in self.toasts()):
            return Seen(text)
        raise AssertionError(f"{self.key} does not see {text!r} (button {button!r}); the chat shows:\n{self.chat()}")

    def sees_not(self, text: str) -> None:
        """AssertionError when any message shows a text."""
        assert not any(text in seen.text for seen in self.messages()), f"{self.key} sees {text!r}:\n{self.chat()}"

    def sees_last(self, text: str, *, button: str | None = None) -> Seen:
        """The same as `sees`, for the very last message only."""
        assert self.messages(), f"{self.key} sees nothing instead of {text!r}"
        last = self.messages()[-1]
        assert _shows(last, text, button, None), f"{self.key}: not {text!r} (button {button!r}) but:\n{self.chat()}"
        return last

    def count(self, text: str) -> int:
        """How many messages show a text."""
        return sum(text in seen.text for seen in self.messages())

    def chat(self) -> str:
        """The chat in words."""
        lines = [f"{seen.text}\n   {list(seen.buttons)} {list(seen.files) or ''}" for seen in self.messages()[-6:]]
        return "\n---\n".join(lines) + f"\ntoasts: {list(self.toasts())[-3:]}"


def _shows(seen: Seen, text: str, button: str | None, file: str | None) -> bool:
    return (
        text in seen.text
        and (button is None or any(button in label for label in seen.buttons))
        and (file is None or any(file in name for name in seen.files))
    )
