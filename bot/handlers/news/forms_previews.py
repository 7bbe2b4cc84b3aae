"""What is about to be published or saved, shown as recipients will see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.handlers.news.actions import ChangePart, Part
from bot.handlers.news.screens import Stamp, copy_screen, stamp_of
from bot.kit.audiences import audience_of, audience_text, unreachable_text
from bot.kit.steps_texts import Written
from bot.talk.questions import Answers, Option, Question, Step, Taken, Value
from bot.talk.request import Request
from core.campaigns.acknowledging import question
from core.campaigns.campaign import Chasing, Terms
from core.chat.blocks import Bold, Facts, Line, Paragraph
from core.chat.files import Attachment
from core.chat.phrases import Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen
from core.news.chasing import chasing_of
from core.news.item import Content, Kind, State, access_to_change, campaign_of
from core.news.publishing import byline_of
from core.people.audience import Audience, ReachOf, UnreachableOf


def happens(answers: Answers) -> bool:
    """Whether the item has a time and a place."""
    return kind_of(answers).happens


def kind_of(answers: Answers) -> Kind:
    """The kind that has been chosen."""
    return Kind(answers.get("kind", str) or Kind.NEWS)


def content_of(answers: Answers) -> Content:
    """What has been written so far."""
    kind, body = kind_of(answers), answers.get("body", Written)
    return Content(
        kind=kind,
        title=answers.get("title", str) or "",
        body=() if body is None else body.blocks,
        files=answers.all("files", Attachment),
        happens_at=answers.get("happens_at", datetime) if kind.happens else None,
        place=answers.get("place", str) if kind.happens else None,
    )


class PublishPreview(Step):
    """Shows the item exactly as recipients will get it, and what can be done with it. Its value are its marks."""

    def question(self, request: Request, answers: Answers) -> Question:
        audience, terms = audience_of(answers), terms_of(request, answers)
        at, urgent, asks = terms.at, terms.urgent, terms.chasing is not None
        byline = byline_of(request.uow, request.me)
        stamp = Stamp(byline=byline, at=at or request.now, urgent=urgent, ends_at=terms.ends_at)
        copy = copy_screen(content_of(answers), stamp)
        if asks:
            copy = replace(copy, rows=(question(0, 0), *copy.rows))
        facts: tuple[tuple[Text, Line], ...] = (
            (phrase("For"), (audience_text(request.uow, audience, request.house.roles),)),
            *_recipients(request, audience),
            (phrase("Goes out"), (phrase("{time}", time=at) if at else phrase("at once"),)),
            (phrase("Quiet hours"), (_ringing(urgent),)),
            *(((phrase("Current until"), (phrase("{time}", time=terms.ends_at),)),) if terms.ends_at else ()),
            *(((phrase("Acknowledgement"), (_chased(terms.chasing),)),) if terms.chasing else ()),
        )
        parts = [Part.KIND, Part.TITLE, Part.BODY, Part.FILES, Part.AUDIENCE, Part.TIME, Part.END]
        if happens(answers):
            parts.insert(3, Part.HAPPENS)
        go = phrase("🕓 Schedule") if at else phrase("✅ Publish")
        head = Paragraph((Bold(phrase("This is how it will look. Publish it?")),))
        screen = Screen(blocks=(head, Facts(facts)), rows=_change_rows(parts), binding=True)
        mark = phrase("Make it not urgent") if urgent else phrase("🔥 Make it urgent")
        ask = phrase("Ask for no acknowledgement") if asks else phrase("✅ Ask for acknowledgement")
        return Question(screen, ((Option(go, "go"),), (Option(mark, "urgent"),), (Option(ask, "ask"),)), before=copy)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return _toggled(answers, value, ("urgent", "ask"))


class EditPreview(Step):
    """Shows a changed item as recipients will see it."""

    def question(self, request: Request, answers: Answers) -> Question:
        news = access_to_change(request.uow, request.me, answers.the("news", int))
        content = content_of(answers)
        changed = content != news.content
        copy = copy_screen(content, stamp_of(news, edited=changed or news.edited_at is not None))
        parts = [Part.TITLE, Part.BODY, Part.FILES]
        if happens(answers):
            parts.insert(2, Part.HAPPENS)
        ask = phrase("This is how it will look.") if changed else phrase("What is to be changed?")
        screen = Screen(blocks=(Paragraph((Bold(ask),)),), rows=_change_rows(parts), binding=True)
        if not changed:
            return Question(screen, before=copy)
        options: tuple[tuple[Option, ...], ...] = ((Option(phrase("💾 Save"), "go"),),)
        campaign = campaign_of(request.uow, news)
        if campaign is not None and campaign.asks and news.state is State.PUBLISHED:
            anew = "anew" in marks_of(answers)
            label = phrase("Leave the acknowledgements") if anew else phrase("🔁 Ask for acknowledgement anew")
            told = (
                phrase("Everybody will be asked to read it again.")
                if anew
                else phrase("Those who have acknowledged it will not be asked again.")
            )
            screen = replace(screen, blocks=(*screen.blocks, Paragraph((told,))))
            options = (*options, (Option(label, "anew"),))
        return Question(screen, options, before=copy)

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return _toggled(answers, value, ("anew",))


def _recipients(request: Request, audience: Audience) -> tuple[tuple[Text, Line], ...]:
    """How many there are, and who of them cannot be reached."""
    reach = request.uow.ask(ReachOf(audience))
    told: tuple[Text, Line] = (phrase("Recipients"), (phrase("{n}", n=reach.total),))
    if not reach.unreachable:
        return (told,)
    lost = unreachable_text(request.uow.ask(UnreachableOf(audience)), reach.unreachable)
    return told, (phrase("Cannot be reached"), (phrase("{n} ({who})", n=reach.unreachable, who=lost),))


def marks_of(answers: Answers) -> tuple[str, ...]:
    """What was chosen at the preview. An earlier version kept there only whether it is urgent."""
    if answers.get("preview", bool):
        return ("urgent",)
    return answers.all("preview", str)


def terms_of(request: Request, answers: Answers) -> Terms:
    """When and how it is to go out."""
    marks, company = marks_of(answers), request.house.languages().zone.key
    return Terms(
        at=answers.get("at", datetime),
        urgent="urgent" in marks,
        ends_at=answers.get("ends_at", datetime),
        chasing=chasing_of(request.uow, company) if "ask" in marks else None,
    )


def _toggled(answers: Answers, value: str, known: tuple[str, ...]) -> Taken:
    """Sets a mark, or takes it away again; anything else ends the step with the marks that are set."""
    marks = marks_of(answers)
    if value not in known:
        return Value(marks)
    return Value(tuple(mark for mark in marks if mark != value) if value in marks else (*marks, value), stay=True)


def _chased(chasing: Chasing) -> Phrase:
    """How those are reminded who do not acknowledge."""
    hours = round(chasing.after.total_seconds() / 3600)
    return plural("reminded after {n} working hour", "reminded after {n} working hours", n=hours)


def _ringing(urgent: bool) -> Phrase:
    return phrase("it rings all the same") if urgent else phrase("it waits until they end")


def _change_rows(parts: Sequence[Part]) -> tuple[Row, ...]:
    buttons = [Button(phrase("✏️ {part}", part=_part_name(part)), ChangePart(part)) for part in parts]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _part_name(part: Part) -> Phrase:
    match part:
        case Part.KIND:
            return phrase("Type")
        case Part.TITLE:
            return phrase("Title")
        case Part.BODY:
            return phrase("Text")
        case Part.HAPPENS:
            return phrase("When and where")
        case Part.FILES:
            return phrase("Files")
        case Part.AUDIENCE:
            return phrase("Audience")
        case Part.TIME:
            return phrase("Time of publication")
        case Part.END:
            return phrase("Current until")
