"""Asking in a poll: the question, its answers, how it works, whom it asks and until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from bot.handlers.polls.room import router
from bot.handlers.polls.screens import asked_screen, terms_of
from bot.kit.audiences import AudienceChoice, audience_of, unreached
from bot.kit.steps import ChoiceStep, ConfirmStep, LineStep, TextStep
from bot.kit.steps_audience import AudienceStep
from bot.kit.steps_times import MomentStep
from bot.talk.questions import Answers, Form, Step, Taken, Value, Wrong
from bot.talk.request import Reply, Request, Start
from core.campaigns.sending import check_audience
from core.chat.blocks import Block, Bold, Bullets, Facts, Line, Paragraph
from core.chat.events import Said
from core.chat.phrases import Phrase, Text, phrase
from core.people.audience import CountAudience
from core.polls.poll import ASK_MANY, MOST_OPTIONS, OPTION_LIMIT, QUESTION_LIMIT, Poll, campaign_of
from core.polls.voting import Asked, check_question, do_ask
from core.unit_of_work import Refused, UnitOfWork

_MARK = re.compile(r"(?:[•*–—-]|\d{1,2}[.)])\s+")
"""What stands before the lines of a list; the answers get numbers of their own."""
_ONE, _SEVERAL = "one", "several"
_ANONYMOUS, _NAMED = "anonymous", "named"
_LIVE, _HIDDEN = "live", "hidden"


class OptionsStep(TextStep):
    """The answers to choose from, a line each. Its value is a tuple of them."""

    def accept(self, request: Request, answers: Answers, text: str, event: Said) -> Taken:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if all(map(_MARK.match, lines)):
            lines = [_MARK.sub("", line, count=1) for line in lines]
        options = tuple(dict.fromkeys(" ".join(line.split()) for line in lines))
        try:
            check_question(answers.get("question", str) or "?", options)
        except Refused as refused:
            return Wrong(refused.reason)
        return Value(options)


def _kinds(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return ((_ONE, phrase("One answer")), (_SEVERAL, phrase("Several answers")))


def _names(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return ((_ANONYMOUS, phrase("Anonymous")), (_NAMED, phrase("Named: I see who chose what")))


def _times(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return ((_HIDDEN, phrase("When it is closed")), (_LIVE, phrase("At once, by everybody")))


def _is_named(answers: Answers) -> bool:
    return answers.get("names", str) == _NAMED


def _summary(request: Request, answers: Answers) -> Sequence[Block]:
    audience, ends = audience_of(answers), answers.get("ends", datetime)
    terms = terms_of(
        several=answers.get("kind", str) == _SEVERAL,
        named=_is_named(answers),
        live=answers.get("results", str) == _LIVE,
    )
    facts: tuple[tuple[Text, Line], ...] = (
        (phrase("Recipients"), (phrase("{n}", n=request.uow.ask(CountAudience(audience))),)),
        (phrase("Closes"), (phrase("{time}", time=ends) if ends else phrase("when I close it"),)),
    )
    return (
        Paragraph((Bold(phrase("This is what you ask. Send it?")),)),
        Paragraph((Bold(answers.the("question", str)),)),
        Bullets(tuple((option,) for option in answers.all("options", str))),
        Bullets(tuple((term,) for term in terms)),
        Facts(facts),
    )


@router.form
class AskForm(Form):
    """A new poll."""

    code: ClassVar[str] = "poll"
    title: ClassVar[Phrase] = phrase("Poll")
    right = ASK_MANY
    corrected: ClassVar[bool] = True
    steps: ClassVar[tuple[Step, ...]] = (
        LineStep("question", phrase("What do you ask?"), limit=QUESTION_LIMIT),
        OptionsStep(
            "options",
            phrase("Write the answers to choose from, each in a line of its own."),
            limit=MOST_OPTIONS * (OPTION_LIMIT + 1),
        ),
        ChoiceStep("kind", phrase("How many may one choose?"), _kinds, in_row=2),
        ChoiceStep("names", phrase("Who sees who chose what?"), _names),
        ChoiceStep("results", phrase("When are the results seen?"), _times, in_row=2, needed=_is_named),
        AudienceStep("audience", phrase("Whom do you ask?")),
        MomentStep("ends", phrase("How long may people answer?"), without=phrase("Until I close it"), quick=True),
        ConfirmStep("sure", _summary, phrase("✅ Send the poll")),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        audience = audience_of(answers)
        check_audience(request.uow, audience)
        reached = unreached(request.uow, audience)
        asked = Asked(
            question=answers.the("question", str),
            options=answers.all("options", str),
            several=answers.get("kind", str) == _SEVERAL,
            named=_is_named(answers),
            live=answers.get("results", str) == _LIVE,
            closes_at=answers.get("ends", datetime),
        )
        poll = do_ask(request.uow, request.me, asked, audience)
        return asked_screen(poll, *reached)


def copying(uow: UnitOfWork, poll: Poll) -> Start:
    """Opens the form with what a poll asked, of whom and how; until when is asked anew."""
    campaign = campaign_of(uow, poll)
    values: list[tuple[str, object]] = [
        ("question", poll.question),
        ("options", poll.options),
        ("kind", _SEVERAL if poll.several else _ONE),
        ("names", _NAMED if poll.named else _ANONYMOUS),
        ("results", _LIVE if poll.live else _HIDDEN),
    ]
    if campaign is not None:
        values.append(("audience", AudienceChoice(audience=campaign.audience)))
    return Start(AskForm, tuple(values))
