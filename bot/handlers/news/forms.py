"""Writing a news item, changing one, and moving one to another time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from bot.forms import Answers, Form, Option, Question, Step, Taken, Value
from bot.handlers.news.actions import ChangePart, Part
from bot.handlers.news.editor_screens import audience_text, role_name, started_screen, told_screen
from bot.handlers.news.room import router
from bot.handlers.news.screens import copy_screen, kind_label
from bot.handlers.news.steps import (
    AttachmentsStep,
    AudienceStep,
    BodyStep,
    LineStep,
    MomentStep,
    Written,
    single_roles,
)
from bot.request import Reply, Request, Start
from bot.steps import ChoiceStep
from core.access import ROLES
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Bold, Button, Facts, Line, Paragraph, Row, Screen
from core.news.item import (
    FILES_LIMIT,
    PLACE_LIMIT,
    PUBLISH_NEWS,
    TITLE_LIMIT,
    Content,
    DepartmentsToTell,
    Kind,
    News,
    access_to_change,
)
from core.news.publishing import byline_of, check_audience, do_edit, do_publish, do_reschedule
from core.people.audience import Audience, CountAudience

_EVERYBODY, _DEPARTMENTS, _ROLES = "everybody", "departments", "roles"


def _happens(answers: Answers) -> bool:
    return _kind(answers).happens


def _kind(answers: Answers) -> Kind:
    chosen = answers.get("kind")
    return Kind(chosen) if isinstance(chosen, str) else Kind.NEWS


def _kinds(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return tuple((kind.value, kind_label(kind)) for kind in Kind)


def _audiences(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    count = request.uow.ask(CountAudience(Audience(everybody=True)))
    return (
        (_EVERYBODY, phrase("Everybody ({n})", n=count)),
        (_DEPARTMENTS, phrase("Departments…")),
        (_ROLES, phrase("Roles…")),
    )


def _departments(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return tuple((str(department.id), department.name) for department in request.uow.ask(DepartmentsToTell()))


def _roles(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return tuple((str(int(role)), role_name(role)) for role in ROLES)


def content_of(answers: Answers) -> Content:
    """What has been written so far."""
    kind, body = _kind(answers), answers.get("body")
    return Content(
        kind=kind,
        title=answers.get("title") or "",
        body=body.blocks if isinstance(body, Written) else (),
        files=answers.get("files") or (),
        happens_at=answers.get("happens_at") if kind.happens else None,
        place=answers.get("place") if kind.happens else None,
    )


def audience_of(answers: Answers) -> Audience:
    """Who has been chosen so far."""
    match answers.get("audience"):
        case "everybody":
            return Audience(everybody=True)
        case "departments":
            chosen = answers.get("departments") or ()
            return Audience(departments=tuple(int(key) for key in chosen if key.isdecimal()))
        case "roles":
            return Audience(roles=single_roles(answers.get("roles")))
        case _:
            return Audience()


_TITLE = LineStep("title", phrase("What is the title?"), limit=TITLE_LIMIT)
_BODY = BodyStep("body")
_HAPPENS_AT = MomentStep("happens_at", phrase("When does it take place?"), optional=True, needed=_happens)
_PLACE = LineStep("place", phrase("Where does it take place?"), limit=PLACE_LIMIT, optional=True, needed=_happens)
_FILES = AttachmentsStep("files", phrase("Send pictures or files, if there are any."), limit=FILES_LIMIT)


class _WhomStep(ChoiceStep):
    """Everybody, or which kind of choice comes next; that choice alone is worth recalling."""

    def chosen(self, request: Request, answers: Answers) -> Text | None:
        return super().chosen(request, answers) if answers.get(self.name) == _EVERYBODY else None


class PublishPreview(Step):
    """Shows the item exactly as recipients will get it, and what can be done with it."""

    def question(self, request: Request, answers: Answers) -> Question:
        audience, at = audience_of(answers), answers.get("at")
        count = request.uow.ask(CountAudience(audience))
        copy = copy_screen(content_of(answers), byline_of(request.uow, request.me), at or request.now)
        names = {department.id: department.name for department in request.uow.ask(DepartmentsToTell())}
        facts: tuple[tuple[Text, Line], ...] = (
            (phrase("For"), (audience_text(audience, names),)),
            (phrase("Recipients"), (phrase("{n}", n=count),)),
            (phrase("Goes out"), (phrase("{time}", time=at) if at else phrase("at once"),)),
        )
        parts = [Part.KIND, Part.TITLE, Part.BODY, Part.FILES, Part.AUDIENCE, Part.TIME]
        if _happens(answers):
            parts.insert(3, Part.HAPPENS)
        go = phrase("🕓 Schedule") if at else phrase("✅ Publish")
        head = Paragraph((Bold(phrase("This is how it will look. Publish it?")),))
        screen = Screen(blocks=(head, Facts(facts)), rows=_change_rows(parts))
        return Question(screen, ((Option(go, "go"),),), before=(copy,))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(None)


class EditPreview(Step):
    """Shows a changed item as recipients will see it."""

    def question(self, request: Request, answers: Answers) -> Question:
        news = access_to_change(request.uow, request.me, answers["news"])
        content = content_of(answers)
        changed = content != news.content
        copy = copy_screen(content, news.byline, news.publish_at, edited=changed or news.edited_at is not None)
        parts = [Part.TITLE, Part.BODY, Part.FILES]
        if _happens(answers):
            parts.insert(2, Part.HAPPENS)
        ask = phrase("This is how it will look.") if changed else phrase("What is to be changed?")
        screen = Screen(blocks=(Paragraph((Bold(ask),)),), rows=_change_rows(parts))
        return Question(screen, ((Option(phrase("💾 Save"), "go"),),) if changed else (), before=(copy,))

    def pick(self, request: Request, answers: Answers, value: str) -> Taken:
        return Value(None)


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


_STEPS_OF: Mapping[Part, tuple[str, ...]] = {
    Part.KIND: ("kind", "happens_at", "place"),
    Part.TITLE: ("title",),
    Part.BODY: ("body",),
    Part.HAPPENS: ("happens_at", "place"),
    Part.FILES: ("files",),
    Part.AUDIENCE: ("audience", "departments", "roles"),
    Part.TIME: ("at",),
}


class WritingForm(Form):
    """A form that ends in a preview, from which each part can be changed and leads straight back to it."""

    def path(self, answers: Answers) -> list[Step]:
        steps = super().path(answers)
        part = answers.get("part")
        if part is None:
            return steps
        chosen = _STEPS_OF[Part(part)]
        return [step for step in steps if step.name in chosen or step.name == "preview"]

    def first_step(self, part: Part, answers: Answers) -> str:
        """The step that asks for a part; the answers may be as the draft keeps them."""
        return self.path({**answers, "part": part.value})[0].name


@router.form
class PublishForm(WritingForm):
    """A new item, from its type to the preview."""

    code: ClassVar[str] = "publish"
    title: ClassVar[Phrase] = phrase("News publication")
    right = PUBLISH_NEWS
    steps: ClassVar[tuple[Step, ...]] = (
        ChoiceStep("kind", phrase("What is it?"), _kinds, in_row=2),
        _TITLE,
        _BODY,
        _HAPPENS_AT,
        _PLACE,
        _FILES,
        _WhomStep("audience", phrase("Who is it for?"), _audiences),
        AudienceStep(
            "departments",
            phrase("Which departments?"),
            _departments,
            audience_of,
            lambda answers: answers.get("audience") == _DEPARTMENTS,
        ),
        AudienceStep(
            "roles", phrase("Which roles?"), _roles, audience_of, lambda answers: answers.get("audience") == _ROLES
        ),
        MomentStep("at", phrase("When is it to go out?"), without=phrase("Now")),
        PublishPreview("preview"),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        audience = audience_of(answers)
        count = check_audience(request.uow, audience)
        news = do_publish(request.uow, request.me, content_of(answers), audience, answers.get("at"))
        return started_screen(news, count)


@router.form
class EditForm(WritingForm):
    """Changes to an item that exists; opened with what it says now."""

    code: ClassVar[str] = "news-edit"
    title: ClassVar[Phrase] = phrase("News editing")
    right = PUBLISH_NEWS
    steps: ClassVar[tuple[Step, ...]] = (_TITLE, _BODY, _HAPPENS_AT, _PLACE, _FILES, EditPreview("preview"))

    def path(self, answers: Answers) -> list[Step]:
        if answers.get("part") is None:
            return [self.steps[-1]]
        return super().path(answers)

    def finish(self, request: Request, answers: Answers) -> Reply:
        news = access_to_change(request.uow, request.me, answers["news"])
        if do_edit(request.uow, request.me, news, content_of(answers), answers["version"]):
            return told_screen(news, phrase("Saved. Copies that were sent change in place."))
        return told_screen(news, phrase("Nothing was changed."))


def editing(news: News) -> Start:
    """Opens the form with what an item says now."""
    content = news.content
    values: tuple[tuple[str, object], ...] = (
        ("news", news.id),
        ("version", news.version),
        ("kind", content.kind.value),
        ("title", content.title),
        ("body", Written(content.body)),
        ("files", content.files),
        ("happens_at", content.happens_at),
        ("place", content.place),
    )
    return Start(EditForm, values)


@router.form
class MoveForm(Form):
    """Another time for a scheduled item."""

    code: ClassVar[str] = "news-move"
    title: ClassVar[Phrase] = phrase("Time of publication")
    right = PUBLISH_NEWS
    steps: ClassVar[tuple[Step, ...]] = (MomentStep("at", phrase("When is it to go out?")),)

    def finish(self, request: Request, answers: Answers) -> Reply:
        news = access_to_change(request.uow, request.me, answers["news"])
        at = answers.get("at")
        if isinstance(at, datetime):
            do_reschedule(request.uow, news, at)
        return started_screen(news, request.uow.ask(CountAudience(news.audience)))
