"""What is about to be published or saved, shown as recipients will see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.handlers.news.actions import ChangePart, Part
from bot.handlers.news.screens import copy_screen
from bot.handlers.news.screens_editor import audience_text
from bot.kit.steps_texts import Written
from bot.talk.questions import Answers, Option, Question, Step, Taken, Value
from bot.talk.request import Request
from core.access import ROLES, Role
from core.chat.files import Attachment
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Bold, Button, Facts, Line, Paragraph, Row, Screen
from core.news.item import Content, DepartmentsToTell, Kind, access_to_change
from core.news.publishing import byline_of
from core.people.audience import Audience, CountAudience


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


def audience_of(answers: Answers) -> Audience:
    """Who has been chosen so far."""
    match answers.get("audience", str):
        case "everybody":
            return Audience(everybody=True)
        case "departments":
            chosen = answers.all("departments", str)
            return Audience(departments=tuple(int(key) for key in chosen if key.isdecimal()))
        case "roles":
            return Audience(roles=_single_roles(answers.all("roles", str)))
        case _:
            return Audience()


class PublishPreview(Step):
    """Shows the item exactly as recipients will get it, and what can be done with it. Its value is whether it is
    urgent."""

    def question(self, request: Request, answers: Answers) -> Question:
        audience, at = audience_of(answers), answers.get("at", datetime)
        urgent = bool(answers.get(self.name, bool))
        count = request.uow.ask(CountAudience(audience))
        byline = byline_of(request.uow, request.me)
        copy = copy_screen(content_of(answers), byline, at or request.now, urgent=urgent)
        names = {department.id: department.name for department in request.uow.ask(DepartmentsToTell())}
        facts: tuple[tuple[Text, Line], ...] = (
            (phrase("For"), (audience_text(audience, names),)),
            (phrase("Recipients"), (phrase("{n}", n=count),)),
            (phrase("Goes out"), (phrase("{time}", time=at) if at else phrase("at once"),)),
            (phrase("Quiet hours"), (_ringing(urgent),)),
        )
        parts = [Part.KIND, Part.TITLE, Part.BODY, Part.FILES, Part.AUDIENCE, Part.TIME]
        if happens(answers):
            parts.insert(3, Part.HAPPENS)
        go = phrase("🕓 Schedule") if at else phrase("✅ Publish")
        head = Paragraph((Bold(phrase("This is how it will look. Publish it?")),))
        screen = Screen(blocks=(head, Facts(facts)), rows=_change_rows(parts))
        mark = phrase("Make it not urgent") if urgent else phrase("🔥 Make it urgent")
        return Question(screen, ((Option(go, "go"),), (Option(mark, "urgent"),)), before=(copy,))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        urgent = bool(answers.get(self.name, bool))
        return Value(not urgent, stay=True) if value == "urgent" else Value(urgent)


class EditPreview(Step):
    """Shows a changed item as recipients will see it."""

    def question(self, request: Request, answers: Answers) -> Question:
        news = access_to_change(request.uow, request.me, answers.the("news", int))
        content = content_of(answers)
        changed = content != news.content
        edited = changed or news.edited_at is not None
        copy = copy_screen(content, news.byline, news.publish_at, edited=edited, urgent=news.urgent)
        parts = [Part.TITLE, Part.BODY, Part.FILES]
        if happens(answers):
            parts.insert(2, Part.HAPPENS)
        ask = phrase("This is how it will look.") if changed else phrase("What is to be changed?")
        screen = Screen(blocks=(Paragraph((Bold(ask),)),), rows=_change_rows(parts))
        return Question(screen, ((Option(phrase("💾 Save"), "go"),),) if changed else (), before=(copy,))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(None)


def _single_roles(numbers: Sequence[str]) -> Role:
    """The roles that a `SeveralStep` collected by their numbers."""
    chosen = Role.NONE
    for role in ROLES:
        if str(int(role)) in numbers:
            chosen |= role
    return chosen


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
