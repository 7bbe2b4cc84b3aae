"""The questions for a moment and for a part of the day: usual times to press, any other in the person's own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.kit.steps import Asked, Needed, TextStep, always, in_rows
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.chat.blocks import Bold, Paragraph
from core.chat.codec import record
from core.chat.events import Event, Said
from core.chat.phrases import Phrase, Text, WholeDate, Zone, phrase
from core.dates import read_moment
from core.opening_hours import read_time_range

_MORNING, _EVENING = time(9), time(18)
_LONGEST = 60
_HOUR = "+60"
"""The value of the option that counts from its press; those of the others are seconds since 1970."""


@record
@dataclass(frozen=True, slots=True)
class Understood:
    """The moment, UTC, as which a text was read, before it is confirmed."""

    at: datetime


class MomentStep(Asked):
    """A time in the person's own words, shown exactly before it is taken. Its value is a moment in UTC, or None.

    `without` is the label of the button that answers None. `quick` offers the usual times as buttons.
    """

    def __init__(
        self,
        name: str,
        ask: Phrase,
        *,
        without: Phrase | None = None,
        quick: bool = False,
        optional: bool = False,
        needed: Needed = always,
    ) -> None:
        super().__init__(name, ask, optional=optional, needed=needed)
        self._without, self._quick = without, quick

    def question(self, request: Request, answers: Answers) -> Question:
        understood, known = answers.get(self.name, Understood), answers.get(self.name, datetime)
        if understood is not None and understood.at > request.now:
            local = understood.at.astimezone(request.zone)
            exactly = phrase(
                "That is {day}, {time} ({zone}). Right?",
                day=WholeDate(local.date()),
                time=local.time(),
                zone=Zone(request.zone.key),
            )
            other = Paragraph((phrase("Or write another time."),))
            shown = replace(self.asked(Paragraph((Bold(exactly),)), other), binding=True)
            return Question(shown, done=phrase("Yes"))
        example = Paragraph((phrase("For example: tomorrow at 9:30, on Friday at 15:00, 24.12 at 10:00."),))
        without = ((Option(self._without, "without"),),) if self._without is not None else ()
        quick = in_rows(list(_quick(request)), 2) if self._quick else ()
        if known is None or known <= request.now:
            return Question(self.asked(example), (*without, *quick))
        so_far = Paragraph((phrase("So far: {time}", time=known),))
        return Question(self.asked(so_far, example), (*without, *quick), done=phrase("Leave as it is"))

    def begun(self, answers: Answers) -> bool:
        return answers.get(self.name, Understood) is not None

    def done(self, request: Request, answers: Answers) -> Taken:
        understood = answers.get(self.name, Understood)
        at = answers.get(self.name, datetime) if understood is None else understood.at
        return Value(at) if at is None or at > request.now else Wrong(phrase("This time has passed."))

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        moment = read_moment(event.text, request.now, request.zone)
        if moment is None:
            return Wrong(phrase("I cannot read this as a time."))
        if moment.at <= request.now:
            return Wrong(phrase("This time has passed."))
        return Value(Understood(moment.at), stay=True)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        if value == "without" and self._without is not None:
            return Value(None)
        if value == _HOUR:
            return Value((request.now + timedelta(hours=1)).replace(second=0, microsecond=0))
        if not value.isdecimal():
            return super().pick(request, answers, value)
        at = datetime.fromtimestamp(int(value), UTC)
        return Value(at) if at > request.now else Wrong(phrase("This time has passed."))

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        at = answers.get(self.name, datetime)
        return None if at is None else phrase("{time}", time=at)


class PeriodStep(TextStep):
    """Two times of day, from the one to the other. Its value is a `TimeRange`, which is never a whole day."""

    def __init__(self, name: str, ask: Phrase, *, optional: bool = False, needed: Needed = always) -> None:
        super().__init__(name, ask, limit=_LONGEST, optional=optional, needed=needed)

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        hours = read_time_range(text)
        if hours is None:
            return Wrong(phrase("I cannot read this. Please write two times, such as 22:30-7:00."))
        if hours.whole_day:
            return Wrong(phrase("This is a whole day. Please write when it begins and when it ends."))
        return Value(hours)


def _quick(request: Request) -> Iterator[Option]:
    """The usual times that are still ahead, in the asker's zone; each time of day once."""
    yield Option(phrase("In an hour"), _HOUR)
    local = request.now.astimezone(request.zone)
    today = local.date()
    monday = today + timedelta(days=7 - today.weekday())
    offered = [
        (today, _MORNING, phrase("This morning, {time}", time=_MORNING)),
        (today, _EVENING, phrase("This evening, {time}", time=_EVENING)),
        (today + timedelta(days=1), _MORNING, phrase("Tomorrow, {time}", time=_MORNING)),
    ]
    if monday != today + timedelta(days=1):
        offered.append((monday, _MORNING, phrase("Monday, {time}", time=_MORNING)))
    for day, clock, label in offered:
        at = datetime.combine(day, clock, request.zone)
        if at > local:
            yield Option(label, str(int(at.timestamp())))
