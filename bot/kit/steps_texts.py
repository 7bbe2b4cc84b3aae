"""The question for a formatted text, which a messenger may cut into several messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.kit.steps import Asked, readable
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.chat.codec import record
from core.chat.events import Event, Said
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Block, Paragraph, Screen

_LIKELY_CUT = 0.75
"""A message longer than this part of a messenger's limit may be one of several that it made of one text."""


@record
@dataclass(frozen=True, slots=True)
class Written:
    """The text so far; `more` when the last message looks cut off, so that the next one belongs to it."""

    blocks: tuple[Block, ...] = ()
    more: bool = False


class RichTextStep(Asked):
    """A formatted text of at most `limit` characters. Its value is a `Written`."""

    def __init__(self, name: str, ask: Phrase, *, limit: int) -> None:
        super().__init__(name, ask)
        self._limit = limit

    def question(self, request: Request, answers: Answers) -> Question:
        written = answers.get(self.name, Written) or Written()
        if not written.blocks:
            return Question(self.asked())
        count = Paragraph((plural("{n} character so far.", "{n} characters so far.", n=len(plain(written.blocks))),))
        if not written.more:
            again = Paragraph((phrase("A new text replaces the old one."),))
            return Question(self.asked(count, again), done=phrase("Leave as it is"))
        more = Paragraph((phrase("If there is more, it may follow in the next message."),))
        anew = Option(phrase("Write it anew"), "anew")
        return Question(Screen(blocks=(count, more)), ((anew,),), done=phrase("That is all"))

    def take(self, request: Request, answers: Answers, event: Event) -> Taken:
        if not isinstance(event, Said):
            return Wrong(phrase("Please write it as text."))
        said = event.rich or _paragraphs(readable(event.text))
        if not plain(said).strip():
            return Wrong(phrase("This is empty. Please write some text."))
        written = answers.get(self.name, Written) or Written()
        blocks = (*written.blocks, *said) if written.more else said
        length = len(plain(blocks))
        if length > self._limit:
            return Wrong(
                plural(
                    "This is too long: at most {n} character is allowed, and you sent {length}.",
                    "This is too long: at most {n} characters are allowed, and you sent {length}.",
                    n=self._limit,
                    length=length,
                )
            )
        cut_at = request.capabilities.cut_at
        more = cut_at is not None and request.capabilities.measure(event.text) > _LIKELY_CUT * cut_at
        return Value(Written(blocks, more), stay=more)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(Written(), stay=True)


def _paragraphs(text: str) -> tuple[Block, ...]:
    return tuple(Paragraph((part,)) for part in text.split("\n\n") if part.strip())
