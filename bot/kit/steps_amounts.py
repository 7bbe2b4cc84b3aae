"""The question for a number within bounds, of pieces, points or money."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.kit.steps import Asked, Needed, always, in_rows
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.chat.events import Event, Said
from core.chat.phrases import Phrase, Text, phrase

_SPACES = re.compile(r"\s+")
_AMOUNT = re.compile(r"([-\N{MINUS SIGN}\N{EN DASH}+]?) ?([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,]([0-9]+))?")


class AmountStep(Asked):
    """A number from `least` to `most`; `offers` are buttons.

    With `digits` after the point it counts the smallest unit: of money with 2 digits, 12.50 is 1250. The bounds, the
    offers and the value are all such whole numbers.
    """

    def __init__(
        self,
        name: str,
        ask: Phrase,
        *,
        least: int,
        most: int,
        digits: int = 0,
        offers: Sequence[int] = (),
        optional: bool = False,
        needed: Needed = always,
    ) -> None:
        super().__init__(name, ask, optional=optional, needed=needed)
        self._least, self._most, self._digits, self._offers = least, most, digits, offers

    def question(self, request: Request, answers: Answers) -> Question:
        options = [Option(self._shown(amount), str(amount)) for amount in self._offers]
        return Question(self.asked(), in_rows(options, 4))

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        return self._checked(read_amount(event.text, self._digits))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return self._checked(int(value)) if value.isdecimal() else super().pick(request, answers, value)

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        amount = answers.get(self.name, int)
        return None if amount is None else self._shown(amount)

    def _checked(self, amount: int | None) -> Taken:
        if amount is not None and self._least <= amount <= self._most:
            return Value(amount)
        least, most = self._shown(self._least), self._shown(self._most)
        if self._digits:
            return Wrong(phrase("Please write a number from {least} to {most}.", least=least, most=most))
        return Wrong(phrase("Please write a whole number from {least} to {most}.", least=least, most=most))

    def _shown(self, amount: int) -> Phrase:
        return phrase("{n}", n=amount / 10**self._digits if self._digits else amount)


def read_amount(text: str, digits: int = 0) -> int | None:
    """The number that a text is, in units of its last digit after the point; None for what is not just a number.

    Spaces may part thousands, a point or a comma only the fraction: "1,000" is no thousand in Russian.
    """
    read = _AMOUNT.fullmatch(_SPACES.sub(" ", text.strip()))
    if read is None:
        return None
    sign, whole, fraction = read[1], read[2].replace(" ", ""), read[3] or ""
    if len(fraction) > digits or len(whole) > 15:
        return None
    amount = int(whole + fraction.ljust(digits, "0"))
    return amount if sign in ("", "+") else -amount
