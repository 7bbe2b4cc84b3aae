"""Which number and sign an option has where there are no buttons: the same one for as long as its message lives.

Messages change under their readers: a colleague takes a call, and what was to be taken can be given back. Whoever
presses a sign a moment later means what stood there before. So the options that a message once offered keep their
numbers and signs, new ones get others, and one that comes back has its own again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.chat.pages import Choice
from core.chat.screens import Sign

DIGITS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟")
SIGNS = frozenset(DIGITS) | {sign.value for sign in Sign}
"""Every sign that a choice can have."""


@dataclass(frozen=True, slots=True)
class Option:
    """A button that can be pressed. `sign` is of those that lead out of their screen."""

    label: str
    data: str
    sign: Sign | None


def choices_of(
    options: Sequence[Option], before: Sequence[Choice], *, asked: bool, keys: int
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The choices of a message, at most `keys` of them with a sign (ways out before others), and those that it does not
    offer any more. `before` are those that it had, offered or not.

    When a message that was `asked` for shows another menu, all begins anew: its reader has pressed, and saw it turn.
    Options that all lead out have no number: what is typed under them is something else.
    """
    known = [] if asked and _another(options, before) else list(_numbered(before))
    numbers: list[int] = []
    taken = {choice.number for choice in known}
    for option in options:
        own = next((choice for choice in known if choice.data == option.data and choice.number is not None), None)
        if own is not None:
            known.remove(own)
        number = own.number if own is not None and own.number is not None else _free(taken)
        taken.add(number)
        numbers.append(number)
    signs = _signs(options, numbers, keys)
    out = all(option.sign is not None for option in options)
    choices = tuple(
        Choice(option.label, option.data, sign, None if out else number)
        for option, number, sign in zip(options, numbers, signs, strict=True)
    )
    shown = {option.data for option in options}
    return choices, tuple(replace(choice, offered=False) for choice in known if choice.data not in shown)


def _another(options: Sequence[Option], before: Iterable[Choice]) -> bool:
    """Whether most of what a message offers now was never offered by it."""
    known = {choice.data for choice in before}
    own = [option for option in options if option.sign is None]
    return 2 * sum(option.data in known for option in own) < len(own) or not own


def _numbered(before: Sequence[Choice]) -> Iterable[Choice]:
    for place, choice in enumerate(before, 1):
        yield replace(choice, number=place) if choice.number == 0 else choice


def _free(taken: set[int | None]) -> int:
    number = 1
    while number in taken:
        number += 1
    return number


def _signs(options: Sequence[Option], numbers: Sequence[int], keys: int) -> list[str]:
    """The sign of each option, empty for those that have none."""
    signs: dict[int, str] = {}
    for place, option in enumerate(options):
        if option.sign is not None and option.sign.value not in signs.values():
            signs[place] = option.sign.value
    for place, number in enumerate(numbers):
        if place not in signs and number <= len(DIGITS):
            signs[place] = DIGITS[number - 1]
    first = sorted(signs, key=lambda place: (signs[place] in DIGITS, place))
    seen = set(first[:keys])
    return [signs[place] if place in seen else "" for place in range(len(options))]
