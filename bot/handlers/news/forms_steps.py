"""The questions that are asked only when news are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.kit.steps import FilesStep, Needed, Options, SeveralStep, TextStep, readable
from bot.talk.questions import Answers, Option, Question, Step, Taken, Value, Wrong
from bot.talk.request import Request
from core.access import ROLES, Role
from core.chat.codec import record
from core.chat.events import Event, Said
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Block, Bold, Paragraph, Quote, Screen
from core.dates import read_moment
from core.news.item import BODY_LIMIT
from core.people.audience import Audience, CountAudience

_LIKELY_CUT = 0.75
"""A message longer than this part of a messenger's limit may be one of several that it made of one text."""


class LineStep(TextStep):
    """A text in one line. What was written before is shown and can be left as it is."""

    def question(self, request: Request, answers: Answers) -> Question:
        written = answers.get(self.name)
        if not written:
            return super().question(request, answers)
        without = ((Option(phrase("🗑 Remove"), "none"),),) if self.optional else ()
        return Question(self._screen(Quote((str(written),))), without, done=phrase("Leave as it is"))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(None) if self.optional else super().pick(request, answers, value)

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        return Value(" ".join(text.split()))


@record
@dataclass(frozen=True, slots=True)
class Written:
    """The text so far; `more` when the last message looks cut off, so that the next one belongs to it."""

    blocks: tuple[Block, ...] = ()
    more: bool = False


class BodyStep(Step):
    """A formatted text, also one that a messenger cuts into several messages. Its value is a `Written`."""

    def question(self, request: Request, answers: Answers) -> Question:
        written = _written(answers.get(self.name))
        ask = Paragraph((Bold(phrase("Write the text. Bold, links and quotes are kept.")),))
        if not written.blocks:
            return Question(Screen(blocks=(ask,)))
        count = plural("{n} character so far.", "{n} characters so far.", n=len(plain(written.blocks)))
        if not written.more:
            again = Paragraph((phrase("A new text replaces the old one."),))
            return Question(Screen(blocks=(ask, Paragraph((count,)), again)), done=phrase("Leave as it is"))
        more = Paragraph((phrase("If there is more, it may follow in the next message."),))
        anew = Option(phrase("Write it anew"), "anew")
        return Question(Screen(blocks=(Paragraph((count,)), more)), ((anew,),), done=phrase("That is all"))

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        said = event.rich or _paragraphs(readable(event.text))
        if not plain(said).strip():
            return Wrong(phrase("This is empty. Please write some text."))
        written = _written(answers.get(self.name))
        blocks = (*written.blocks, *said) if written.more else said
        length = len(plain(blocks))
        if length > BODY_LIMIT:
            return Wrong(
                plural(
                    "This is too long: at most {n} character is allowed, and you sent {length}.",
                    "This is too long: at most {n} characters are allowed, and you sent {length}.",
                    n=BODY_LIMIT,
                    length=length,
                )
            )
        cut_at = request.capabilities.cut_at
        more = cut_at is not None and request.capabilities.measure(event.text) > _LIKELY_CUT * cut_at
        return Value(Written(blocks, more), stay=more)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(Written(), stay=True)


class AttachmentsStep(FilesStep):
    """Pictures and files; those that are there can be removed."""

    def question(self, request: Request, answers: Answers) -> Question:
        asked = super().question(request, answers)
        if not answers.get(self.name):
            return asked
        return replace(asked, options=((Option(phrase("🗑 Remove all"), "none"),),))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value((), stay=True)


class MomentStep(Step):
    """A time in the person's own words, shown exactly before it is taken. Its value is a moment in UTC, or None.

    `without` is the label of the button that answers None.
    """

    def __init__(
        self,
        name: str,
        ask: Phrase,
        *,
        without: Phrase | None = None,
        optional: bool = False,
        needed: Needed | None = None,
    ) -> None:
        super().__init__(name, optional=optional)
        self._ask, self._without, self._needed = ask, without, needed

    def needed(self, answers: Answers) -> bool:
        return self._needed is None or self._needed(answers)

    def question(self, request: Request, answers: Answers) -> Question:
        options = ((Option(self._without, "without"),),) if self._without is not None else ()
        at = answers.get(self.name)
        ask = Paragraph((Bold(self._ask),))
        example = Paragraph((phrase("For example: tomorrow at 9:30, on Friday at 15:00, 24.12 at 10:00."),))
        if not isinstance(at, datetime) or at <= request.now:
            return Question(Screen(blocks=(ask, example)), options)
        zone = zone_of(request)
        local = at.astimezone(zone)
        exactly = phrase("That is {day}, {time} ({zone}). Right?", day=local.date(), time=local.time(), zone=zone.key)
        other = Paragraph((phrase("Or write another time."),))
        return Question(Screen(blocks=(ask, Paragraph((Bold(exactly),)), other)), done=phrase("Yes"))

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        moment = read_moment(event.text, request.now, zone_of(request))
        if moment is None:
            return Wrong(phrase("I cannot read this as a time."))
        if moment.at <= request.now:
            return Wrong(phrase("This time has passed."))
        return Value(moment.at, stay=True)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(None) if self._without is not None else super().pick(request, answers, value)


class AudienceStep(SeveralStep):
    """Several departments or roles, with the number of people who would receive the item."""

    def __init__(self, name: str, ask: Phrase, options: Options, meant: Callable[[Answers], Audience], needed: Needed):
        super().__init__(name, ask, options, in_row=2, needed=needed)
        self._meant = meant

    def question(self, request: Request, answers: Answers) -> Question:
        asked = super().question(request, answers)
        if not answers.get(self.name):
            return asked
        count = request.uow.ask(CountAudience(self._meant(answers)))
        told = recipients(count)
        shown = replace(asked.screen, blocks=(*asked.screen.blocks, Paragraph((told,))))
        return replace(asked, screen=shown, done=asked.done if count else None)


def recipients(count: int) -> Phrase:
    """How many people receive an item."""
    return plural("{n} person will receive it.", "{n} people will receive it.", n=count)


def zone_of(request: Request) -> ZoneInfo:
    """The asker's time zone: the own one, or the company's."""
    return request.house.languages(request.language, request.me.timezone).zone


def single_roles(value: object) -> Role:
    """The roles that a `SeveralStep` collected by their numbers."""
    chosen = Role.NONE
    for role in ROLES:
        if isinstance(value, tuple) and str(int(role)) in value:
            chosen |= role
    return chosen


def _written(value: object) -> Written:
    return value if isinstance(value, Written) else Written()


def _paragraphs(text: str) -> tuple[Block, ...]:
    return tuple(Paragraph((part,)) for part in text.split("\n\n") if part.strip())
