"""The question for a formatted text, which a messenger may cut into several messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.kit.steps import Asked, paragraphs, readable, too_long
from bot.talk.questions import Answers, Option, Question, Taken, Value, Wrong
from bot.talk.request import Request
from core.chat.blocks import Block, Paragraph
from core.chat.codec import record
from core.chat.events import Event, Said
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Screen

_LIKELY_CUT = 0.75
"""A message longer than this part of a messenger's limit may be one of several that it made of one text."""


_RUN = timedelta(seconds=10)
"""How long after a message that looks cut off another one counts as its continuation, when all of it is too long."""


@record
@dataclass(frozen=True, slots=True)
class Written:
    """The text so far; `more` when the last message looks cut off, so that the next one belongs to it.

    `messages` are those that it came in, each with the number of its blocks. `too_long` counts the characters of a text
    that is not kept, whose messages may come until `until`.
    """

    blocks: tuple[Block, ...] = ()
    more: bool = False
    messages: tuple[tuple[str, int], ...] = ()
    too_long: int = 0
    until: datetime | None = None


class RichTextStep(Asked):
    """A formatted text of at most `limit` characters. Its value is a `Written`.

    What a messenger has cut into many messages gets one answer, when nothing more comes.
    """

    takes_text = True
    gathers = True

    def __init__(self, name: str, ask: Phrase, *, limit: int) -> None:
        super().__init__(name, ask)
        self._limit = limit

    def question(self, request: Request, answers: Answers) -> Question:
        written = answers.get(self.name, Written) or Written()
        if written.too_long:
            return Question(self.asked(Paragraph(("⚠️ ", too_long(self._limit, written.too_long)))))
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
        said = _said(event)
        if not plain(said).strip():
            return Wrong(phrase("This is empty. Please write some text."))
        written = answers.get(self.name, Written) or Written()
        if not written.more or (written.until is not None and written.until < request.now):
            written = Written()
        cut_at = request.capabilities.cut_at
        more = cut_at is not None and request.capabilities.measure(event.text) > _LIKELY_CUT * cut_at
        blocks = (*written.blocks, *said)
        length = written.too_long + len(plain(blocks))
        if length <= self._limit:
            messages = (*written.messages, (event.message, len(said)))
            return Value(Written(blocks, more, messages), stay=more, waits=more)
        if not more and not written.more:
            return Wrong(too_long(self._limit, length))
        counted = Written(more=more, too_long=length, until=request.now + _RUN)
        return Value(counted, stay=True, waits=more)

    def correct(self, request: Request, answers: Answers, event: Said, content: str) -> Taken | None:
        written, said = answers.get(self.name, Written) or Written(), _said(event)
        blocks: list[Block] = []
        position = 0
        for message, size in written.messages:
            blocks += said if message == event.message else written.blocks[position : position + size]
            position += size
        if event.message not in dict(written.messages):
            return None if written.messages else self.take(request, answers, event)
        if not plain(said).strip():
            return Wrong(phrase("This is empty. Please write some text."))
        if (length := len(plain(blocks))) > self._limit:
            return Wrong(too_long(self._limit, length))
        sizes = tuple((message, len(said) if message == event.message else size) for message, size in written.messages)
        return Value(replace(written, blocks=tuple(blocks), messages=sizes), stay=written.more)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(Written(), stay=True)


def _said(event: Said) -> tuple[Block, ...]:
    return event.rich or paragraphs(readable(event.text))
